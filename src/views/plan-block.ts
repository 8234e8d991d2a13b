import type { Block, RichTextSection } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import type { Part, PlanTask, Span } from './document.ts';

const taskStatus: Readonly<
  Record<PlanTask['state'], 'pending' | 'in_progress' | 'complete' | 'error'>
> = { waiting: 'pending', running: 'in_progress', done: 'complete', failed: 'error' };

/** A plan as Slack's own block, with a card for each task; `toLeaves` makes rich text of what is told of it. */
export const planBlock = (
  { title, tasks }: Extract<Part, { kind: 'plan' }>,
  toLeaves: (spans: readonly Span[]) => RichTextSection['elements'],
): Extract<Block, { type: 'plan' }> => ({
  type: 'plan',
  title: clamp(visible(title) || ' ', limits.headerText.value),
  tasks: tasks.map(({ title: name, state, spans }, index) => ({
    type: 'task_card',
    task_id: `task-${index}`,
    title: clamp(visible(name) || ' ', limits.headerText.value),
    status: taskStatus[state],
    details: {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: toLeaves(spans) }],
    },
  })),
});

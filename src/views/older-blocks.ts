import type { Block } from '../blocks/block.ts';

type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;
type Task = BlockOf<'task_card'>;

/** Each state by its shape, for text. */
export const taskSigns: Readonly<Record<Task['status'], string>> = {
  pending: '○',
  in_progress: '◐',
  complete: '✓',
  error: '✗',
};

/**
 * The same blocks for a workspace that does not take Slack's newer ones: a plan as a list of its tasks,
 * feedback buttons as two buttons. One block stands for each. Null where nothing of that kind is among them.
 */
export function olderBlocks(blocks: readonly Block[]): Block[] | null {
  const older = blocks.map(olderBlock);
  return older.some((block, index) => block !== blocks[index]) ? older : null;
}

function olderBlock(block: Block): Block {
  if (block.type === 'plan') return planAsList(block);
  return block.type === 'context_actions' ? feedbackAsButtons(block) : block;
}

function planAsList({ title, tasks = [] }: BlockOf<'plan'>): Block {
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: title, style: { bold: true } }],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: (tasks as Task[]).map(({ title: name, status, details }) => {
          const told = details?.elements[0];
          return {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: `${taskSigns[status]} ` },
              { type: 'text', text: name, style: { bold: true } },
              { type: 'text', text: ' ' },
              ...(told?.type === 'rich_text_section' ? told.elements : []),
            ],
          };
        }),
      },
    ],
  };
}

function feedbackAsButtons(block: BlockOf<'context_actions'>): Block {
  const elements = block.elements.flatMap((element) => {
    if (element.type !== 'feedback_buttons') return [];
    const { action_id: actionId = 'feedback', positive_button, negative_button } = element;
    return [positive_button, negative_button].map(({ text, value }, index) => ({
      ...{ type: 'button' as const, action_id: `${actionId}-${index}` },
      ...{ text: { ...text, type: 'plain_text' as const }, value },
    }));
  });
  return { type: 'actions', elements };
}

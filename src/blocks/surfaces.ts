import type { Surface } from './block.ts';

const messageOnly: readonly Surface[] = ['message'];

/**
 * Block types that not every surface takes (https://docs.slack.dev/blocks.json). For container and
 * data_visualization the sources disagree on Home; the narrower one stands. `file` is read only.
 */
const restricted: Readonly<Record<string, readonly Surface[]>> = {
  alert: ['modal'],
  carousel: ['message', 'home'],
  context_actions: messageOnly,
  markdown: messageOnly,
  table: messageOnly,
  data_table: messageOnly,
  plan: messageOnly,
  task_card: messageOnly,
  container: messageOnly,
  data_visualization: messageOnly,
  file: [],
};

/** True when Slack shows a block of this type on the surface; unknown types count as shown. */
export function isAllowedOn(surface: Surface, blockType: string): boolean {
  return restricted[blockType]?.includes(surface) ?? true;
}

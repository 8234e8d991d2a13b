import type { Surface } from './block.ts';
import { limits } from './limits.ts';
import { checkPayloadRules } from './payload-rules.ts';
import type { Problem } from './problem.ts';
import { checkBlockStructure, checkViewStructure } from './structure.ts';
import { isJson } from './walk.ts';

export interface MessagePayload {
  text?: string;
  blocks?: readonly unknown[];
}

/** Everything Slack would refuse in these blocks on this surface; empty when they are valid. */
export const validateBlocks = (blocks: readonly unknown[], surface: Surface): Problem[] => [
  ...blocks.flatMap((block, index) => checkBlockStructure(block, `/blocks/${index}`)),
  ...checkPayloadRules(blocks, surface),
];

/**
 * Everything Slack would refuse or cut in a message. Blocks without `text` are a problem too: it is
 * what notifications and screen readers show.
 */
export function validateMessage(message: MessagePayload): Problem[] {
  const problems = validateBlocks(message.blocks ?? [], 'message');
  const length = message.text?.trim().length ?? 0;
  if (length === 0) problems.push({ pointer: '/text', message: 'must not be empty', rule: 'text' });
  if (length > limits.messageText.value) {
    const most = limits.messageText.value;
    problems.push({ pointer: '/text', message: `is cut after ${most} characters`, rule: 'text' });
  }
  return problems;
}

/** Everything Slack would refuse in a modal or a Home tab. */
export function validateView(view: unknown): Problem[] {
  const problems = checkViewStructure(view);
  if (!isJson(view) || !Array.isArray(view.blocks)) return problems;
  const surface = view.type === 'home' ? 'home' : 'modal';
  return [...problems, ...validateBlocks(view.blocks, surface)];
}

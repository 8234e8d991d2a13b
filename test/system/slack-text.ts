import type { Message } from '../../demo/workspace/message.ts';

/** A piece of text in a message, and whether it stands there as code. */
export interface TextLeaf {
  text: string;
  isCode: boolean;
}

/** Every text of a message's blocks but those on buttons. */
export function textLeaves(value: unknown): TextLeaf[] {
  if (Array.isArray(value)) return value.flatMap(textLeaves);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Record<string, unknown>;
  if (node.type === 'button') return [];
  if (typeof node.text === 'string') {
    const style = node.style as { code?: boolean } | undefined;
    return [{ text: node.text, isCode: style?.code === true }];
  }
  return Object.values(node).flatMap(textLeaves);
}

/** What the answer to `inspect` says of rules: those that fail, and those it could not judge. */
export function verdictsIn(
  messages: readonly Pick<Message, 'blocks'>[],
  ruleIds: readonly string[],
): { failing: string[]; unknown: string[] } {
  const leaves = textLeaves(messages.map(({ blocks }) => blocks));
  const named = leaves.filter(({ isCode }) => isCode).map(({ text }) => text);
  const undecided = leaves
    .map(({ text }) => text)
    .filter((text) => text.startsWith('Unknown: '))
    // Its reason, after the second colon, may name a control that is called like a rule.
    .flatMap((text) => text.split(': ')[1] ?? [])
    .flatMap((text) => text.split(/[^a-z0-9-]+/));
  return {
    failing: ruleIds.filter((id) => named.includes(id)).toSorted(),
    unknown: ruleIds.filter((id) => undecided.includes(id)).toSorted(),
  };
}

interface Located {
  pointer: string;
  value: Record<string, unknown>;
}

/** Where Slack shows text as it is: nothing in it pings, links or formats. */
const plainKinds = ['plain_text', 'raw_text', 'text'];
/** Characters that act instead of showing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const acting = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** Everything in a message that Slack would parse, or that acts instead of showing. */
export function findLiveText(message: { text: string; blocks: readonly unknown[] }): string[] {
  const problems = [];
  if (/[<>]/.test(message.text)) problems.push('/text holds < or >');
  if (/&(?!amp;|lt;|gt;)/.test(message.text)) problems.push('/text holds a bare &');
  if (acting.test(message.text.replaceAll('\n', ' '))) problems.push('/text holds a control');
  for (const { pointer, value } of objectsIn(message.blocks, '/blocks')) {
    const type = String(value.type);
    if (['mrkdwn', 'markdown', 'link', 'user', 'channel', 'broadcast'].includes(type)) {
      problems.push(`${pointer} is a ${type}`);
    }
    if (type === 'usergroup') problems.push(`${pointer} mentions ${String(value.usergroup_id)}`);
    if (typeof value.text !== 'string') continue;
    if (!plainKinds.includes(type)) problems.push(`${pointer} has text in a ${type}`);
    if (type === 'plain_text' && value.emoji !== false) problems.push(`${pointer} allows emoji`);
    if (acting.test(value.text)) problems.push(`${pointer} holds a control`);
  }
  return problems;
}

function* objectsIn(value: unknown, pointer: string): Generator<Located> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { pointer, value: value as Located['value'] };
  for (const [key, item] of Object.entries(value)) yield* objectsIn(item, `${pointer}/${key}`);
}

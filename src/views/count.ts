import type { AskedPast } from '../answers/asked-past.ts';
import type { Count } from '../answers/unread-hosts.ts';
import { counted, listed } from '../shared/text.ts';

/** `3 open findings`, `2 containers, unknown now on web-2`, or that it is unknown. */
export function countText(
  { count, unread }: Count,
  past: AskedPast | null,
  noun: string,
  plural = `${noun}s`,
): string {
  if (count === null) return `Unknown how many ${plural}`;
  const number = counted(count, noun, plural);
  if (unread.length === 0) return number;
  const hosts = listed(unread.map(({ host }) => host));
  return `${number}, unknown ${past === null ? 'now' : 'then'} on ${hosts}`;
}

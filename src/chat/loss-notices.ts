import type { OutboxMessage } from '../ports/outbox.ts';
import { plainNotice } from '../views/slack-messages.ts';

/** Who hears what could not be delivered. */
export interface WhoIsTold {
  /** Where refused channels, and digests and alerts that are given up, are reported; null: in the log alone. */
  operatorsChannel: string | null;
  /** Person to tell of a refused channel where that is null. Rejects with `OutsideError`. */
  whoSetUp?: (channel: string) => Promise<string | null>;
}

/**
 * What is told once of a channel that refuses, to the operators, else to the person who set it up; null when there is
 * nobody to tell. Rejects with `OutsideError`.
 */
export async function deadChannelNotice(
  { operatorsChannel, whoSetUp }: WhoIsTold,
  channel: string,
  reason: string,
  at: number,
): Promise<OutboxMessage | null> {
  const told = operatorsChannel ?? (await whoSetUp?.(channel)) ?? null;
  if (told === null || told === channel) return null;
  const why = operatorsChannel === null ? ' You are told because you set them up there.' : '';
  const text = `Digests and alerts of channel ${channel} are not delivered: Slack said ${reason}. They wait for up to a week. Seawall tries again with the next one, and once a day.${why}`;
  return noticeTo(told, `dead-channel:${channel}:${at}`, text, at);
}

/** A message of plain text about what could not be delivered; a key comes once. */
export const noticeTo = (
  channel: string,
  key: string,
  text: string,
  dueAt: number,
): OutboxMessage => ({
  ...{ key, channel, action: { kind: 'post' }, what: 'notice' },
  payload: plainNotice(text),
  dueAt,
});

import { limits } from '../blocks/limits.ts';
import type { OwedMessage } from '../ports/outbox.ts';
import { duration } from '../shared/text.ts';
import { plainNotice, type SlackMessage } from '../views/slack-messages.ts';

/** When a row was due and put, epoch milliseconds, and what last kept it from being sent. */
type Row = Pick<OwedMessage, 'dueAt' | 'putAt' | 'lastError'>;

/** The message with a line that says how late it is when posted at that time, and why. */
export function withLateness(message: SlackMessage, row: Row, postedAt: number): SlackMessage {
  const lateMs = postedAt - row.dueAt;
  const notice = plainNotice(`Posted ${duration(lateMs)} late: ${cause(row, lateMs)}`);
  if (message.blocks.length < limits.blocksPerMessage.value) {
    return { ...message, blocks: [...message.blocks, ...notice.blocks] };
  }
  return { ...message, text: `${message.text}\n${notice.text}` };
}

function cause({ dueAt, putAt, lastError }: Row, lateMs: number): string {
  // Most of the delay was over before there was anything to send.
  if (lastError === null || (putAt - dueAt) * 2 > lateMs) return 'Seawall was not running';
  if (/rate.?limit/i.test(lastError)) return 'Slack asked to wait';
  // Slack's own words are codes; anything else is a connection that failed.
  return /^[a-z0-9_]+$/.test(lastError) ? `Slack said ${lastError}` : 'Slack could not be reached';
}

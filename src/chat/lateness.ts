import type { OwedMessage } from '../answers/outbox.ts';
import { limits } from '../blocks/limits.ts';
import { plainNotice, type SlackMessage } from '../views/slack-messages.ts';

const MINUTE_MS = 60_000;

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

/** `7 min`, `2 h 10 min`, `3 d 4 h`. */
function duration(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

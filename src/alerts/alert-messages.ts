import { alertKey, type OwedAlert } from '../ports/alert-store.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { isoTime } from '../shared/time.ts';
import type { Answer } from '../views/answer.ts';
import { answerDocument } from '../views/answer.ts';
import { type RenderDocument, slackReply } from '../views/slack-messages.ts';

/**
 * What a channel is owed for an alert: its message, posted once, then as it is now, and a line in its
 * thread for each time it came again. Keys are those of the alert, so that nothing is posted twice.
 */
export async function alertMessages(
  alert: OwedAlert,
  render: RenderDocument,
): Promise<OutboxMessage[]> {
  const { id, channel, firstAt, at, next, replies, isTold, ...told } = alert;
  const takenAt = isoTime(at);
  const shown: Answer = {
    kind: 'alert',
    takenAt,
    next,
    alert: { id, channel, firstAt, at, ...told },
  };
  const { message } = await render(answerDocument(shown), channel);
  const base = { channel, what: 'alert' as const };
  const post: OutboxMessage = {
    ...{ ...base, key: alertKey(id, 'post'), action: { kind: 'post' } },
    ...{ payload: message, dueAt: firstAt },
  };
  const update: OutboxMessage = {
    ...{
      ...base,
      key: alertKey(id, 'state'),
      action: { kind: 'update', of: alertKey(id, 'post') },
    },
    ...{ payload: message, dueAt: at },
  };
  const again = Array.from({ length: replies }, (_, index): OutboxMessage => {
    // The newest time is known; an earlier line was put when it came, and stays as it was.
    const count = index === replies - 1 ? alert.count : index + 2;
    const line: Answer = { kind: 'alert-again', takenAt, next: [], alert, count };
    const action = { kind: 'post' as const, threadOf: alertKey(id, 'post') };
    const key = alertKey(id, `again:${index + 1}`);
    return { ...base, key, action, payload: slackReply(answerDocument(line)).message, dueAt: at };
  });
  const isFirst = alert.count === 1 && !alert.resolved && !alert.snoozed && !alert.flood;
  return [post, ...(isFirst && !isTold ? [] : [update]), ...again];
}

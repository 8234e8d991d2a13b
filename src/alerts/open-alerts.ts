import { hostsOfChannel } from '../command/channel-hosts.ts';
import type { CoreContext } from '../command/command.ts';
import {
  type AlertLimits,
  type AlertStore,
  alertKey,
  type OwedAlert,
} from '../ports/alert-store.ts';
import type { Outbox, OutboxMessage } from '../ports/outbox.ts';
import type { Severity } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import { isoTime } from '../shared/time.ts';
import { type Job, openJob } from '../timers/job.ts';
import { type Answer, answerDocument } from '../views/answer.ts';
import { type RenderDocument, slackReply } from '../views/slack-messages.ts';
import { alertSignals } from './alert-signals.ts';

/** Another process may have scanned: half a minute is soon enough to hear of it. */
const PATTERN = '*/30 * * * * *';

/** Tells channels what happens, from now on. Without channels it does nothing. */
export function openAlerts(parts: AlertParts): Job {
  const { log } = parts;
  const job = openJob({
    pattern: PATTERN,
    work: () => look(parts),
    failure: 'alerts could not be looked after',
    log,
  });
  job.wake();
  return job;
}

/** A channel that is told of what happens. */
export interface AlertChannel extends AlertLimits {
  id: string;
  severity: Severity;
}

export interface AlertParts {
  context: Pick<CoreContext, 'hosts' | 'channels' | 'rules' | 'now'>;
  channels: readonly AlertChannel[];
  alerts: AlertStore;
  outbox: Outbox;
  render: RenderDocument;
  log: Logger;
}

/**
 * Looks through what the database has learned since the last look, opens, counts and ends alerts, and
 * owes their messages to the channels. What is stored counts, not who stored it, so that nothing is
 * lost or told twice, however often it is called and by how many processes. Rejects with `OutsideError`.
 */
export async function look(parts: AlertParts): Promise<void> {
  for (const channel of parts.channels) {
    const hosts = hostsOfChannel(parts.context, channel.id) ?? parts.context.hosts;
    for (const { name } of hosts) await lookAtHost(parts, channel, name);
    await tell(parts, channel.id);
  }
}

async function lookAtHost(
  { alerts, context }: AlertParts,
  channel: AlertChannel,
  host: string,
): Promise<void> {
  const at = context.now();
  const from = await alerts.findCursor(channel.id, host, at);
  const news = await alerts.readNews(host, from);
  const found = alertSignals(news, channel.severity, context.rules, at);
  await alerts.apply({ channel: channel.id, host, from, to: news.cursor }, found, channel, at);
}

async function tell({ alerts, outbox, render }: AlertParts, channel: string): Promise<void> {
  const stale = await alerts.listStale(channel);
  for (const alert of stale) await outbox.put(await alertMessages(alert, render));
  await alerts.markShown(stale);
}

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

import { hostsOfChannel } from '../command/channel-hosts.ts';
import type { CoreContext } from '../command/command.ts';
import type { AlertLimits, AlertStore } from '../ports/alert-store.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Severity } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import type { RenderDocument } from '../views/slack-messages.ts';
import { alertMessages } from './alert-messages.ts';
import { alertSignals } from './alert-signals.ts';

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

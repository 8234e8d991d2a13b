import type { CoreContext } from '../command/command.ts';
import { alertsInForce } from '../inspections/alerts-in-force.ts';
import { type AlertStamps, type AlertStore, troubleKinds } from '../ports/alert-store.ts';
import { beganAt } from '../ports/host-news.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Severity } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import { agoMs } from '../shared/time.ts';
import { type Job, openJob } from '../timers/job.ts';
import type { RenderDocument } from '../views/slack-messages.ts';
import { alertMessages, hostsOf, type OwnerMention, toldHosts } from './alert-messages.ts';
import { alertSignals } from './alert-signals.ts';

/** Whoever changed something, here or elsewhere: a look without news reads a few rows. */
const PATTERN = '*/2 * * * * *';
/** What comes by time alone, such as that a host stays away, is looked for this often. */
const LOOK_LEAST_MS = 30_000;
/** All hosts are looked at less often where they are many, since that takes so long. */
const LOOK_EACH_MS = 300;
/** By a process beside the one whose turn it is, which may know other hosts or channels, or hang. */
const LOOK_BESIDE_MS = 5 * 60_000;
/** So many hosts are read at once that statements are few, and transactions short. */
const HOSTS_AT_ONCE = 50;
/** Processes take new settings one after the other: one that does not know a host yet ends nothing on it. */
const LEFT_MS = 10 * 60_000;

/** Tells channels what happens, from now on. Where no channel has alerts it does nothing. */
export function openAlerts(parts: AlertParts): Job {
  const { log } = parts;
  const job = openJob({
    pattern: PATTERN,
    work: createLook(parts),
    failure: 'alerts could not be looked after',
    log,
  });
  job.wake();
  return job;
}

/** A channel that is told of what happens. */
export interface AlertChannel {
  id: string;
  /** Null: nothing new, only what becomes of what it was told. */
  severity: Severity | null;
  /** What stands behind “on” for the only hosts that are told of; null: every host of the channel. */
  host: string | null;
  perHour: number;
  /** When somebody said so by a command; null where the settings say it. */
  since: number | null;
}

export interface AlertParts extends OwnerMention {
  context: Pick<CoreContext, 'hosts' | 'channels' | 'rules' | 'now' | 'owners'>;
  alerts: AlertStore;
  outbox: Outbox;
  render: RenderDocument;
  log: Logger;
  /** False while another process looks at what changes: then this one does now and then. True when left out. */
  isItsTurn?: () => boolean;
}

/** Channels that have alerts, or had some: by command, else by the settings. Rejects with `OutsideError`. */
export async function alertChannels({
  alerts,
  context,
}: Pick<AlertParts, 'alerts'> & {
  context: Pick<CoreContext, 'channels'>;
}): Promise<AlertChannel[]> {
  const inForce = alertsInForce(await alerts.listSettings(), context.channels);
  return inForce.map(({ channel: id, severity, host, isOff, perHour, changed }) => ({
    ...{ id, host, perHour },
    since: changed && Date.parse(changed.at),
    severity: isOff ? null : severity,
  }));
}

/**
 * Looks at the hosts where something changed since the last look, now and then at those that are away, and at
 * all of them.
 */
export function createLook(parts: AlertParts): () => Promise<void> {
  const { alerts, context, isItsTurn = () => true } = parts;
  const wholeMs = Math.max(LOOK_LEAST_MS, context.hosts.length * LOOK_EACH_MS);
  let seen: AlertStamps = { hosts: new Map(), away: new Set(), everywhere: '', isOwed: false };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lookedAwayAt = Number.NEGATIVE_INFINITY;
  const left: LeftSince = new Map();
  return async () => {
    const at = context.now();
    const stamps = await alerts.stamps(at);
    const isFirst = isItsTurn();
    const everyMs = isFirst ? wholeMs : Math.max(wholeMs, LOOK_BESIDE_MS);
    const isWhole = stamps.everywhere !== seen.everywhere || agoMs(lookedAt, at) >= everyMs;
    const isForAway = isFirst && agoMs(lookedAwayAt, at) >= LOOK_LEAST_MS;
    const hasChanged = (name: string) =>
      isWhole ||
      (isForAway && stamps.away.has(name)) ||
      (isFirst && stamps.hosts.get(name) !== seen.hosts.get(name));
    if (!stamps.isOwed && !context.hosts.some(({ name }) => hasChanged(name))) return;
    await look(parts, { isMeant: hasChanged, left });
    if (isFirst || isWhole) seen = stamps;
    if (isForAway) lookedAwayAt = at;
    if (isWhole) lookedAt = at;
  };
}

/** Since when hosts with open alerts are none of a channel's, as this process sees it; by channel, then by host. */
export type LeftSince = Map<string, Map<string, number>>;

/**
 * Looks through what the database has learned since the last look, opens, counts and ends alerts, and
 * owes their messages to the channels. What is stored counts, not who stored it, so that nothing is
 * lost or told twice, however often it is called and by how many processes. `isMeant` names the hosts,
 * all of them when left out; `left` is kept from look to look. Rejects with `OutsideError`.
 */
export async function look(
  parts: AlertParts,
  {
    isMeant = () => true,
    left = new Map(),
  }: { isMeant?: (host: string) => boolean; left?: LeftSince } = {},
): Promise<void> {
  for (const channel of await alertChannels(parts)) {
    const told = new Set(toldHosts(parts.context, channel).map(({ name }) => name));
    const leastOn = (host: string) => (told.has(host) ? channel.severity : null);
    const hosts = hostsOf(parts.context, channel).map(({ name }) => name);
    const meant = hosts.filter(isMeant);
    for (let first = 0; first < meant.length; first += HOSTS_AT_ONCE) {
      await lookAtHosts(parts, { ...channel, leastOn }, meant.slice(first, first + HOSTS_AT_ONCE));
    }
    await endLeft(parts, channel, left);
    await tell(parts, channel.id);
  }
}

/** Where a channel is told of a host: from this severity on; null: nothing new. */
type LookedChannel = AlertChannel & { leastOn: (host: string) => Severity | null };

async function lookAtHosts(
  { alerts, context }: AlertParts,
  channel: LookedChannel,
  hosts: readonly string[],
): Promise<void> {
  const { id, perHour, leastOn } = channel;
  const at = context.now();
  const cursors = new Map(await alerts.findCursors(id, hosts, at));
  while (cursors.size > 0) {
    const looks = (await alerts.readNews(id, cursors, at)).map((news) => {
      const { host, cursor: to } = news;
      const from = cursors.get(host);
      if (from === undefined) throw new Error(`nobody asked for news of ${host}`);
      const telling = { least: leastOn(host), rules: context.rules, now: at };
      return { ...{ host, from, to }, news: alertSignals(news, telling) };
    });
    const changing = await alerts.pass(id, looks, { perHour }, at);
    for (const { news, ...move } of looks) {
      cursors.delete(move.host);
      if (!changing.has(move.host)) continue;
      // A cursor that was not moved yet, whoever began it, has seen nothing before.
      const since = Math.max(channel.since ?? 0, beganAt(move.from) ?? 0);
      await alerts.apply({ channel: id, ...move }, news, { perHour, since }, at);
    }
  }
}

/** Ends what is open on hosts that this process has left out for long: no news of them will. */
async function endLeft(
  { alerts, context }: AlertParts,
  channel: AlertChannel,
  left: LeftSince,
): Promise<void> {
  const hosts = new Set(hostsOf(context, channel).map(({ name }) => name));
  const open = await alerts.listOpenHosts(channel.id);
  const since = left.get(channel.id) ?? new Map<string, number>();
  left.set(channel.id, since);
  for (const host of since.keys()) if (hosts.has(host) || !open.includes(host)) since.delete(host);
  for (const host of open) {
    const at = context.now();
    if (hosts.has(host)) continue;
    // No later than now: a clock that was ahead would keep it open.
    const began = Math.min(since.get(host) ?? at, at);
    since.set(host, began);
    if (at - began < LEFT_MS) continue;
    since.delete(host);
    const from = (await alerts.findCursors(channel.id, [host], at)).get(host);
    if (from === undefined) continue;
    const isDeclared = context.hosts.some(({ name }) => name === host);
    const why = isDeclared ? 'the host left this channel' : 'the host left the settings';
    const ended = { signals: [], updates: [], ends: [], acceptances: [] };
    const told = { kinds: troubleKinds, before: at + 1, why };
    const place = { channel: channel.id, host, from, to: from };
    await alerts.apply(place, { ...ended, told }, channel, at);
  }
}

async function tell(parts: AlertParts, channel: string): Promise<void> {
  const { alerts, outbox, context } = parts;
  let isPut = false;
  for (const alert of await alerts.listStale(channel)) {
    const messages = await alertMessages(parts, alert);
    // One that changed meanwhile stays stale, for the next look.
    isPut = (await alerts.show(alert, messages, context.now())) || isPut;
  }
  // Nothing more, but the outbox learns that there is something to send.
  if (isPut) await outbox.put([]);
}

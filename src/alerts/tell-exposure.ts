import type { CoreContext } from '../command/command.ts';
import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import { staleIn } from '../exposure/feed-words.ts';
import type { ExposureNews } from '../inspections/exposed-news.ts';
import { clearedInImages, exposureOf } from '../inspections/exposure-of.ts';
import { withAges } from '../inspections/feed-ages.ts';
import { coverageOf } from '../inspections/judge-held.ts';
import {
  type AskedChannel,
  type ExposureLook,
  GONE_MS,
  isMatchDue,
  isTellingDue,
  type SeenExposure,
} from '../inspections/look-at-exposure.ts';
import type { ExposedState, Telling, ToldChannel } from '../ports/exposed-store.ts';
import { type Held, LeaseLost } from '../ports/lease.ts';
import type { Outbox, OutboxMessage } from '../ports/outbox.ts';
import { type Severity, severities } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import { HOUR_MS, isoTime } from '../shared/time.ts';
import { type BackOff, backOffMs } from '../timers/back-off.ts';
import { type Job, openJob } from '../timers/job.ts';
import { type Answer, answerDocument } from '../views/answer.ts';
import type { RenderDocument } from '../views/slack-messages.ts';
import { toldHosts } from './alert-messages.ts';
import type { AlertChannel } from './open-alerts.ts';

/** Longer than a match of a large fleet takes on a busy machine; each part that is written begins it anew. */
const LEASE_MS = 2 * 60_000;
const WORST_SHOWN = 5;

/** A channel whose alerts are on. */
type TellingChannel = AlertChannel & { severity: Severity };
const isOn = (channel: AlertChannel): channel is TellingChannel => channel.severity !== null;

export interface ExposureParts {
  context: Pick<
    CoreContext,
    | 'hosts'
    | 'channels'
    | 'now'
    | 'feeds'
    | 'feedsStaleAfterMs'
    | 'exposures'
    | 'filesystems'
    | 'images'
    | 'imageLists'
    | 'exposed'
  >;
  /** Those that have alerts, or had some. */
  channels: () => Promise<readonly AlertChannel[]>;
  /** Matches and looks, where that holds nobody up. */
  lookAtExposure: (look: ExposureLook) => Promise<SeenExposure>;
  outbox: Outbox;
  render: RenderDocument;
  log: Logger;
  /** Name of this process, never used twice. */
  owner: string;
  /** `LEASE_MS` when left out. */
  leaseMs?: number;
}

/**
 * Matches again when a feed changed, and owes channels their messages: one for each vulnerability when it
 * is known, when a fix exists, when it is exploited, and never twice. Does nothing while another
 * process does. Rejects with `OutsideError`; whoever calls it next goes on.
 */
export async function tellExposure(parts: ExposureParts): Promise<void> {
  const { context, owner, leaseMs = LEASE_MS } = parts;
  const at = context.now();
  const state = await context.exposed.state();
  const isDue = isMatchDue(state, staleIn(await agesOf(parts, at)), at);
  const due = (await parts.channels())
    .filter(isOn)
    .filter(({ id }) => isDue || isTellingDue(state, id, at));
  if (!isDue && due.length === 0) return;
  const held = await context.exposed.claim({ owner, leaseMs });
  if (held === null) return;
  try {
    await tellUnder(parts, { held, at, isMatchDue: isDue, due });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  } finally {
    await context.exposed.release(held).catch((error: unknown) => {
      if (!(error instanceof LeaseLost)) throw error;
    });
  }
}

const agesOf = async (
  { context: { feeds, feedsStaleAfterMs: staleAfterMs } }: ExposureParts,
  now: number,
): Promise<FeedCoverage[]> => coverageOf(withAges(await feeds.list(), { now, staleAfterMs }));

async function tellUnder(
  parts: ExposureParts,
  asked: Pick<ExposureLook, 'held' | 'at' | 'isMatchDue'> & { due: readonly TellingChannel[] },
): Promise<void> {
  const { context, outbox, log } = parts;
  const { due, ...look } = asked;
  // Another process may have told meanwhile.
  const before = await context.exposed.state();
  const seen = await parts.lookAtExposure({
    ...look,
    feeds: await agesOf(parts, look.at),
    channels: due.map((one) => askedOf(parts, one)),
  });
  if (look.isMatchDue) log.info({ generation: seen.generation }, 'packages were matched again');
  if (seen.leftOut.length > 0) {
    log.warn(
      { images: seen.leftOut },
      'there are too many packages to match those of these images',
    );
  }
  for (const { channel, news } of seen.channels) {
    const settings = due.find(({ id }) => id === channel);
    if (settings === undefined) continue;
    const place = { ...look, before, seen, settings };
    const cleared = await clearedInImages(
      context,
      news.map(({ vulnerability }) => vulnerability),
      { hosts: namesOf(context, settings), since: look.at - GONE_MS, at: look.at },
    );
    const left = news.filter(({ vulnerability }) => !cleared.has(vulnerability));
    await context.exposed.tell(look.held, await tellingOf(parts, left, place));
  }
  // Nothing more, but the outbox learns that there is something to send.
  await outbox.put([]);
}

const askedOf = ({ context }: ExposureParts, channel: TellingChannel): AskedChannel => ({
  channel: channel.id,
  hosts: namesOf(context, channel),
  severity: (severities.indexOf(channel.severity) + 1) as AskedChannel['severity'],
});

const namesOf = (context: ExposureParts['context'], channel: AlertChannel): string[] =>
  toldHosts(context, channel).map(({ name }) => name);

interface Place {
  held: Held;
  at: number;
  before: ExposedState;
  seen: SeenExposure;
  settings: TellingChannel;
}

/**
 * What is owed for this news. The first time, when a feed speaks for the first time, and where an hour has
 * no room for so many messages, one stands for all.
 */
async function tellingOf(
  parts: ExposureParts,
  news: readonly ExposureNews[],
  { at, before, seen, settings }: Place,
): Promise<Telling> {
  const { context } = parts;
  const { id: channel, perHour } = settings;
  const { generation, container, sources } = seen;
  const known = before.channels.find((one) => one.channel === channel);
  const isNew = known === undefined || sources.some((one) => !known.sources.includes(one));
  const left = perHour - (await context.exposed.countPosts(channel, at - HOUR_MS));
  const isSummary = news.length > 0 && (isNew || news.length > left);
  const summaries = (known?.summaries ?? 0) + (isSummary ? 1 : 0);
  const cursor: ToldChannel = {
    ...{ channel, generation, container, sources, lookedAt: at, summaries },
  };
  const messages: OutboxMessage[] = [];
  const message = async (answer: Answer, key: string) => {
    const rendered = await parts.render(answerDocument(answer), channel);
    const action = { kind: 'post' as const };
    const payload = rendered.message;
    messages.push({ key, channel, action, what: 'notice', payload, dueAt: at });
  };
  if (isSummary) {
    await message(summaryOf(news, at), `exposed:${channel}:summary:${summaries}`);
  } else {
    for (const one of news) {
      const key = `exposed:${channel}:${one.vulnerability}:${one.event}`;
      await message(await answerOf(parts, one, settings, at), key);
    }
  }
  const told = news.flatMap(({ vulnerability, event, events }, index) =>
    events.map((each) => ({
      ...{ vulnerability, event: each },
      isPost: each === event && (!isSummary || index === 0),
    })),
  );
  return { cursor, told, messages };
}

async function answerOf(
  { context }: ExposureParts,
  { vulnerability, event, severity }: ExposureNews,
  channel: AlertChannel,
  at: number,
): Promise<Answer> {
  const question = { kind: 'vulnerability' as const, id: vulnerability, summary: '' };
  const hosts = namesOf(context, channel);
  const { facts: exposure } = await exposureOf(context, question, {
    ...{ hosts, since: at - GONE_MS, at },
  });
  return {
    kind: 'exposed',
    takenAt: isoTime(at),
    ...{ event, vulnerability, severity: wordOf(severity), exposure },
    next: [`exposure ${vulnerability} on all`, `explain ${vulnerability}`],
  };
}

function summaryOf(news: readonly ExposureNews[], at: number): Answer {
  const worst = news.slice(0, WORST_SHOWN);
  return {
    kind: 'exposed-summary',
    takenAt: isoTime(at),
    known: news.length,
    exploited: news.filter(({ isExploited }) => isExploited).length,
    fixable: news.filter(({ isFixable }) => isFixable).length,
    worst: worst.map(({ vulnerability, severity, isExploited, isFixable }) => ({
      ...{ vulnerability, severity: wordOf(severity), isExploited, isFixable },
    })),
    next: worst.slice(0, 1).map(({ vulnerability }) => `exposure ${vulnerability} on all`),
  };
}

const wordOf = (rank: ExposureNews['severity']): Severity | null =>
  rank === null ? null : (severities[rank - 1] ?? null);

/** Soon enough that a channel hears of a record within a minute; a look without news reads six rows. */
const PATTERN = '*/10 * * * * *';
/** What fails is not matched again at once. */
const backOff: BackOff = { least: 30_000, most: 30 * 60_000 };

/** Matches again whenever a feed changed, and tells channels of it, from now on. */
export function openExposure(parts: ExposureParts): Job {
  let failures = 0;
  let notBefore = 0;
  const job = openJob({
    pattern: PATTERN,
    async work() {
      if (performance.now() < notBefore) return;
      try {
        await tellExposure(parts);
        failures = 0;
      } catch (error) {
        failures += 1;
        notBefore = performance.now() + backOffMs(failures, backOff);
        throw error;
      }
    },
    failure: 'vulnerabilities could not be looked after',
    log: parts.log,
  });
  job.wake();
  return job;
}

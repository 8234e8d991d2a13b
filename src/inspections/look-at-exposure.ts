import type { FeedCoverage } from '../exposure/asked-inventory.ts';
import type { SeverityRank } from '../exposure/cvss.ts';
import type { ExposedState, ExposedStore, ToldChannel } from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { agoMs, DAY_MS, HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import { type ExposureNews, exposureNews } from './exposed-news.ts';
import { matchAgain } from './match-again.ts';

/** How long what is gone is looked back for. */
export const GONE_MS = 90 * DAY_MS;
/** From this probability of exploitation on (EPSS, 0 to 1) a vulnerability is worth a message, however severe it is. */
export const WORTH_PROBABILITY = 0.1;
/** What a scan brings waits so long: a match is about everything. */
const PAUSE_MS = 10 * MINUTE_MS;

/** A channel that is told of vulnerabilities. */
export interface AskedChannel {
  channel: string;
  hosts: readonly string[];
  severity: SeverityRank;
}

/** What is to be looked at; plain data, which goes into another process. */
export interface ExposureLook {
  held: Held;
  at: number;
  isMatchDue: boolean;
  feeds: readonly FeedCoverage[];
  channels: readonly AskedChannel[];
}

/** What there is to tell, as it was at one moment at the earliest. */
export interface SeenExposure extends Pick<ToldChannel, 'generation' | 'container' | 'sources'> {
  channels: { channel: string; news: ExposureNews[] }[];
  /** The first images of which the match left something out. */
  leftOut: string[];
}

/**
 * True when a feed changed or was forgotten since the last match, or for a while other feeds are too old (`stale`) than then, or there are
 * packages that the match did not know.
 */
export function isMatchDue(
  { basis, current, matchedAt }: ExposedState,
  stale: readonly string[],
  at: number,
): boolean {
  const feeds = Object.keys(current.revisions);
  if (basis === null) return feeds.length > 0;
  // One that was forgotten is there no more.
  const known = [...feeds, ...Object.keys(basis.revisions)];
  if (known.some((source) => basis.revisions[source] !== current.revisions[source])) return true;
  const hasMore = current.inventory > basis.inventory || current.filesystem > basis.filesystem;
  // Of two processes with other settings each has other feeds that are too old: they must not match by turns all the time.
  const isAged = basis.stale.join('\n') !== stale.join('\n');
  return (hasMore || isAged) && agoMs(matchedAt, at) >= PAUSE_MS;
}

/**
 * True when a channel may not know all: after a match, some minutes after containers came, and each hour, since
 * acceptances end by themselves.
 */
export function isTellingDue(state: ExposedState, channel: string, at: number): boolean {
  if (state.generation === 0) return false;
  const told = state.channels.find((one) => one.channel === channel);
  if (told === undefined || told.generation !== state.generation) return true;
  const age = agoMs(told.lookedAt, at);
  return age >= HOUR_MS || (told.container !== state.container && age >= PAUSE_MS);
}

/** Matches again where that is due, and finds what channels are to be told. Rejects as `matchAgain`. */
export async function lookAtExposure(
  store: ExposedStore,
  { held, at, isMatchDue: isDue, feeds, channels }: ExposureLook,
  onHeaviest?: (place: string) => void,
): Promise<SeenExposure> {
  const leftOut = isDue
    ? await matchAgain(store, held, at, { feeds, ...(onHeaviest && { onHeaviest }) })
    : [];
  // Read before the rest: what comes meanwhile is looked at the next time.
  const { generation, container, basis } = await store.state();
  const acceptances = await store.listAcceptances();
  const found: SeenExposure['channels'] = [];
  for (const { channel, hosts, severity } of channels) {
    const placed = await store.listPlaced({
      ...{ hosts, goneAfter: at - GONE_MS, untoldIn: channel },
      worth: { severity, probability: WORTH_PROBABILITY },
    });
    const told = await store.listTold(channel);
    found.push({ channel, news: exposureNews(placed, told, acceptances) });
  }
  return {
    ...{ generation, container, channels: found, leftOut },
    sources: Object.keys(basis?.feeds ?? {}),
  };
}

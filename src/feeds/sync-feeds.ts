import { ecosystemOf } from '../exposure/ecosystem.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClaimedFeed, FeedFetchStore, FeedState, FeedStore } from '../ports/feed-store.ts';
import type { FeedKind, FeedOrigin, FeedOutcome } from '../ports/feed-sync.ts';
import { LeaseLost } from '../ports/lease.ts';
import { OutsideError } from '../shared/errors.ts';
import { isoTime, MINUTE_MS } from '../shared/time.ts';
import type { OsRelease } from '../snapshot/facts/packages.ts';
import type { Downloads } from './download.ts';
import { osv } from './sources/osv.ts';
import { redhatVex } from './sources/redhat-vex.ts';
import type { FeedSource, Place } from './sources/source.ts';
import { alpineSecdb, debianTracker, epss, kev, ubuntuVex } from './sources/whole-files.ts';

/** Held so long after the last sign of life. */
const LEASE_MS = MINUTE_MS;
const EXTENDED_EVERY_MS = 15_000;
/** What failed is tried again after this, or when it is due if that is sooner. */
const AFTER_FAILURE_MS = 30 * MINUTE_MS;
const REASONS_MAX = 5;

interface Publisher {
  url: string;
  feedsAt(place: Place): FeedSource[];
}

const publishers: Readonly<Record<FeedKind, Publisher>> = {
  osv,
  'debian-tracker': debianTracker,
  'alpine-secdb': alpineSecdb,
  'ubuntu-vex': ubuntuVex,
  'redhat-vex': redhatVex,
  kev,
  epss,
};

/** What somebody here has installed, as `FeedStore` tells it. */
export interface Installed {
  releases: readonly OsRelease[];
  languages: readonly string[];
}

/** The feeds that the settings want, for what somebody here has installed. */
export function feedSources(
  origins: readonly FeedOrigin[],
  { releases, languages }: Installed,
): FeedSource[] {
  const here = releases.flatMap((release) => {
    const ecosystem = ecosystemOf(release);
    return ecosystem.state === 'read' ? [ecosystem.value] : [];
  });
  return origins.flatMap(({ name, url, ecosystems: wanted = [] }) => {
    const publisher = publishers[name];
    const isFolder = publisher.url.endsWith('/');
    const place = url === undefined || url.endsWith('/') || !isFolder ? url : `${url}/`;
    const ofOsv = name === 'osv' ? [...languages, ...wanted] : [];
    const ecosystems = [...new Set([...here, ...ofOsv])].sort();
    return publisher.feedsAt({
      url: place ?? publisher.url,
      isMirror: place !== undefined,
      ecosystems,
    });
  });
}

/** When it was last fetched, in epoch milliseconds, and whether that failed. */
interface LastTry {
  triedAt: number | null;
  hasFailed: boolean;
}

/** Whether a feed is to be fetched again; `everyMs` null: not by itself. */
export function isDue({ triedAt, hasFailed }: LastTry, everyMs: number | null, now: number) {
  if (everyMs === null) return false;
  if (triedAt === null || triedAt > now) return true;
  return now - triedAt >= (hasFailed ? Math.min(everyMs, AFTER_FAILURE_MS) : everyMs);
}

/** The last try of a feed, as its state tells. */
export const lastTry = (state: FeedState | undefined): LastTry => ({
  triedAt: state?.triedAt ? Date.parse(state.triedAt) : null,
  hasFailed: state?.failure != null,
});

export interface SyncParts {
  sources: readonly FeedSource[];
  feeds: Pick<FeedStore, 'replace'>;
  fetches: FeedFetchStore;
  downloads: Downloads;
  everyMs: number | null;
  /** True: also what is not due. */
  isForced: boolean;
  owner: string;
  now: Clock;
  onOutcome: (outcome: FeedOutcome) => void;
}

/**
 * Fetches one feed after the other, each of which this process holds meanwhile, and tells what came of it;
 * nothing of those that are not due. Rejects with `OutsideError` 'store-failed' where the database fails.
 */
export async function syncFeeds(parts: SyncParts): Promise<void> {
  const { sources, fetches, owner, isForced, everyMs, now, onOutcome } = parts;
  for (const source of sources) {
    const { name } = source;
    const claimed = await fetches.claim(
      name,
      { owner, leaseMs: LEASE_MS },
      (last) => isForced || isDue(last, everyMs, now()),
    );
    if (claimed === 'not-due') continue;
    const nothing = { source: name, reason: null, refused: { count: 0, reasons: [] } };
    onOutcome(
      claimed === 'busy'
        ? { ...nothing, outcome: 'busy' }
        : await syncClaimed(parts, source, claimed),
    );
  }
}

async function syncClaimed(
  parts: SyncParts,
  source: FeedSource,
  { held, mark }: ClaimedFeed,
): Promise<FeedOutcome> {
  const { fetches, downloads } = parts;
  const { name } = source;
  const refused: FeedOutcome['refused'] = { count: 0, reasons: [] };
  const onRefused = (reason: string) => {
    refused.count += 1;
    if (refused.reasons.length < REASONS_MAX) refused.reasons.push(reason);
  };
  // One that was lost is told by what is written under it.
  const life = setInterval(() => {
    fetches.extend(name, held).catch(() => {});
  }, EXTENDED_EVERY_MS);
  try {
    const { outcome, newMark } = await take(parts, source, mark, onRefused);
    // A mirror may stand still, and nobody sees it.
    const kind = source.isMirror ? 'tried' : 'confirmed';
    await fetches.settle(name, held, { kind, mark: newMark });
    return { source: name, outcome, reason: null, refused };
  } catch (error) {
    if (error instanceof OutsideError && error.code === 'store-failed') throw error;
    // This process stood still for longer than its lease, and another goes on.
    if (error instanceof LeaseLost) return { source: name, outcome: 'busy', reason: null, refused };
    const reason = withoutOwner(reasonOf(error), parts.owner);
    await fetches.settle(name, held, { kind: 'failed', reason }).catch(onLost);
    return { source: name, outcome: 'failed', reason, refused };
  } finally {
    clearInterval(life);
    await downloads.discard();
  }
}

/** Without the sentence that every such error begins with: the feed is named beside it. */
function reasonOf(error: unknown): string {
  if (error instanceof OutsideError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

function onLost(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}

async function take(
  { feeds, fetches, downloads, now }: SyncParts,
  source: FeedSource,
  mark: ClaimedFeed['mark'],
  onRefused: (reason: string) => void,
) {
  const askedAt = isoTime(now());
  const found = await source.fetch(mark, { downloads, store: fetches, now, onRefused });
  if (found.kind === 'unchanged') return { outcome: 'unchanged' as const, newMark: found.mark };
  if (found.kind === 'change') {
    await fetches.change(found.change);
    return { outcome: 'changed' as const, newMark: undefined };
  }
  // Else it would be as old as its newest record until the try is settled.
  await feeds.replace(source.isMirror ? found.load : { ...found.load, fetchedAt: askedAt });
  return { outcome: 'taken' as const, newMark: undefined };
}

/** A file that was got has its owner and a number before its name, which nobody else knows. */
const withoutOwner = (reason: string, owner: string): string =>
  reason.includes(`“${owner}.`) ? reason.replace(`“${owner}.`, '“').replace(/“\d+\./, '“') : reason;

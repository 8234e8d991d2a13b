import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedSettings } from '../config/load-settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedStore } from '../ports/feed-store.ts';
import type { FeedOutcome, FeedProgress, FeedSync } from '../ports/feed-sync.ts';
import { startBareProcess } from '../shared/bare-process.ts';
import { OutsideError } from '../shared/errors.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import { within } from '../timers/pause.ts';
import { connectionVariables } from './connection-variables.ts';
import type { FeedReply, FeedWork } from './feed-worker.ts';

/** Who asks in Slack is answered within half an hour, or never. */
const WAIT_MAX_MS = 10 * MINUTE_MS;
/** Of JavaScript’s own memory: what Debian’s tracker says, of which all is gathered, takes half of it. */
const MEMORY_MB = 320;
/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./feed-worker.${ENDING}`, import.meta.url);

export interface FeedSyncOptions {
  settings: FeedSettings;
  databaseUrl: string;
  feeds: Pick<FeedStore, 'list' | 'listHolders' | 'listReleases' | 'listLanguages'>;
  now: Clock;
}

export interface OpenFeedSync extends FeedSync {
  /** Removes what earlier processes left of their downloads. */
  removeLeftovers(): Promise<void>;
  /** Ends what is being fetched; what was there, if anything, stays. */
  close(): Promise<void>;
}

interface Running {
  outcomes: FeedOutcome[];
  names: readonly string[];
  /** Of the file that is being got. */
  bytes(): number;
  /** To be called after each outcome, and for more bytes. */
  listeners: Set<() => void>;
  ended: Promise<void>;
  /** Whoever waits for it waits no more. */
  stop(): void;
}

/** Fetches feeds in a process, one run at a time. */
export function createFeedSync(options: FeedSyncOptions): OpenFeedSync {
  const { settings, feeds, now } = options;
  let running: Running | null = null;

  async function dueNames(
    isForced: boolean,
  ): Promise<Pick<FeedWork, 'installed'> & { names: string[] }> {
    const { feedSources, isDue, lastTry } = await import('../feeds/sync-feeds.ts');
    const installed = {
      releases: await feeds.listReleases(),
      languages: await feeds.listLanguages(),
    };
    const states = new Map((await feeds.list()).map((state) => [state.source, state]));
    const names = feedSources(settings.sources, installed)
      .map(({ name }) => name)
      .filter((name) => isForced || isDue(lastTry(states.get(name)), settings.everyMs, now()));
    return { installed, names };
  }

  return {
    async run({ isForced, onProgress }) {
      if (running === null) {
        const { installed, names } = await dueNames(isForced);
        if (names.length === 0) return [];
        running ??= start(options, { installed, isForced }, names);
        const clear = () => {
          running = null;
        };
        void running.ended.then(clear, clear);
      }
      const { outcomes, ended, names, listeners, bytes } = running;
      const tell = () => onProgress?.(progressOf(names, outcomes, bytes()));
      tell();
      listeners.add(tell);
      await within(WAIT_MAX_MS, ended).finally(() => listeners.delete(tell));
      const told = new Set(outcomes.map(({ source }) => source));
      const rest = names.filter((name) => !told.has(name)).map(unfinished);
      return [...outcomes, ...(running === null ? [] : rest)];
    },
    async removeLeftovers() {
      const { removeLeftDownloads } = await import('../feeds/download.ts');
      await removeLeftDownloads(folderOf(options.databaseUrl), () => feeds.listHolders());
    },
    async close() {
      running?.stop();
    },
  };
}

const unfinished = (source: string): FeedOutcome => ({
  source,
  outcome: 'unfinished',
  reason: null,
  refused: { count: 0, reasons: [] },
});

/** `bytes` are of the first without an outcome: one is fetched after the other. */
function progressOf(
  names: readonly string[],
  outcomes: readonly FeedOutcome[],
  bytes: number,
): FeedProgress[] {
  const told = new Map(outcomes.map(({ source, outcome }) => [source, outcome]));
  const current = names.find((source) => !told.has(source));
  return names.map((source) => ({
    ...{ source, outcome: told.get(source) ?? null, records: null },
    ...(source === current && bytes > 0 && { bytes }),
  }));
}

function start(
  { settings, databaseUrl }: FeedSyncOptions,
  asked: Pick<FeedWork, 'installed' | 'isForced'>,
  names: readonly string[],
): Running {
  const { sources, everyMs, proxy } = settings;
  const address = proxy.address?.reveal() ?? null;
  const work: FeedWork = {
    ...asked,
    databaseUrl,
    folder: folderOf(databaseUrl),
    origins: sources.map((one) => ({ ...one })),
    everyMs,
    proxy: address === null ? null : { address, except: proxy.except },
  };
  const outcomes: FeedOutcome[] = [];
  const listeners: Running['listeners'] = new Set();
  let bytes = 0;
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const started = startBareProcess<FeedWork, FeedReply>({
    program: PROGRAM,
    memoryMb: MEMORY_MB,
    environment: connectionVariables(),
    onReply(reply) {
      if (reply.kind === 'outcome' || reply.kind === 'bytes') {
        bytes = reply.kind === 'bytes' ? reply.bytes : 0;
        if (reply.kind === 'outcome') outcomes.push(reply.outcome);
        for (const tell of listeners) tell();
        return;
      }
      if (reply.kind === 'outside') reject(new OutsideError(reply.code, reply.detail));
      stop();
    },
    onLost: (reason) =>
      reject(
        reason === null
          ? new OutsideError('feed-unreadable', 'it takes too much memory')
          : new Error(`Feeds were not read: ${reason}`),
      ),
  });
  function stop(): void {
    started.end();
    resolve();
  }
  started.send(work);
  return { stop, outcomes, names, listeners, ended, bytes: () => bytes };
}

/** Beside an SQLite file, whose disk has room; else among temporary files. */
function folderOf(databaseUrl: string): string {
  const place = parseDatabaseUrl(databaseUrl);
  if (place.kind === 'sqlite') return `${place.path}.feeds`;
  const name = createHash('sha256').update(databaseUrl).digest('hex').slice(0, 16);
  return join(tmpdir(), `seawall-feeds-${name}`);
}

import type { CoreContext } from '../command/command.ts';
import { scanHosts } from '../inspections/scan-hosts.ts';
import { type Held, LeaseLost } from '../ports/lease.ts';
import type { HostTurn } from '../ports/scan-turn-store.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { openJob } from '../timers/job.ts';
import { pause } from '../timers/pause.ts';
import { type Due, DueHosts, type Next, nextAfter } from './due-hosts.ts';
import { type OwnScanReason, ownScanAudit } from './own-scan-audit.ts';

/** Milliseconds of real time, except for the lease, which the database counts. */
export const ownScanTimings = {
  /** The first scans begin so long after the start. */
  startMs: 500,
  /** Cron pattern: when it is looked whether a host is due. */
  look: '*/5 * * * * *',
  /** A scan of another process that began so long before the start does for this one. */
  sharedMs: 60_000,
  /** How long a host is held without a sign of life. */
  leaseMs: 2 * 60_000,
  /** Least pause between two scans of a host that comes and goes, and after a database that failed. */
  againMs: 30_000,
  /** A host that could not be read, and whose return nobody would hear, is scanned again after this. */
  unreadMs: 30 * 60_000,
};

export type OwnScanTimings = typeof ownScanTimings;

/** Hosts that are scanned at once by themselves; digests and people come beside them. */
const SCANS_AT_ONCE = 4;
/** By so much each host is due after the one before it, and by no more of the whole time than a tenth. */
const APART_MS = 2_000;

export type OwnScanOutcome = 'good' | 'unreadable' | 'not-stored' | 'stopped' | 'failed';

export interface OwnScansParts {
  context: Omit<CoreContext, 'commands'>;
  /** How old the newest scan of a host may get; null: nothing is scanned unasked. */
  everyMs: number | null;
  /** True where others do the same on this database: the start of this process is then none of Seawall's. */
  isOneOfMany?: boolean;
  /** Hosts to whose events nobody listens. */
  unwatched: ReadonlySet<string>;
  /** False for a host that another process has to scan; all are this one's when left out. */
  reaches?: (host: string) => boolean;
  onScan: (scan: { host: string; reason: OwnScanReason; outcome: OwnScanOutcome }) => void;
  log: Logger;
  timings?: OwnScanTimings;
}

export interface OwnScans {
  /** Says that a host fell silent or can be heard again: it is scanned soon. Never rejects. */
  want(host: string, reason: HostTurn): void;
  /** Begins no more, gives up what runs and gives the hosts back. */
  close(): Promise<void>;
}

/**
 * Scans each host by itself: now, when it falls silent or comes back, and when its newest scan gets old, a
 * few at once. The database says which process does it, and whether another scan has done it already. What
 * fails is logged, kept for `status`, and tried again.
 */
export function openOwnScans(options: OwnScansParts): OwnScans {
  const { everyMs } = options;
  if (everyMs === null) return { want: () => {}, close: async () => {} };
  return scanning({
    timings: ownScanTimings,
    isOneOfMany: false,
    reaches: () => true,
    ...options,
    everyMs,
  });
}

type Parts = Required<OwnScansParts> & { everyMs: number };

function scanning(parts: Parts): OwnScans {
  const { context, everyMs, isOneOfMany, reaches, timings, log } = parts;
  const { now } = context;
  const hosts = context.hosts.filter(({ name }) => reaches(name));
  const stop = new AbortController();
  const audit = ownScanAudit(context, log);
  const windowMs = Math.min(everyMs / 10, hosts.length * APART_MS);
  // The hosts of a start come apart again: a later one is due a little sooner, never later than asked for.
  const ageMs = new Map(
    hosts.map(({ name }, index) => [name, everyMs - (windowMs * index) / hosts.length]),
  );
  const due = new DueHosts(context.turns.listLast, (name) => ageMs.get(name) ?? everyMs);
  const endedAt = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const onScan: Parts['onScan'] = (scan) => {
    endedAt.set(scan.host, performance.now());
    audit.note(scan.host, scan.reason);
    parts.onScan(scan);
  };
  const takeTurn = turnTaker({ ...parts, onScan }, ageMs, stop.signal);

  const work = async (name: string, wanted: Due): Promise<void> => {
    const found = await takeTurn(name, wanted);
    if (found !== null) due.setNext(name, found);
    else if (due.get(name) === undefined) {
      due.set(name, { ...wanted, notBefore: performance.now() + timings.againMs });
    }
  };
  const want: OwnScans['want'] = (host, reason) => {
    // It may have been added since.
    if (!reaches(host) || !context.hosts.some(({ name }) => name === host)) return;
    const ended = endedAt.get(host);
    const notBefore = ended === undefined ? 0 : ended + timings.againMs;
    due.set(host, { reason: due.get(host)?.reason ?? reason, since: now(), notBefore });
  };
  const begin = (name: string, wanted: Due): void => {
    const one = work(name, wanted).finally(() => {
      running.delete(name);
      job.wake();
    });
    running.set(name, one);
  };
  const look = async (): Promise<void> => {
    // Another process may watch the host.
    for (const { host, turn } of await context.turns.listWanted()) {
      if (due.get(host) === undefined && !running.has(host)) want(host, turn);
    }
    due.grow(now(), reaches);
    if (running.size < SCANS_AT_ONCE) {
      for await (const [name, wanted] of due.take((host) => running.has(host))) {
        begin(name, wanted);
        if (running.size >= SCANS_AT_ONCE) break;
      }
    }
    if (audit.isDue(running.size > 0)) await audit.write();
  };
  const failure = 'hosts could not be scanned by themselves';
  const job = openJob({ pattern: timings.look, work: look, failure, log });
  for (const { name } of hosts) {
    const [reason, doesMs] = isOneOfMany
      ? (['every', ageMs.get(name) ?? everyMs] as const)
      : (['start', timings.sharedMs] as const);
    due.set(name, { reason, since: now() - doesMs, notBefore: 0 });
  }
  job.wakeIn(timings.startMs);
  return {
    want(host, reason) {
      want(host, reason);
      job.wake();
    },
    async close() {
      stop.abort();
      await job.close();
      await Promise.all(running.values());
      await audit.write();
    },
  };
}

/**
 * Gives what takes the turn of a host and scans it, unless a scan that does has been stored meanwhile: when the
 * host is due again by its age, or null when it is to be tried again soon. Never rejects.
 */
function turnTaker(
  parts: Parts,
  ageMs: ReadonlyMap<string, number>,
  signal: AbortSignal,
): (name: string, wanted: Due) => Promise<Next | null> {
  const { context, everyMs, unwatched, timings, log } = parts;
  const { turns, now } = context;
  const owner = context.newId();
  const ageOf = (name: string) => ageMs.get(name) ?? everyMs;
  const stopped = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });

  const scan = async (name: string, reason: OwnScanReason, held: Held): Promise<Next | null> => {
    const began = now();
    const over = new AbortController();
    const holding = keepTurn(parts, name, held, over.signal);
    // Nobody waits for it once the program stops, and what it needs may be closed then.
    const scanned = await Promise.race([scanOne(parts, name, signal), stopped]);
    over.abort();
    await holding;
    await turns.end(name, held, scanned && { endedAt: now(), problem: scanned.problem });
    if (scanned === null) return null;
    const { outcome } = scanned;
    parts.onScan({ host: name, reason, outcome });
    const isSoon = outcome !== 'good' && (outcome !== 'unreadable' || unwatched.has(name));
    return nextAfter(began, isSoon ? Math.min(ageOf(name), timings.unreadMs) : ageOf(name));
  };

  return async (name, { reason, since }) => {
    if (signal.aborted) return null;
    try {
      const turn = await turns.claim(name, { owner, leaseMs: timings.leaseMs });
      // The scan of another process may do for this one as well.
      if (turn === null) return null;
      const { held, lastScanAt } = turn;
      if (lastScanAt === null || lastScanAt < since) return await scan(name, reason, held);
      await turns.end(name, held, null);
      return nextAfter(lastScanAt, ageOf(name));
    } catch (error) {
      const isOutside = error instanceof OutsideError || error instanceof LeaseLost;
      log[isOutside ? 'warn' : 'error']({ host: name, error }, 'a host could not be scanned yet');
      return null;
    }
  };
}

interface Scanned {
  outcome: OwnScanOutcome;
  problem: string | null;
}

/** Never rejects. */
async function scanOne(
  { context, log }: Parts,
  name: string,
  signal: AbortSignal,
): Promise<Scanned> {
  try {
    const { scans, stopped } = await scanHosts(
      context,
      context.hosts.filter((host) => host.name === name),
      { asker: 'self', isBrief: true },
    );
    const [scan] = scans;
    const [stop] = stopped ?? [];
    if (stop && !scan) return { outcome: 'stopped', problem: `${stop.by} stopped the scan` };
    if (scan === undefined) throw new Error(`${name} is not declared`);
    const { storeProblem, engineVersion } = scan;
    if (storeProblem !== null) return { outcome: 'not-stored', problem: storeProblem };
    return { outcome: engineVersion === null ? 'unreadable' : 'good', problem: null };
  } catch (error) {
    if (error instanceof OutsideError) return { outcome: 'not-stored', problem: error.message };
    if (!signal.aborted) log.error({ host: name, error }, 'a scan by itself failed: a bug');
    return { outcome: 'failed', problem: 'a bug in Seawall, which its log has' };
  }
}

/** Holds the turn of a host until the signal aborts. One that is lost is noticed at the end. */
async function keepTurn(
  { context: { turns }, timings, log }: Parts,
  host: string,
  held: Held,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(timings.leaseMs / 3, signal);
    if (signal.aborted) return;
    await turns.extend(host, held).catch((error: unknown) => {
      if (!(error instanceof LeaseLost)) log.warn({ host, error }, 'the turn could not be kept');
    });
  }
}

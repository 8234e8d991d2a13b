import type { BlindInterval } from '../ports/past.ts';
import type { LiveProcess, ProcessStore } from '../ports/process-store.ts';
import type { ScanJobStore } from '../ports/scan-queue.ts';
import type { WatchedHost } from '../ports/watch-store.ts';
import { onOutside } from '../shared/errors.ts';
import { DAY_MS } from '../shared/time.ts';

/** How the processes that share a database are, and how far behind their work is. */
export interface ProcessState {
  /** Those that live, in order of start; null where that could not be read. */
  processes: LiveProcess[] | null;
  /** Scans that wait and run; null where that could not be read. */
  queue: { waiting: number; running: number; oldestMs: number } | null;
  /** How far the watcher that is behind most is; null where nobody watches. */
  watchLagMs: number | null;
  /** How long hosts were not watched in the last day, all of them together, and how many hosts that were. */
  blind: { ms: number; hosts: number };
}

/** What is known of the processes and of their work; what the database does not tell is null. */
export async function processState(
  {
    processes,
    scanJobs,
  }: { processes: Pick<ProcessStore, 'list'>; scanJobs: Pick<ScanJobStore, 'backlog'> },
  seen: { watches: readonly WatchedHost[]; blind: readonly BlindInterval[]; now: number },
): Promise<ProcessState> {
  const { watches, blind, now } = seen;
  const lags = watches.flatMap(({ since, coveredUntil }) =>
    since === null || coveredUntil === null ? [] : [Math.max(0, now - coveredUntil)],
  );
  return {
    processes: await processes.list().catch(onOutside(() => null)),
    queue: await scanJobs.backlog().catch(onOutside(() => null)),
    watchLagMs: lags.length === 0 ? null : Math.max(...lags),
    blind: blindIn(blind, now),
  };
}

/** Intervals of one host that overlap count once. */
function blindIn(all: readonly BlindInterval[], now: number): ProcessState['blind'] {
  const recent = all.filter(({ to }) => to === null || Date.parse(to) > now - DAY_MS);
  const byHost = Map.groupBy(recent, ({ host }) => host);
  let ms = 0;
  for (const intervals of byHost.values()) {
    let covered = now - DAY_MS;
    const spans = intervals
      .map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? now : Date.parse(to) }))
      .sort((a, b) => a.from - b.from);
    for (const { from, to } of spans) {
      ms += Math.max(0, to - Math.max(from, covered));
      covered = Math.max(covered, to);
    }
  }
  return { ms, hosts: byHost.size };
}

import type { ProcessState } from '../answers/process-state.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { ProcessStore } from '../ports/process-store.ts';
import type { ScanJobStore } from '../ports/scan-job-store.ts';
import type { WatchedHost } from '../ports/watch-store.ts';
import { onOutside } from '../shared/errors.ts';
import { DAY_MS } from '../shared/time.ts';

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

import { scanHosts } from '../inspections/scan-hosts.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import { within } from '../timers/pause.ts';
import type { ScheduleLimits, ScheduleParts } from './schedule-parts.ts';

type ScanNeeds = Pick<ScheduleParts, 'context' | 'log' | 'timings' | 'signal'> &
  Pick<ScheduleLimits, 'hostLimit'>;

/**
 * Scans hosts, so many at once as the limit allows. `onBeat` is called every couple of seconds with
 * the hosts that have not reported yet, until all have or had their time. Gives back those whose scan
 * failed, was not stored or took too long: none of them holds the others up. Rejects as `onBeat` does.
 */
export async function scanForDigest(
  parts: ScanNeeds,
  hosts: readonly HostDeclaration[],
  onBeat: (pending: string[]) => Promise<void>,
): Promise<string[]> {
  const pending = new Set(hosts.map(({ name }) => name));
  const silent = new Set<string>();
  const work = hosts.map((host) =>
    parts.hostLimit(async () => {
      if (await scanOne(parts, host)) pending.delete(host.name);
      else silent.add(host.name);
    }),
  );
  const all = Promise.all(work);
  while (pending.size > silent.size) {
    await within(parts.timings.updateEveryMs, all);
    if (pending.size > silent.size) await onBeat([...pending]);
  }
  return [...pending];
}

/** True when the scan is stored. */
async function scanOne(
  { context, log, timings, signal }: ScanNeeds,
  host: HostDeclaration,
): Promise<boolean> {
  try {
    const answer = await within(
      timings.hostDeadlineMs,
      scanHosts(context, [host], { asker: 'digest', isBrief: true }),
    );
    const [scan] = answer?.scans ?? [];
    if (scan?.storeProblem === null) return true;
    const problem = scan?.storeProblem ?? (answer?.stopped ? 'the scan was stopped' : undefined);
    log.warn({ host: host.name, problem }, 'a host did not report to the digest');
  } catch (error) {
    // Nobody waits for it any more, and what it needs may be closed.
    if (!signal.aborted)
      log.error({ host: host.name, error }, 'a scan for the digest failed: a bug');
  }
  return false;
}

import type {
  HostFilesystems,
  HostProgress,
  HostScan,
  ScanAnswer,
  ScanProgressAnswer,
  StoppedScan,
} from '../answers/scan-answer.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import {
  type RunningJob,
  type ScanAsker,
  type ScanQueue,
  ScanStopped,
} from '../ports/scan-queue.ts';
import { isoTime } from '../shared/time.ts';
import { splitAccepted } from './accepted.ts';
import { inventory, type ScanWork, scanHost } from './scan-host.ts';

export interface ScanParts extends ScanWork {
  scanQueue: ScanQueue;
}

export interface ScanAsked {
  /** A person when left out. */
  asker?: ScanAsker;
  onProgress?: ((progress: ScanProgressAnswer) => void) | undefined;
  /** True for who wants all that images hold. */
  isDeep?: boolean;
  /** True for who looks at no list of the answer. */
  isBrief?: boolean;
  /** Aborts, with a `Leaving`, when somebody stops what this asker waits for. */
  signal?: AbortSignal | undefined;
}

/**
 * Scans hosts side by side: snapshot, verdicts, findings, one stored scan each, which all share who
 * ask while it runs. A host that cannot be read harms no other. A scan that cannot be stored is still answered, and says so.
 * Whole file systems are read behind it: with `isDeep` of all hosts, else where the settings want it.
 * What was stopped is said in the answer.
 */
export async function scanHosts(
  parts: ScanParts,
  hosts: readonly HostDeclaration[],
  { asker = 'person', onProgress, isDeep = false, isBrief = false, signal }: ScanAsked = {},
): Promise<ScanAnswer> {
  const steps: HostProgress[] = hosts.map(({ name }) => waiting(name));
  const stopped: StoppedScan[] = [];
  const tell = (index: number, step: HostProgress): void => {
    steps[index] = step;
    const takenAt = isoTime(parts.now());
    onProgress?.({ kind: 'scan-progress', takenAt, next: [], hosts: [...steps] });
  };
  const scanOne = async (host: HostDeclaration, index: number): Promise<HostScan | null> => {
    let latest = waiting(host.name);
    const onStep: RunningJob['onStep'] = (step) => {
      latest = { host: host.name, done: step.done, total: step.total, latest: step };
      tell(index, latest);
    };
    const job = { host: host.name, asker, isBrief };
    let scan: HostScan | null = null;
    try {
      scan = await parts.scanQueue.run<HostScan>(
        { ...job, what: 'scan' },
        (running) => scanHost(parts, host, running),
        onStep,
        signal,
      );
      if (hosts.length > 1) tell(index, { ...latest, outcome: outcomeOf(scan) });
      if (!isDeep && host.inventory !== 'full' && host.evidence === 'api') return scan;
      const filesystems = await parts.scanQueue.run<HostFilesystems | null>(
        { ...job, what: isDeep ? 'deep-inventory' : 'inventory' },
        (running) => inventory(parts, host, isDeep, running.signal),
        undefined,
        signal,
      );
      return { ...scan, filesystems };
    } catch (error) {
      if (!(error instanceof ScanStopped)) throw error;
      const { by, goesOn } = error;
      stopped.push({ host: host.name, by, left: scan ? 'scan' : goesOn ? 'others' : 'nothing' });
      if (scan === null) tell(index, { ...latest, outcome: { state: 'stopped' } });
      return scan;
    }
  };
  const scans = (await Promise.all(hosts.map(scanOne))).filter((one) => one !== null);
  const on = scans.length === 1 && scans[0] ? ` on ${scans[0].host}` : '';
  return {
    kind: 'scan',
    takenAt: isoTime(parts.now()),
    scans,
    ...(stopped.length > 0 && { stopped }),
    next:
      scans.length === 0
        ? ['scan', 'findings']
        : [`findings${on}`, `containers${on}`, ...worstRule(scans)],
  };
}

/** A host whose engine was not asked yet. */
const waiting = (host: string): HostProgress => ({ host, done: 0, total: 0, latest: null });

/** What came of a scan, for who watches it proceed. */
function outcomeOf(scan: HostScan): NonNullable<HostProgress['outcome']> {
  if (scan.coverage.answered === 0) return { state: 'unread' };
  return { state: 'scanned', posture: scan.posture, open: scan.counts.open };
}

/** The rule of the worst finding, to be explained next. */
function worstRule(scans: readonly HostScan[]): string[] {
  const worst = scans.flatMap(({ saved }) => splitAccepted(saved?.open ?? []).open)[0];
  return worst ? [`explain ${worst.rule}`] : [];
}

interface RefreshParts extends ScanParts {
  freshWithinMs: number | null;
  onProgress: NonNullable<ScanAsked['onProgress']>;
}

/**
 * Scans those of the hosts whose last good scan is older than the asker wants it, before a question
 * about what is running now. Where asking starts no scan, the stored state answers, with its age.
 */
export async function refreshHosts(
  parts: RefreshParts,
  hosts: readonly HostDeclaration[],
): Promise<void> {
  const { freshWithinMs, store, now } = parts;
  if (freshWithinMs === null) return;
  const scans = await store.listHostScans({ hosts: hosts.map(({ name }) => name) });
  const lastGood = new Map(scans.map((one) => [one.host, one.lastGood]));
  const stale = hosts.filter(({ name }) => {
    const last = lastGood.get(name) ?? null;
    return last === null || now() - Date.parse(last.finishedAt) >= freshWithinMs;
  });
  if (stale.length === 0) return;
  await scanHosts(parts, stale, { onProgress: parts.onProgress, isBrief: true });
}

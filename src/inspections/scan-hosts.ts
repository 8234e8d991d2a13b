import type {
  HostFilesystems,
  HostScan,
  ScanAnswer,
  ScanProgressAnswer,
} from '../answers/scan-answer.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { RunningJob, ScanAsker, ScanQueue } from '../ports/scan-queue.ts';
import { isoTime } from '../shared/time.ts';
import { splitAccepted } from './accepted.ts';
import { inventory, type ScanWork, scanHost } from './scan-host.ts';

export interface ScanParts extends ScanWork {
  scanQueue: ScanQueue;
}

export interface ScanAsked {
  /** A person when left out. */
  asker?: ScanAsker;
  onProgress?: (progress: ScanProgressAnswer) => void;
  /** True for who wants all that images hold. */
  isDeep?: boolean;
  /** True for who looks at no list of the answer. */
  isBrief?: boolean;
}

/**
 * Scans hosts side by side: snapshot, verdicts, findings, one stored scan each, which all share who
 * ask while it runs. A host that cannot be read harms no other. A scan that cannot be stored is still answered, and says so.
 * Whole file systems are read behind it: with `isDeep` of all hosts, else where the settings want it.
 * Rejects with `ScanStopped`.
 */
export async function scanHosts(
  parts: ScanParts,
  hosts: readonly HostDeclaration[],
  { asker = 'person', onProgress, isDeep = false, isBrief = false }: ScanAsked = {},
): Promise<ScanAnswer> {
  const steps: ScanProgressAnswer['hosts'] = hosts.map(({ name }) => {
    return { host: name, done: 0, total: 0, latest: null };
  });
  const scans = await Promise.all(
    hosts.map(async (host, index) => {
      const onStep: RunningJob['onStep'] = (step) => {
        steps[index] = { host: host.name, done: step.done, total: step.total, latest: step };
        const takenAt = isoTime(parts.now());
        onProgress?.({ kind: 'scan-progress', takenAt, next: [], hosts: [...steps] });
      };
      const job = { host: host.name, asker, isBrief };
      const scan = await parts.scanQueue.run<HostScan>(
        { ...job, what: 'scan' },
        (running) => scanHost(parts, host, running),
        onStep,
      );
      if (!isDeep && host.inventory !== 'full' && host.evidence === 'api') return scan;
      const what = isDeep ? 'deep-inventory' : 'inventory';
      const filesystems = await parts.scanQueue.run<HostFilesystems | null>(
        { ...job, what },
        ({ signal }) => inventory(parts, host, isDeep, signal),
      );
      return { ...scan, filesystems };
    }),
  );
  const on = scans.length === 1 && scans[0] ? ` on ${scans[0].host}` : '';
  return {
    kind: 'scan',
    takenAt: isoTime(parts.now()),
    scans,
    next: [`findings${on}`, `containers${on}`, ...worstRule(scans)],
  };
}

/** The rule of the worst finding, to be explained next. */
function worstRule(scans: readonly HostScan[]): string[] {
  const worst = scans.flatMap(({ saved }) => splitAccepted(saved?.open ?? []).open)[0];
  return worst ? [`explain ${worst.rule}`] : [];
}

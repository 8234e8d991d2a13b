import type { HostFilesystems, HostScan } from '../answers/scan-answer.ts';
import { type Assessment, assessing } from '../assessment/assess.ts';
import { applyAttestations } from '../findings/attestations.ts';
import { currentFindings, undecided } from '../findings/current-findings.ts';
import { evaluator } from '../findings/evaluate.ts';
import type { RuleResult } from '../findings/result.ts';
import { buildGraph } from '../paths/build-graph.ts';
import { reachFacts } from '../paths/reach-facts.ts';
import type { AcceptanceStore, StoredAttestation } from '../ports/acceptance-store.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { SeenImage } from '../ports/filesystem-store.ts';
import type { RunningJob, ScanJob, SnapshotTaker } from '../ports/scan-queue.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { SavedScan, ScanStore } from '../ports/scan-store.ts';
import { assessHost } from '../posture/assess-host.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { OutsideError, onOutside } from '../shared/errors.ts';
import type { FairShare, FairShares } from '../shared/fair-shares.ts';
import { passOn } from '../shared/pass-on.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { inTurns } from '../shared/steps.ts';
import { isoTime } from '../shared/time.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import { knownImages } from '../snapshot/known-images.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isAccepted, splitAccepted } from './accepted.ts';
import { countScan } from './count-open.ts';
import { unreadSections } from './count-unread.ts';
import { type ExploitableParts, exploitableIn } from './exploitable-images.ts';
import { observeContainers } from './facets.ts';
import { firstScreen } from './first-screen.ts';
import { type InventoryParts, inventoryImages } from './inventory-images.ts';
import { inventorySystems, type SystemParts } from './inventory-systems.ts';
import { observeImages } from './observe-images.ts';
import { findingOrder, sortedBy } from './paging.ts';

/** What scanning a host takes. */
export interface ScanWork
  extends InventoryParts,
    Omit<ExploitableParts, 'store' | 'filesystems' | 'images'>,
    Omit<SystemParts, 'images'> {
  images: SystemParts['images'] & ExploitableParts['images'];
  rules: readonly Rule[];
  policy: Policy;
  snapshots: SnapshotTaker;
  acceptances: Pick<AcceptanceStore, 'listAttestations'>;
  newId: () => string;
  /**
   * Runs work that loads the processor or holds a host in the database: a few of all scans of this process at a
   * time. Side by side each would take as long as all.
   */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Of the processor, for every scan of this process. */
  shares: FairShares;
}

/** What was read of a host. */
interface Taken {
  /** Whoever judges it has it alone: stored is what came of it, and that is as large. */
  snapshot: () => Snapshot;
  startedAt: number;
  share: FairShare;
}

/** How this process does a job of a queue. */
export const workOf =
  (parts: ScanWork, host: HostDeclaration, what: ScanJob['what']) =>
  (running: RunningJob): Promise<HostScan | HostFilesystems | null> =>
    what === 'scan'
      ? scanHost(parts, host, running)
      : inventory(parts, host, what === 'deep-inventory', running.signal);

/**
 * Reads what is in a host's images beside what scans read of them: all of it, or as far as the settings want.
 * Null where nobody wants more than the packages of systems. Rejects with the reason of the signal.
 */
export async function inventory(
  parts: ScanWork,
  host: HostDeclaration,
  isDeep: boolean,
  signal: AbortSignal,
): Promise<HostFilesystems | null> {
  await inventorySystems(parts, host, signal);
  signal.throwIfAborted();
  return inventoryImages(parts, host, isDeep, signal);
}

/** Of a scan that is summed up, findings that buttons can be about. */
const WORST_KEPT = 3;

/** Scans one host and stores the scan. Rejects with the reason of the signal, and as `EndedByScan` says. */
export async function scanHost(
  parts: ScanWork,
  host: HostDeclaration,
  running: RunningJob,
): Promise<HostScan> {
  const { onStep, signal } = running;
  const startedAt = parts.now();
  const earlier = await readKnownImages(parts.store, host.name);
  signal.throwIfAborted();
  const share = parts.shares.enter();
  try {
    const known = [earlier, signal, share] as const;
    const snapshot = passOn(await parts.snapshots.takeSnapshot(host.name, onStep, ...known));
    await share.rest(() => signal.aborted);
    return await parts.inTurn(() =>
      judgeAndStore(parts, host, { snapshot, startedAt, share }, running),
    );
  } finally {
    share.leave();
  }
}

/** What was judged of a snapshot, as it is stored and answered. */
interface Judged {
  record: ScanRecord;
  results: HostScan['results'];
  takenAt: string;
  images: SeenImage[] | null;
}

async function judgeTaken(
  parts: ScanWork,
  { snapshot: take, startedAt, share }: Taken,
): Promise<Judged> {
  const snapshot = take();
  const assessment = await inTurns(assessing(snapshot), share.doing);
  const judged = await judge(parts, assessment, share);
  const attestations = await readAttestations(parts.acceptances);
  const results = applyAttestations(judged, parts.rules, attestations, snapshot);
  const record = await toRecord(parts, assessment, results, { startedAt, share });
  return { record, results, takenAt: snapshot.takenAt, images: imagesIn(snapshot) };
}

async function judgeAndStore(
  parts: ScanWork,
  host: HostDeclaration,
  taken: Taken,
  { signal, held, onEnded }: RunningJob,
): Promise<HostScan> {
  signal.throwIfAborted();
  const { record, results, takenAt, images } = await judgeTaken(parts, taken);
  signal.throwIfAborted();
  const durationMs = parts.now() - taken.startedAt;
  const answer = (saved: SavedScan | null, storeProblem: string | null): HostScan => {
    const open = saved === null ? record.findings : splitAccepted(saved.open).open;
    return {
      host: host.name,
      labels: host.labels,
      takenAt,
      durationMs,
      engineVersion: record.engine?.version ?? null,
      clockAheadMs: record.engine?.clockAheadMs ?? null,
      results: markAccepted(results, saved),
      counts: countScan({ saved, results }),
      coverage: record.coverage,
      unreadSections: record.unreadSections,
      containers: record.containers?.length ?? null,
      posture: record.posture,
      saved,
      storeProblem,
      filesystems: null,
      firstScreen: firstScreen(
        [{ host: host.name, posture: record.posture }],
        open.map((finding) => ({ ...finding, host: host.name })),
        parts.rules,
      ),
    };
  };
  const job = held && {
    held,
    resultOf(saved: SavedScan, isBrief: boolean) {
      const whole = answer(inOrder(saved), null);
      if (!isBrief) return whole;
      const worst = splitAccepted(whole.saved?.open ?? []).open.slice(0, WORST_KEPT);
      return { ...whole, results: [], saved: { ...saved, open: worst, closed: [] } };
    },
  };
  try {
    const saved = inOrder(await parts.store.saveScan(record, job ?? undefined));
    onEnded();
    const noting = images && parts.filesystems.seeImages(host.name, record.startedAt, images);
    // The scan is stored whatever comes of this, and the next one notes them as well.
    await noting?.catch(onOutside(() => null));
    return answer(saved, null);
  } catch (error) {
    // Who shares the database tries it again, or another process does.
    if (!(error instanceof OutsideError) || (held !== null && error.isRetryable)) throw error;
    return answer(null, error.message);
  }
}

const inOrder = (saved: SavedScan): SavedScan => ({
  ...saved,
  open: sortedBy(saved.open, findingOrder),
});

/** Every rule over the host; other work gets its turn between two rules. */
async function judge(
  { rules, policy }: ScanWork,
  assessment: Assessment,
  share: FairShare,
): Promise<RuleResult[]> {
  const judgeBy = evaluator(assessment, policy);
  const results: RuleResult[] = [];
  for (const rule of rules) results.push(...(await share.doing(() => judgeBy(rule))));
  return results;
}

async function toRecord(
  parts: ScanWork,
  assessment: Assessment,
  results: HostScan['results'],
  { startedAt, share }: Omit<Taken, 'snapshot'>,
): Promise<ScanRecord> {
  const { snapshot } = assessment;
  const { engine, containers } = snapshot;
  const facts = engine.state === 'read' ? engine.value : null;
  const findings = await share.doing(() => currentFindings(results, snapshot));
  const graph = await share.doing(() => buildGraph(assessment));
  const exploitable = await exploitableIn(parts, snapshot);
  const posture = await share.doing(() =>
    assessHost(parts.rules, results, assessment, graph, exploitable),
  );
  return share.doing(() => ({
    id: parts.newId(),
    host: snapshot.host,
    startedAt: isoTime(startedAt),
    finishedAt: isoTime(parts.now()),
    engine: facts && {
      ...{ id: facts.id, version: facts.version, apiVersion: facts.apiVersion },
      defaults: engineDefaults(facts),
      clockAheadMs: facts.clockAheadMs ?? null,
    },
    coverage: posture.coverage,
    unreadSections: unreadSections(snapshot),
    findings,
    undecided: undecided(results, snapshot),
    containers:
      containers.state === 'read'
        ? observeContainers(containers.value.read, results, parts.rules, assessment)
        : null,
    unreadContainerIds:
      containers.state === 'read' ? containers.value.unread.map(({ id }) => id) : [],
    images: knownImages(snapshot),
    imageList: observeImages(snapshot, results),
    posture,
    reach: facts && containers.state === 'read' ? reachFacts(assessment, graph) : null,
  }));
}

/** Images by what they are made of; null where these were not read. */
function imagesIn({ setUid, images }: Snapshot): SeenImage[] | null {
  if (setUid.state === 'unread' || images.state === 'unread') return null;
  const names = new Map(images.value.read.map(({ id, tags }) => [id, tags[0] ?? id]));
  return setUid.value.flatMap(({ layers, imageIds }) =>
    // One of which the engine names no layers is like no other.
    imageIds.map((id) => ({ id, name: names.get(id) ?? id, layers: layers || id })),
  );
}

/** Where the database fails they are read again, which costs time and changes no verdict. */
const readKnownImages = (store: ScanStore, host: string): Promise<ImageSetUid[]> =>
  store.listImages(host).catch(onOutside(() => []));

/** A database that fails is a reason of its own, not the lack of anybody's word. */
async function readAttestations(
  store: ScanWork['acceptances'],
): Promise<Reading<StoredAttestation[]>> {
  try {
    return read(await store.listAttestations());
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(error.message);
  }
}

/** Failing results say when their risk is accepted: they stay `fail`. */
function markAccepted(results: HostScan['results'], saved: SavedScan | null): HostScan['results'] {
  const key = (rule: string, name: string) => JSON.stringify([rule, name]);
  const until = new Map<string, string>();
  for (const { rule, subjects, acceptance } of (saved?.open ?? []).filter(isAccepted)) {
    for (const name of subjects) until.set(key(rule, name), acceptance.until);
  }
  return results.map((result) => {
    const acceptedUntil = until.get(key(result.rule, result.subject.name));
    return result.verdict === 'fail' && acceptedUntil ? { ...result, acceptedUntil } : result;
  });
}

/** Security that containers of an engine are given without asking. */
const engineDefaults = (facts: EngineFacts): string[] => [
  ...(facts.hasAppArmor ? ['apparmor'] : []),
  ...(facts.hasNoNewPrivilegesDefault ? ['no-new-privileges'] : []),
  `seccomp=${facts.seccompProfile ?? 'none'}`,
  ...(facts.hasSelinux ? ['selinux'] : []),
  ...(facts.remapsUsers ? ['userns-remap'] : []),
];

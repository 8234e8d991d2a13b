import type {
  HostFilesystems,
  HostProgress,
  HostScan,
  ScanAnswer,
  ScanProgressAnswer,
  StoppedScan,
} from '../answers/scan-answer.ts';
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
import {
  type RunningJob,
  type ScanAsker,
  type ScanQueue,
  ScanStopped,
} from '../ports/scan-queue.ts';
import type { ScanRecord, UnreadSection } from '../ports/scan-record.ts';
import type { SavedScan, ScanStore } from '../ports/scan-store.ts';
import type { SnapshotTaker } from '../ports/snapshot-taker.ts';
import { assessHost } from '../posture/assess-host.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { inTurns } from '../shared/steps.ts';
import { isoTime } from '../shared/time.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import { needsFilesLevel, needsKernelLevel } from '../snapshot/needed-level.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';
import { isAccepted, splitAccepted } from './accepted.ts';
import { countScan } from './count-open.ts';
import { type ExploitableParts, exploitableIn } from './exploitable-images.ts';
import { observeContainers } from './facets.ts';
import { firstScreen } from './first-screen.ts';
import { type InventoryParts, inventoryImages } from './inventory-images.ts';
import { inventorySystems, type SystemParts } from './inventory-systems.ts';
import { observeImages } from './observe-images.ts';
import { findingOrder, sortedBy } from './paging.ts';

export interface ScanParts extends InventoryParts, ExploitableParts, SystemParts {
  rules: readonly Rule[];
  policy: Policy;
  snapshots: SnapshotTaker;
  scanQueue: ScanQueue;
  acceptances: Pick<AcceptanceStore, 'listAttestations'>;
  newId: () => string;
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
      scan = await parts.scanQueue.run(
        { ...job, what: 'scan' },
        (running) => scanHost(parts, host, running),
        onStep,
        signal,
      );
      if (hosts.length > 1) tell(index, { ...latest, outcome: outcomeOf(scan) });
      if (!isDeep && host.inventory !== 'full' && host.evidence === 'api') return scan;
      const filesystems = await parts.scanQueue.run(
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

const waiting = (host: string): HostProgress => ({ host, done: 0, total: 0, latest: null });

function outcomeOf(scan: HostScan): NonNullable<HostProgress['outcome']> {
  if (scan.coverage.answered === 0) return { state: 'unread' };
  return { state: 'scanned', posture: scan.posture, open: countScan(scan).open };
}

async function inventory(
  parts: ScanParts,
  host: HostDeclaration,
  isDeep: boolean,
  signal: AbortSignal,
): Promise<HostFilesystems | null> {
  await inventorySystems(parts, host, signal);
  signal.throwIfAborted();
  return inventoryImages(parts, host, isDeep, signal);
}

async function scanHost(
  parts: ScanParts,
  host: HostDeclaration,
  { onStep, signal }: RunningJob,
): Promise<HostScan> {
  const startedAt = parts.now();
  const knownImages = await readKnownImages(parts.store, host.name);
  signal.throwIfAborted();
  const snapshot = await parts.snapshots.takeSnapshot(host.name, onStep, knownImages, signal);
  signal.throwIfAborted();
  const assessment = await inTurns(assessing(snapshot));
  const judged = await judge(parts, assessment);
  const attestations = await readAttestations(parts.acceptances);
  const results = applyAttestations(judged, parts.rules, attestations, snapshot);
  const record = await toRecord(parts, assessment, results, startedAt);
  signal.throwIfAborted();
  const { saved, storeProblem } = await save(parts, record, imagesIn(snapshot));
  const open = saved === null ? record.findings : splitAccepted(saved.open).open;
  return {
    host: host.name,
    labels: host.labels,
    takenAt: snapshot.takenAt,
    durationMs: parts.now() - startedAt,
    engineVersion: record.engine?.version ?? null,
    results: markAccepted(results, saved),
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
}

/** Every rule over the host; other work gets its turn between two rules. */
async function judge({ rules, policy }: ScanParts, assessment: Assessment): Promise<RuleResult[]> {
  const judgeBy = evaluator(assessment, policy);
  const results: RuleResult[] = [];
  for (const rule of rules) {
    await yieldToEvents();
    results.push(...judgeBy(rule));
  }
  return results;
}

async function toRecord(
  parts: ScanParts,
  assessment: Assessment,
  results: HostScan['results'],
  startedAt: number,
): Promise<ScanRecord> {
  const { snapshot } = assessment;
  const { engine, containers, setUid } = snapshot;
  const facts = engine.state === 'read' ? engine.value : null;
  await yieldToEvents();
  const findings = currentFindings(results, snapshot);
  await yieldToEvents();
  const graph = buildGraph(assessment);
  await yieldToEvents();
  const exploitable = await exploitableIn(parts, snapshot);
  const posture = assessHost(parts.rules, results, assessment, graph, exploitable);
  await yieldToEvents();
  return {
    id: parts.newId(),
    host: snapshot.host,
    startedAt: isoTime(startedAt),
    finishedAt: isoTime(parts.now()),
    engine: facts && {
      ...{ id: facts.id, version: facts.version, apiVersion: facts.apiVersion },
      defaults: engineDefaults(facts),
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
    images: setUid.state === 'read' ? setUid.value : null,
    imageList: observeImages(snapshot, results),
    posture,
    reach: facts && containers.state === 'read' ? reachFacts(assessment, graph) : null,
  };
}

/** Security that containers of an engine are given without asking. */
function engineDefaults(facts: EngineFacts): string[] {
  return [
    ...(facts.hasAppArmor ? ['apparmor'] : []),
    ...(facts.hasNoNewPrivilegesDefault ? ['no-new-privileges'] : []),
    `seccomp=${facts.seccompProfile ?? 'none'}`,
    ...(facts.hasSelinux ? ['selinux'] : []),
    ...(facts.remapsUsers ? ['userns-remap'] : []),
  ];
}

/** Without those that the host's evidence level leaves out: they are a choice, not a failure. */
function unreadSections(snapshot: Snapshot): UnreadSection[] {
  const { host: _host, takenAt: _takenAt, ...sections } = snapshot;
  return Object.entries(sections).flatMap(([section, reading]) =>
    reading.state === 'unread' && ![needsFilesLevel, needsKernelLevel].includes(reading.reason)
      ? { section: section as SectionId, reason: reading.reason }
      : [],
  );
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

async function save(
  { store, filesystems }: Pick<ScanParts, 'store' | 'filesystems'>,
  record: ScanRecord,
  images: readonly SeenImage[] | null,
): Promise<{ saved: SavedScan | null; storeProblem: string | null }> {
  try {
    const saved = await store.saveScan(record);
    if (images !== null) await filesystems.seeImages(record.host, record.startedAt, images);
    return { saved: { ...saved, open: sortedBy(saved.open, findingOrder) }, storeProblem: null };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { saved: null, storeProblem: error.message };
  }
}

/** Where the database fails they are read again, which costs time and changes no verdict. */
async function readKnownImages(store: ScanStore, host: string): Promise<ImageSetUid[]> {
  try {
    return await store.listImages(host);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return [];
  }
}

/** A database that fails is a reason of its own, not the lack of anybody's word. */
async function readAttestations(
  store: ScanParts['acceptances'],
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

/** The rule of the worst finding, to be explained next. */
function worstRule(scans: readonly HostScan[]): string[] {
  const worst = scans.flatMap(({ saved }) => splitAccepted(saved?.open ?? []).open)[0];
  return worst ? [`explain ${worst.rule}`] : [];
}

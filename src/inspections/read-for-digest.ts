import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ExposedStore } from '../ports/exposed-store.ts';
import type { HostScans, ScanStore } from '../ports/scan-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Rule } from '../rules/rule.ts';
import { digestVulnerabilities } from './digest-vulnerabilities.ts';
import { driftOn } from './drift.ts';
import type { ExposureOfParts } from './exposure-of.ts';
import type { OwnerRouting } from './finding-owners.ts';
import { SUBJECTS_READ } from './first-screen.ts';
import { historyOfHosts } from './history-of-hosts.ts';

export interface DigestParts extends Omit<ExposureOfParts, 'exposed'> {
  now: Clock;
  store: Pick<
    ScanStore,
    | 'listScansAndPostures'
    | 'listOpenFindings'
    | 'listDecidedFindings'
    | 'listWorstFindings'
    | 'listFindingChanges'
    | 'listParts'
    | 'listControlGroups'
    | 'listGone'
    | 'listAlike'
    | 'listBlindIntervals'
    | 'listScanHistory'
  >;
  watches: Pick<WatchStore, 'listGlimpses' | 'listLastEvents'>;
  baselines: Pick<BaselineStore, 'list'>;
  exposed: Pick<ExposedStore, 'basis' | 'listPlaced' | 'listAcceptances' | 'listAcceptedAs'>;
  groupBy: string | null;
  rules: readonly Pick<Rule, 'id' | 'fix' | 'subject'>[];
  owners: OwnerRouting | null;
}

/** How far back the picture of a digest goes: fourteen days, this one included. */
const HISTORY_MS = 13 * 24 * 60 * 60 * 1_000;

/** What a digest is about. Times are epoch milliseconds. */
interface DigestRead {
  since: number | null;
  /** From when on it tells what came and went. */
  cameSince: number;
  now: number;
  isBrief: boolean;
  isPending: boolean;
}

export type FoundForDigest = Awaited<ReturnType<typeof readForDigest>>;

/**
 * Reads what a digest tells, in four parts at once that take about as long: a database that is a program of its own looks
 * for one while the rows of another are read here. Each has a connection of its own meanwhile. What is open is read after
 * what became of findings: what is gone by the one is not open by the other. Rejects with `OutsideError` when the store fails.
 */
export async function readForDigest(
  parts: DigestParts,
  hosts: readonly HostDeclaration[],
  asked: DigestRead,
) {
  // One list, by which the store knows that it was asked for these hosts before.
  const names = hosts.map(({ name }) => name);
  const compared = readCompared(parts.store, hosts, names, asked);
  const [known, worst, beside, past] = await Promise.all([
    compared.then(() => readKnown(parts, names, asked)),
    compared.then(() => readWorst(parts.store, names, asked)),
    readBeside(parts.store, names, asked),
    readPast(parts.store, hosts, asked),
  ]);
  return { ...(await compared), ...known, ...worst, ...beside, ...past };
}

export interface ScannedHost {
  host: HostDeclaration;
  last: HostScans['last'] | null;
  lastGood: HostScans['lastGood'];
  /** By the last good scan; null before it, or where it was of a version that computed none. */
  posture: HostPosture | null;
}

/** The newest scans, then what became of findings. */
async function readCompared(
  store: DigestParts['store'],
  declared: readonly HostDeclaration[],
  hosts: readonly string[],
  { since }: DigestRead,
) {
  const newest = await store.listScansAndPostures({ hosts });
  const scans = new Map(newest.scans.map((one) => [one.host, one]));
  const postureOf = new Map(newest.postures.map(({ host, posture }) => [host, posture]));
  return {
    scans: declared.map((host): ScannedHost => {
      const { last = null, lastGood = null } = scans.get(host.name) ?? {};
      return { host, last, lastGood, posture: postureOf.get(host.name) ?? null };
    }),
    changes: since === null ? [] : await store.listFindingChanges({ hosts, since }),
  };
}

/** What is open, or of many hosts that on which somebody decided, and what stands beside scans. */
async function readKnown(
  parts: DigestParts,
  hosts: readonly string[],
  { since, cameSince, now, isBrief }: DigestRead,
) {
  const { listDecidedFindings, listOpenFindings } = parts.store;
  return {
    known: await (isBrief ? listDecidedFindings : listOpenFindings)({ hosts }),
    glimpses: await parts.watches.listGlimpses({ hosts, since: cameSince }),
    vulnerabilities: await digestVulnerabilities(parts, { hosts, since, now }),
    drifted: await driftOn(parts, hosts),
  };
}

/** Of many hosts the worst that is open. */
async function readWorst(
  store: DigestParts['store'],
  hosts: readonly string[],
  { isBrief }: DigestRead,
) {
  const asked = { hosts, subjects: SUBJECTS_READ };
  return { worst: isBrief ? await store.listWorstFindings(asked) : null };
}

/** The containers of these hosts, and when nobody could see them. */
const readBeside = async (
  store: DigestParts['store'],
  hosts: readonly string[],
  { since, cameSince }: DigestRead,
) => ({
  containers: await store.listControlGroups({ hosts }),
  gone: await store.listGone({ hosts, since: cameSince }),
  // A baseline tells of what is blind now.
  blind: await store.listBlindIntervals({ hosts, since }),
});

async function readPast(
  store: DigestParts['store'],
  hosts: readonly HostDeclaration[],
  { now, isBrief, isPending }: DigestRead,
) {
  if (isPending) return { history: null };
  const asked = {
    hosts,
    since: now - HISTORY_MS,
    now,
    ...(isBrief && { points: 'none' as const }),
  };
  return { history: await historyOfHosts(asked, store) };
}

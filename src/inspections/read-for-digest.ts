import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ExposedStore } from '../ports/exposed-store.ts';
import type { HostScans, ScanStore } from '../ports/scan-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Rule } from '../rules/rule.ts';
import { SUBJECTS_READ } from './digest-findings.ts';
import { digestVulnerabilities } from './digest-vulnerabilities.ts';
import { driftOn } from './drift.ts';
import type { ExposureOfParts } from './exposure-of.ts';
import type { OwnerRouting } from './finding-owners.ts';
import { historyOfHosts } from './history-of-hosts.ts';

export interface DigestParts extends Omit<ExposureOfParts, 'exposed'> {
  now: Clock;
  store: Pick<
    ScanStore,
    | 'listHostScans'
    | 'listPostures'
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
  watches: Pick<WatchStore, 'listGlimpses' | 'listEvents'>;
  baselines: Pick<BaselineStore, 'list'>;
  exposed: Pick<ExposedStore, 'state' | 'listPlaced' | 'listAcceptances'>;
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
 * Reads what a digest tells. None of the three parts needs what another finds: a database that is a program of its own
 * looks for one while the rows of another are read here. Each has a connection of its own meanwhile. Rejects with
 * `OutsideError` when the store fails.
 */
export async function readForDigest(
  parts: DigestParts,
  hosts: readonly HostDeclaration[],
  asked: DigestRead,
) {
  const [judged, beside, past] = await Promise.all([
    readJudged(parts.store, hosts, asked),
    readBeside(parts.store, hosts, asked),
    readPast(parts, hosts, asked),
  ]);
  return { ...judged, ...beside, ...past };
}

/** A host with its newest scans. */
export interface ScannedHost {
  host: HostDeclaration;
  last: HostScans['last'] | null;
  lastGood: HostScans['lastGood'];
  /** By the last good scan; null before it, or where it was of a version that computed none. */
  posture: HostPosture | null;
}

/**
 * The newest scans, then what became of findings, and then those that are open: what is gone by the one is not open by
 * the other. Of many hosts those that somebody decided on, and the worst ones, stand in place of all.
 */
async function readJudged(
  store: DigestParts['store'],
  declared: readonly HostDeclaration[],
  { since, isBrief }: DigestRead,
) {
  const hosts = declared.map(({ name }) => name);
  const scans = new Map((await store.listHostScans({ hosts })).map((one) => [one.host, one]));
  const postures = await store.listPostures({ hosts });
  const postureOf = new Map(postures.map(({ host, posture }) => [host, posture]));
  const changes = since === null ? [] : await store.listFindingChanges({ hosts, since });
  const { listDecidedFindings, listOpenFindings } = store;
  const known = await (isBrief ? listDecidedFindings : listOpenFindings)({ hosts });
  return {
    scans: declared.map((host): ScannedHost => {
      const { last = null, lastGood = null } = scans.get(host.name) ?? {};
      return { host, last, lastGood, posture: postureOf.get(host.name) ?? null };
    }),
    ...{ changes, known },
    worst: isBrief ? await store.listWorstFindings({ hosts, subjects: SUBJECTS_READ }) : null,
  };
}

/** The containers of these hosts, and when nobody could see them. */
async function readBeside(
  store: DigestParts['store'],
  declared: readonly HostDeclaration[],
  { since, cameSince, now }: DigestRead,
) {
  const hosts = declared.map(({ name }) => name);
  return {
    containers: await store.listControlGroups({ hosts }),
    gone: await store.listGone({ hosts, since: cameSince }),
    // A baseline tells of what is blind now.
    blind: await store.listBlindIntervals({ hosts, since: since ?? now }),
  };
}

/** The past, and what stands beside scans. */
async function readPast(
  parts: DigestParts,
  declared: readonly HostDeclaration[],
  { since, cameSince, now, isBrief, isPending }: DigestRead,
) {
  const hosts = declared.map(({ name }) => name);
  const past = { hosts: declared, since: now - HISTORY_MS, now };
  return {
    history: isPending
      ? null
      : await historyOfHosts({ ...past, ...(isBrief && { points: 'none' }) }, parts.store),
    glimpses: await parts.watches.listGlimpses({ hosts, since: cameSince }),
    vulnerabilities: await digestVulnerabilities(parts, { hosts, since, now }),
    drifted: await driftOn(parts, hosts),
  };
}

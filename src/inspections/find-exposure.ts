import type {
  ExposedPackage,
  ExposureAnswer,
  ExposureCounts,
  ExposureResult,
} from '../answers/exposure-answer.ts';
import type { AdvisoryRecord } from '../exposure/advisory.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import { type InstalledPackage, packagesOfSystem } from '../exposure/installed.ts';
import { type FeedCoverage, type ImageVerdict, matchVulnerability } from '../exposure/match.ts';
import { possibleSources } from '../exposure/record-index.ts';
import type { ExposureState, Verdict } from '../exposure/verdict.ts';
import type {
  AskedPackages,
  ContainerSpan,
  ExposureStore,
  MatchedInventory,
} from '../ports/exposure-store.ts';
import type { FeedState } from '../ports/feed-store.ts';
import { read, unread } from '../shared/reading.ts';
import { compareText } from '../shared/text.ts';
import { isAffected, resultOrder } from './exposure-order.ts';
import { sortedBy } from './paging.ts';
import { sentenceOf } from './unknown-sentences.ts';

export type FoundExposure = Pick<
  ExposureAnswer,
  'results' | 'unknown' | 'running' | 'stopped' | 'gone'
>;

/** How one inventory answers: what is said of its packages, and the worst of it. */
interface JudgedInventory {
  worst: Verdict | null;
  state: ExposureState;
  packages: {
    installed: InstalledPackage;
    verdict: Verdict | null;
    state: ExposureState;
    fixedIn: string | null;
  }[];
}

export type JudgeInventory = (inventory: MatchedInventory | undefined) => JudgedInventory;

/** Judges by the records of one vulnerability; `feeds` are those that could have said something. */
export const byRecords =
  (records: readonly AdvisoryRecord[], feeds: readonly FeedCoverage[]): JudgeInventory =>
  (inventory) => {
    const { worst, packages }: ImageVerdict = matchVulnerability(
      askedOf(inventory),
      records,
      feeds,
    );
    return {
      worst,
      state: worst.state,
      packages: packages.map(({ installed, verdict }) => {
        return { installed, verdict, state: verdict.state, fixedIn: fixOf(verdict) };
      }),
    };
  };

/** The ecosystem and the packages of an inventory, as the matcher takes them. */
export function askedOf(inventory: MatchedInventory | undefined) {
  const ecosystem = ecosystemOf(inventory?.operatingSystem ?? null);
  return {
    ecosystem,
    packages:
      inventory === undefined || inventory.manager === null
        ? unread<InstalledPackage[]>('it has no package database of a known kind')
        : read(packagesOfSystem(inventory, ecosystem.state === 'read' ? ecosystem.value : '')),
    hasLanguages: false,
    isPastEnd: false,
  };
}

/** The packages that records may be about, by every name under which an image may have them. */
export function packagesNamed(records: readonly AdvisoryRecord[]): AskedPackages {
  const names = new Set<string>();
  const sources = new Set<string>();
  for (const { affected } of records) {
    for (const { name, nameKind } of affected) {
      if (nameKind === 'source') {
        sources.add(name);
        continue;
      }
      names.add(name);
      if (nameKind === 'binary') for (const origin of possibleSources(name)) sources.add(origin);
    }
  }
  return { names: [...names], sources: [...sources] };
}

/** The feeds as the matcher takes them: one coverage for each ecosystem of each. */
export const coverageOf = (
  feeds: readonly (Pick<FeedState, 'ecosystems'> & { isStale: boolean })[],
): FeedCoverage[] =>
  feeds.flatMap(({ ecosystems, isStale }) =>
    ecosystems.map((ecosystem) => ({ ecosystem, isStale })),
  );

/** Who of these containers has the packages, what is said of them, and of whom nobody knows. */
export async function findExposure(
  store: ExposureStore,
  asked: { hosts: readonly string[]; since: number; packages: AskedPackages },
  judge: JudgeInventory,
): Promise<FoundExposure> {
  const spans = await store.listSpans(asked);
  const ids = [...new Set(spans.flatMap(({ inventoryId }) => inventoryId ?? []))];
  const inventories = await store.findPackages(ids, asked.packages);
  const judged = new Map<number, JudgedInventory>();
  const judgedOf = (span: ContainerSpan): JudgedInventory => {
    if (span.inventoryId === null) return notInventoried(span);
    const known = judged.get(span.inventoryId);
    if (known) return known;
    const one = judge(inventories.get(span.inventoryId));
    judged.set(span.inventoryId, one);
    return one;
  };
  const groups = new Map<string, { spans: ContainerSpan[]; judged: JudgedInventory }>();
  const counted = { running: noCounts(), stopped: noCounts(), gone: noCounts() };
  for (const span of spans) {
    const one = judgedOf(span);
    count(counted[lifeOf(span)], one);
    const key = [span.host, span.image, span.inventoryId ?? span.reason].join('\n');
    const group = groups.get(key);
    if (group) group.spans.push(span);
    else groups.set(key, { spans: [span], judged: one });
  }
  const results = [...groups.values()].flatMap((group) => resultsOf(group.spans, group.judged));
  return { ...counted, results: sortedBy(results, resultOrder), unknown: unknownOf(results) };
}

const notInventoried = ({ reason }: ContainerSpan): JudgedInventory => ({
  worst: {
    state: 'unknown',
    reason: 'not-inventoried',
    record: null,
    note: reason ?? 'nobody looked at its packages',
  },
  state: 'unknown',
  packages: [],
});

const lifeOf = ({ to, state }: ContainerSpan): 'running' | 'stopped' | 'gone' => {
  if (to !== null) return 'gone';
  return state === 'running' || state === 'paused' || state === 'restarting'
    ? 'running'
    : 'stopped';
};

const noCounts = (): ExposureCounts => ({ affected: 0, fixable: 0, unknown: 0, total: 0 });

function count(counts: ExposureCounts, { state }: JudgedInventory): void {
  counts.total += 1;
  if (state === 'unknown') counts.unknown += 1;
  if (state === 'affected-fix-available') counts.fixable += 1;
  if (isAffected(state)) counts.affected += 1;
}

function resultsOf(
  spans: readonly ContainerSpan[],
  { worst, state, packages }: JudgedInventory,
): ExposureResult[] {
  const [first] = spans;
  if (first === undefined) return [];
  const [from = first.from] = spans.map((span) => span.from).sort(compareText);
  const ends = spans.flatMap(({ to }) => to ?? []).sort(compareText);
  const isThere = ends.length < spans.length;
  const common = {
    host: first.host,
    image: first.image || first.imageId,
    containers: spans.map(({ name, id, state: now, from: start, to }) => ({
      ...{ name, id, from: start, to },
      state: to === null ? now : 'gone',
    })),
    window: { from, to: isThere ? null : (ends.at(-1) ?? null) },
    accepted: null,
  };
  // What is said of the image as a whole stands alone where no package of it says the same.
  const isSaid = packages.some((one) => one.state === state);
  return [
    ...packages.map((one) => ({
      ...common,
      ...of(one.verdict),
      package: exposedPackage(one.installed),
      state: one.state,
      fixedIn: one.fixedIn,
    })),
    ...(isSaid ? [] : [{ ...common, ...of(worst), package: null, state }]),
  ];
}

const fixOf = (verdict: Verdict): string | null => ('fixed' in verdict ? verdict.fixed : null);

const of = (verdict: Verdict | null) => ({
  verdict,
  fixedIn: null,
  record:
    verdict?.record == null
      ? null
      : {
          source: verdict.record.source,
          id: verdict.record.id,
          modified: verdict.record.modified,
        },
  reason: verdict === null ? null : sentenceOf(verdict),
});

const purlTypes: Readonly<Record<string, string>> = {
  Debian: 'deb/debian',
  Ubuntu: 'deb/ubuntu',
  Alpine: 'apk/alpine',
  Wolfi: 'apk/wolfi',
  Chainguard: 'apk/chainguard',
  AlmaLinux: 'rpm/almalinux',
  'Rocky Linux': 'rpm/rocky',
  'Red Hat': 'rpm/redhat',
};

/** A package with its purl, https://github.com/package-url/purl-spec; empty where its kind is not told. */
export function exposedPackage(installed: InstalledPackage): ExposedPackage {
  const { name, version, ecosystem, sourceName: source } = installed;
  const [base = ''] = ecosystem.split(':', 1);
  const type = Object.hasOwn(purlTypes, base) ? purlTypes[base] : undefined;
  const purl =
    type === undefined
      ? ''
      : `pkg:${type}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return { name, version, ecosystem, purl, source };
}

function unknownOf(results: readonly ExposureResult[]): ExposureAnswer['unknown'] {
  const found = new Map<string, ExposureAnswer['unknown'][number]>();
  for (const { state, image, host, reason } of results) {
    if (state !== 'unknown') continue;
    const one = { image, hosts: [host], reason: reason ?? '' };
    const known = found.get(`${image}\n${one.reason}`);
    if (known === undefined) found.set(`${image}\n${one.reason}`, one);
    else if (!known.hosts.includes(host)) known.hosts.push(host);
  }
  return [...found.values()];
}

import type { ExposureAnswer, ExposureCounts } from '../answers/exposure-answer.ts';
import type { AdvisoryRecord } from '../exposure/advisory.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import {
  type InstalledPackage,
  packagesOfComponents,
  packagesOfSystem,
  unseenOf,
} from '../exposure/installed.ts';
import { type FeedCoverage, type ImageVerdict, matchVulnerability } from '../exposure/match.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import { programsNamed } from '../exposure/programs.ts';
import { possibleSources } from '../exposure/record-index.ts';
import type { Verdict } from '../exposure/verdict.ts';
import type {
  AskedPackages,
  ContainerSpan,
  ExposureStore,
  MatchedInventory,
} from '../ports/exposure-store.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type {
  FilesystemStore,
  ImageFilesystem,
  MatchedFilesystem,
} from '../ports/filesystem-store.ts';
import { read, unread } from '../shared/reading.ts';
import { isoTime } from '../shared/time.ts';
import { exposedImages } from './exposed-images.ts';
import { isAffected } from './exposure-order.ts';
import {
  type ExposedGroup,
  type JudgedInventory,
  type ResultsPart,
  resultsOf,
  type ToldInventory,
  toldOf,
  unknownOf,
  type WantedResults,
} from './exposure-results.ts';

/** What is known of one file system. */
export interface Held {
  /** Packages of its system; undefined where these are not known. */
  inventory: MatchedInventory | undefined;
  /** What else it holds; undefined where only packages of its system were read. */
  filesystem: MatchedFilesystem | undefined;
  /** See `FilesystemReading`. */
  readFrom: ImageFilesystem['readFrom'];
}

export type JudgeInventory = (held: Held) => JudgedInventory;

/** Judges by the records of one vulnerability; `feeds` are those that could have said something. */
export const byRecords =
  (records: readonly AdvisoryRecord[], feeds: readonly FeedCoverage[]): JudgeInventory =>
  (held) => {
    const { worst, packages }: ImageVerdict = matchVulnerability(askedOf(held), records, feeds);
    return {
      worst,
      state: worst.state,
      packages: packages.map(({ installed, verdict }) => {
        return { installed, verdict, state: verdict.state, fixedIn: fixOf(verdict) };
      }),
    };
  };

/** The ecosystem and the packages of a file system, as the matcher takes them. */
export function askedOf({ inventory, filesystem, readFrom }: Held) {
  const hasManager = inventory !== undefined && inventory.manager !== null;
  const ecosystem = hasManager
    ? ecosystemOf(inventory.operatingSystem)
    : unread<string>(NO_DATABASE);
  const ofSystem = hasManager
    ? packagesOfSystem(inventory, ecosystem.state === 'read' ? ecosystem.value : '')
    : [];
  const components = filesystem?.components ?? [];
  return {
    ecosystem,
    packages:
      hasManager || filesystem
        ? read([...ofSystem, ...packagesOfComponents(components)])
        : unread<InstalledPackage[]>(NO_DATABASE),
    whole: filesystem
      ? {
          unseenOf: (one: string) =>
            unseenOf(filesystem, one) ?? (readFrom === 'container' ? CHANGED : null),
          programs: components.filter((one) => one.ecosystem === null),
          isWithoutSystem: inventory?.manager === null,
        }
      : null,
    isPastEnd: false,
  };
}

/** It may have removed or mended what others of its image still have. */
const CHANGED =
  'it was read through a container that may have changed it; `evidence: files` reads it as it was made';
const NO_DATABASE = 'it has no package database of a known kind';

/** The packages that records may be about, by every name under which an image may have them. */
export function packagesNamed(records: readonly AdvisoryRecord[]): AskedPackages {
  const names = new Set<string>();
  const sources = new Set<string>();
  const components = new Set<string>();
  for (const { affected } of records) {
    for (const { ecosystem, name, nameKind } of affected) {
      for (const program of programsNamed(name)) components.add(program);
      if (nameKind === 'source') {
        sources.add(name);
        continue;
      }
      if (nameKind === 'package') {
        components.add(packageKey(ecosystem, name));
        continue;
      }
      names.add(name);
      for (const origin of possibleSources(name)) sources.add(origin);
    }
  }
  return { names: [...names], sources: [...sources], components: [...components] };
}

/** The feeds as the matcher takes them: one coverage for each ecosystem of each. */
export const coverageOf = (
  feeds: readonly (Pick<FeedState, 'ecosystems'> & { isStale: boolean })[],
): FeedCoverage[] =>
  feeds.flatMap(({ ecosystems, isStale }) =>
    ecosystems.map((ecosystem) => ({ ecosystem, isStale })),
  );

/** Who is exposed, with the part of the results that was wanted. */
export type FoundExposure = Pick<
  ExposureAnswer,
  'unknown' | 'running' | 'stopped' | 'gone' | 'images'
> & { part: ResultsPart };

/**
 * Who of these containers and images has the packages, what is said of them, and of whom nobody knows.
 * Without `wanted` all results are made, with those that have nothing of it.
 */
export async function findExposure(
  {
    exposures,
    filesystems,
  }: { exposures: ExposureStore; filesystems: Pick<FilesystemStore, 'findComponents'> },
  asked: {
    hosts: readonly string[];
    since: number;
    packages: AskedPackages;
    wanted: WantedResults | null;
  },
  judge: JudgeInventory,
): Promise<FoundExposure> {
  const spans = await exposures.listSpans(asked);
  const images = await exposures.listImages(asked.hosts);
  const ids = new Set<number>();
  for (const { inventoryId } of spans) if (inventoryId !== null) ids.add(inventoryId);
  const inventories = await exposures.findPackages([...ids], asked.packages);
  const whole = new Set<number>();
  for (const { filesystemId } of images) if (filesystemId !== null) whole.add(filesystemId);
  const found = await filesystems.findComponents([...whole], asked.packages.components);
  const tellOf = tellOnce(judge, inventories, found);
  const seen = exposedImages(images);
  const groups = new Map<string, ExposedGroup>();
  const counted = { running: noCounts(), stopped: noCounts(), gone: noCounts() };
  for (const span of spans) {
    const { filesystemId = null, readFrom = null } = seen.see(span) ?? {};
    const { host, image, inventoryId, reason } = span;
    const told = tellOf({ inventoryId, filesystemId, readFrom, reason });
    count(counted[lifeOf(span)], told);
    if (asked.wanted !== null && told.state === 'not-present' && told.told.length === 1) continue;
    const key = `${host}\n${image}\n${inventoryId ?? reason}\n${filesystemId}`;
    const group = groups.get(key);
    if (group) group.spans.push(span);
    else {
      const name = image || span.imageId;
      groups.set(key, { ...told, host, image: name, spans: [span], imageSince: null });
    }
  }
  const unused = seen.unused().map((image) => ({
    image,
    ...tellOf({ ...image, inventoryId: null }),
  }));
  const ofUnused = unused
    .filter(({ image }) => image.filesystemId !== null)
    .map(({ image: { host, name, firstSeen }, ...told }) => {
      return { ...told, host, image: name, spans: [], imageSince: isoTime(firstSeen) };
    });
  const all = [...groups.values(), ...ofUnused];
  return {
    ...counted,
    images: {
      ...seen.count(),
      affected: unused.filter(({ state }) => isAffected(state)).length,
    },
    part: resultsOf(all, asked.wanted),
    unknown: unknownOf(all),
  };
}

interface HeldBy {
  inventoryId: number | null;
  filesystemId: number | null;
  readFrom: ImageFilesystem['readFrom'];
  reason: string | null;
}

/** Judges what is held once for all that hold it, and of inventories also once for all that are alike in what was asked. */
function tellOnce(
  judge: JudgeInventory,
  inventories: ReadonlyMap<number, MatchedInventory>,
  filesystems: ReadonlyMap<number, MatchedFilesystem>,
): (held: HeldBy) => ToldInventory {
  const told = new Map<string, ToldInventory>();
  const ofContent = new Map<string, ToldInventory>();
  const contentOf = contentKeys();
  const tell = ({ inventoryId, filesystemId, readFrom, reason }: HeldBy): ToldInventory => {
    if (inventoryId === null && filesystemId === null) return toldOf(notInventoried(reason));
    const inventory = inventoryId === null ? undefined : inventories.get(inventoryId);
    const filesystem = filesystemId === null ? undefined : filesystems.get(filesystemId);
    const key = `${inventory && contentOf(inventory)}\n${filesystem?.id}\n${readFrom}`;
    const known = ofContent.get(key) ?? toldOf(judge({ inventory, filesystem, readFrom }));
    ofContent.set(key, known);
    return known;
  };
  return (held) => {
    const { inventoryId, filesystemId, readFrom, reason } = held;
    const isHeld = inventoryId !== null || filesystemId !== null;
    const key = isHeld ? `${inventoryId} ${filesystemId} ${readFrom}` : `without ${reason}`;
    const known = told.get(key);
    if (known !== undefined) return known;
    const one = tell(held);
    told.set(key, one);
    return one;
  };
}

/** Texts that are equal for inventories of one system that have the same of the packages that were asked for. */
function contentKeys(): (inventory: MatchedInventory) => string {
  const numbers = new Map<MatchedInventory['packages'][number], number>();
  return ({ manager, operatingSystem, packages }) => {
    const own = packages.map((one) => {
      const number = numbers.get(one) ?? numbers.size;
      numbers.set(one, number);
      return number;
    });
    return JSON.stringify([manager, operatingSystem, own]);
  };
}

const notInventoried = (reason: string | null): JudgedInventory => ({
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

function count(counts: ExposureCounts, { state }: ToldInventory): void {
  counts.total += 1;
  if (state === 'unknown') counts.unknown += 1;
  if (state === 'affected-fix-available') counts.fixable += 1;
  if (isAffected(state)) counts.affected += 1;
}

const fixOf = (verdict: Verdict): string | null => ('fixed' in verdict ? verdict.fixed : null);

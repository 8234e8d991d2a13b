import type { ExposureAnswer, ExposureCounts } from '../answers/exposure-answer.ts';
import type { AdvisoryRecord } from '../exposure/advisory.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import {
  type InstalledPackage,
  packagesOfComponents,
  packagesOfSystem,
  unseenOf,
} from '../exposure/installed.ts';
import {
  type AskedStatements,
  type FeedCoverage,
  type ImageVerdict,
  matchVulnerability,
} from '../exposure/match.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import { programsNamed } from '../exposure/programs.ts';
import { possibleSources } from '../exposure/record-index.ts';
import type { Verdict } from '../exposure/verdict.ts';
import type { Said } from '../exposure/vex-index.ts';
import { type ImageNames, namesInUrl } from '../exposure/vex-product.ts';
import type { AskedPackages, ContainerSpan, MatchedInventory } from '../ports/exposure-store.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type { ImageFilesystem, MatchedFilesystem } from '../ports/filesystem-store.ts';
import type { Stores } from '../ports/stores.ts';
import { read, unread } from '../shared/reading.ts';
import { countImages, imageKey, unusedImages } from './exposed-images.ts';
import { isAffected, resultOrder } from './exposure-order.ts';
import { type JudgedInventory, resultsOf, resultsOfImage, unknownOf } from './exposure-results.ts';
import { type ListedHere, readLists } from './image-lists.ts';
import { sortedBy } from './paging.ts';

export type FoundExposure = Pick<
  ExposureAnswer,
  'results' | 'unknown' | 'running' | 'stopped' | 'gone' | 'images'
>;

/** What is known of one file system. */
export interface Held {
  /** Packages of its system; undefined where these are not known. */
  inventory: MatchedInventory | undefined;
  /** What else it holds; undefined where only packages of its system were read. */
  filesystem: MatchedFilesystem | undefined;
  /** See `FilesystemReading`. */
  readFrom: ImageFilesystem['readFrom'];
  /** Why nothing of it was read; null where nobody says, or something was. */
  reason: string | null;
  /** What the image is called; null where nobody need know. */
  image: ImageNames | null;
  /** What lists of others have of it; null without any. */
  listed: ListedHere | null;
}

export type JudgeInventory = (held: Held) => JudgedInventory;

/**
 * Judges by the records of one vulnerability; `feeds` are those that could have said something, `statementsIn`
 * gives what statements (VEX) say of an image.
 */
export const byRecords =
  (
    records: readonly AdvisoryRecord[],
    feeds: readonly FeedCoverage[],
    statementsIn: (image: ImageNames | null) => AskedStatements | null,
  ): JudgeInventory =>
  (held) => {
    const statements = statementsIn(held.image);
    const { worst, packages }: ImageVerdict = matchVulnerability(
      askedOf(held),
      records,
      feeds,
      statements,
    );
    return {
      worst,
      state: worst.state,
      packages: packages.map(({ installed, verdict }) => {
        return { installed, verdict, state: verdict.state, fixedIn: fixOf(verdict) };
      }),
    };
  };

/** The ecosystem and the packages of a file system, as the matcher takes them. */
export function askedOf({ inventory, filesystem, readFrom, reason, listed }: Held) {
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
        : unread<InstalledPackage[]>(reason ?? NO_DATABASE),
    whole: filesystem
      ? {
          unseenOf: (one: string) =>
            unseenOf(filesystem, one) ?? (readFrom === 'container' ? CHANGED : null),
          programs: components.filter((one) => one.ecosystem === null),
          isWithoutSystem: inventory?.manager === null,
        }
      : null,
    isPastEnd: false,
    ...(listed !== null && { listed }),
  };
}

/** It may have removed or mended what others of its image still have. */
const CHANGED =
  'it was read through a container that may have changed it; `evidence: files` reads it as it was made';
const NO_DATABASE = 'it has no package database of a known kind';

/** The packages that records may be about, by every name under which an image may have them. */
export function packagesNamed(
  records: readonly AdvisoryRecord[],
  statements: readonly Said[] = [],
): AskedPackages {
  const names = new Set<string>();
  const sources = new Set<string>();
  const components = new Set<string>();
  for (const { read } of statements) {
    for (const name of namesInUrl(read)) {
      names.add(name);
      sources.add(name);
      components.add(name);
    }
  }
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

interface HeldBy {
  imageId: string;
  image: ImageNames | null;
  inventoryId: number | null;
  filesystemId: number | null;
  readFrom: ImageFilesystem['readFrom'];
  reason: string | null;
}

/** Who of these containers and images has the packages, what is said of them, and of whom nobody knows. */
export async function findExposure(
  { exposures, filesystems, imageLists }: Pick<Stores, 'exposures' | 'filesystems' | 'imageLists'>,
  asked: {
    hosts: readonly string[];
    since: number;
    packages: AskedPackages;
    /** What images are called, by `imageKey`; null where nobody need know. */
    names: ReadonlyMap<string, ImageNames> | null;
  },
  judge: JudgeInventory,
): Promise<FoundExposure> {
  const spans = await exposures.listSpans(asked);
  const images = await filesystems.listImages(asked.hosts);
  const ofImage = new Map(images.map((one) => [imageKey(one.host, one.id), one]));
  const ids = [...new Set(spans.flatMap(({ inventoryId }) => inventoryId ?? []))];
  const inventories = await exposures.findPackages(ids, asked.packages);
  const found = await filesystems.findComponents(
    [...new Set(images.flatMap(({ filesystemId }) => filesystemId ?? []))],
    asked.packages.components,
  );
  const lists = await readLists(imageLists, asked.packages);
  const judged = new Map<string, JudgedInventory>();
  const judgedOf = (span: HeldBy): JudgedInventory => {
    const { inventoryId, filesystemId, readFrom, image } = span;
    const isRead = inventoryId !== null || filesystemId !== null;
    const reason = isRead ? null : (span.reason ?? 'nobody looked at its packages');
    const listed = lists.get(span.imageId) ?? null;
    const ofList = listed === null ? null : span.imageId;
    const key = JSON.stringify([inventoryId, filesystemId, readFrom, reason, image, ofList]);
    const known = judged.get(key);
    if (known) return known;
    const one = judge({
      ...{ image, reason, listed },
      inventory: inventoryId === null ? undefined : inventories.get(inventoryId),
      filesystem: filesystemId === null ? undefined : found.get(filesystemId),
      readFrom,
    });
    judged.set(key, one);
    return one;
  };
  const nameOf = ({ host, id, name }: { host: string; id: string; name: string }) =>
    asked.names === null
      ? null
      : (asked.names.get(imageKey(host, id)) ?? { id, tags: [name], digests: [] });
  const groups = new Map<string, { spans: ContainerSpan[]; judged: JudgedInventory }>();
  const counted = { running: noCounts(), stopped: noCounts(), gone: noCounts() };
  for (const span of spans) {
    const { filesystemId = null, readFrom = null } =
      ofImage.get(imageKey(span.host, span.imageId)) ?? {};
    const image = nameOf({ host: span.host, id: span.imageId, name: span.image });
    const one = judgedOf({ ...span, filesystemId, readFrom, image });
    count(counted[lifeOf(span)], one);
    const key = [span.host, span.image, span.inventoryId ?? span.reason, filesystemId].join('\n');
    const group = groups.get(key);
    if (group) group.spans.push(span);
    else groups.set(key, { spans: [span], judged: one });
  }
  const results = [...groups.values()].flatMap((group) => resultsOf(group.spans, group.judged));
  const unused = unusedImages(images, spans).map((image) => ({
    image,
    judged: judgedOf({ ...image, imageId: image.id, inventoryId: null, image: nameOf(image) }),
  }));
  const ofUnused = unused
    .filter(({ image }) => image.filesystemId !== null || lists.has(image.id))
    .flatMap(({ image, judged: one }) => resultsOfImage(image, one));
  const all = [...results, ...ofUnused];
  return {
    ...counted,
    images: {
      ...countImages(images, spans),
      affected: unused.filter(({ judged: { state } }) => isAffected(state)).length,
    },
    results: sortedBy(all, resultOrder),
    unknown: unknownOf(all),
  };
}

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

const fixOf = (verdict: Verdict): string | null => ('fixed' in verdict ? verdict.fixed : null);

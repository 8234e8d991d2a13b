import type { AdvisoryRecord } from '../exposure/advisory.ts';
import type { FeedCoverage, ImageVerdict } from '../exposure/asked-inventory.ts';
import { ecosystemOfInventory } from '../exposure/ecosystem.ts';
import { isOfOneRecord } from '../exposure/feed-covers.ts';
import {
  copiesOf,
  type InstalledPackage,
  otherSystemOf,
  packagesOfComponents,
  packagesOfSystem,
  unseenOf,
} from '../exposure/installed.ts';
import { librariesIn, portOf } from '../exposure/library-packages.ts';
import { type AskedStatements, matchVulnerability, prepareRecords } from '../exposure/match.ts';
import { modulesNear } from '../exposure/near-modules.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import { programsNamed } from '../exposure/programs.ts';
import { possibleSources } from '../exposure/record-index.ts';
import { endedOn } from '../exposure/release-ends.ts';
import type { Verdict } from '../exposure/verdict.ts';
import type { Said } from '../exposure/vex-index.ts';
import { type ImageNames, namesInUrl } from '../exposure/vex-product.ts';
import type { AskedPackages, MatchedInventory } from '../ports/exposure-store.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type { ImageFilesystem, MatchedFilesystem } from '../ports/filesystem-store.ts';
import { read, unread } from '../shared/reading.ts';
import type { JudgedInventory } from './exposure-results.ts';
import type { ListedHere } from './image-lists.ts';

/** What is known of one file system. */
export interface Held {
  /** Packages of its system; undefined where these are not known. */
  inventory: MatchedInventory | undefined;
  /** What else it holds; undefined where only packages of its system were read. */
  filesystem: MatchedFilesystem | undefined;
  /** See `FilesystemReading`. */
  readFrom: ImageFilesystem['readFrom'];
  /** Why the packages of its system were not read; null where nobody says, or they were. */
  reason: string | null;
  /** What the image is called; null where nobody need know. */
  image: ImageNames | null;
  /** What lists of others have of it; null without any. */
  listed: ListedHere | null;
}

export type JudgeInventory = (held: Held) => JudgedInventory;

/**
 * Judges by the records of one vulnerability at a time; `feeds` are those that could have said something, `statementsIn`
 * gives what statements (VEX) say of an image.
 */
export function byRecords(
  records: readonly AdvisoryRecord[],
  feeds: readonly FeedCoverage[],
  statementsIn: (image: ImageNames | null) => AskedStatements | null,
  at: number,
): JudgeInventory {
  const prepared = prepareRecords(records);
  return (held) => {
    const statements = statementsIn(held.image);
    const asked = askedOf(held);
    const { ecosystem } = asked;
    const ended = ecosystem.state === 'read' ? endedOn(ecosystem.value, at) : null;
    const { worst, packages }: ImageVerdict = matchVulnerability(
      { ...asked, endedOn: ended },
      prepared,
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
}

/** The ecosystem and the packages of a file system, as the matcher takes them. */
export function askedOf({ inventory, filesystem, readFrom, reason, listed }: Held) {
  const hasManager = inventory !== undefined && inventory.manager !== null;
  const ecosystem = hasManager
    ? ecosystemOfInventory(inventory)
    : unread<string>(inventory === undefined ? (reason ?? SYSTEM_UNREAD) : NO_DATABASE);
  const ofSystem = hasManager
    ? packagesOfSystem(inventory, ecosystem.state === 'read' ? ecosystem.value : '')
    : [];
  const components = filesystem?.components ?? [];
  return {
    ecosystem,
    packages:
      hasManager || filesystem
        ? read([...ofSystem, ...packagesOfComponents(components)])
        : unread<InstalledPackage[]>(reason ?? (inventory ? NO_DATABASE : SYSTEM_UNREAD)),
    whole: filesystem
      ? {
          unseenOf: (one: string | null) =>
            unseenOf(filesystem, one) ?? (readFrom === 'container' ? CHANGED : null),
          otherSystem: otherSystemOf(filesystem),
          copies: copiesOf(filesystem),
          programs: components.filter((one) => one.ecosystem === null),
          isWithoutSystem: inventory?.manager === null,
        }
      : null,
    ...(listed !== null && { listed }),
  };
}

/** It may have removed or mended what others of its image still have. */
const CHANGED =
  'it was read through a container that may have changed it; “evidence: files” reads it as it was made';
/** Its image was read whole through another container, and it may have other packages by now. */
export const SYSTEM_UNREAD = 'the packages of its system were not read';
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
      for (const library of librariesIn(name)) components.add(library.name);
      const original = portOf(name);
      if (original !== null) sources.add(original);
      if (nameKind === 'source') {
        sources.add(name);
        continue;
      }
      if (nameKind === 'package') {
        components.add(packageKey(ecosystem, name));
        if (ecosystem === 'Go') for (const near of modulesNear(name)) components.add(near);
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
  feeds: readonly (Pick<FeedState, 'source' | 'isPart' | 'ecosystems' | 'records'> & {
    isStale: boolean;
  })[],
): FeedCoverage[] =>
  feeds.flatMap(({ ecosystems, ...feed }) => {
    const { source, isPart, isStale } = feed;
    const isOfOne = isOfOneRecord(feed);
    return ecosystems.map((ecosystem) => ({ source, isPart, ecosystem, isStale, isOfOne }));
  });

const fixOf = (verdict: Verdict): string | null => ('fixed' in verdict ? verdict.fixed : null);

import type { Reading } from '../shared/reading.ts';
import type { OsRelease, PackageFacts } from '../snapshot/facts/packages.ts';
import type { Foreign } from '../snapshot/foreign.ts';
import { ecosystemOf } from './ecosystem.ts';
import { type InstalledPackage, packagesOfComponents } from './installed.ts';
import { packageKey } from './osv-ecosystems.ts';
import { namedByUrl, type PackageUrl, parsePackageUrl, versionOf } from './package-url.ts';
import { readForeign } from './read-foreign.ts';

export const listFormats = ['cyclonedx', 'spdx', 'syft', 'trivy', 'grype'] as const;
export type ListFormat = (typeof listFormats)[number];

/** A package as a list of somebody else names it. */
export interface ListedPackage extends Omit<PackageFacts, 'builtBy'> {
  /** With its release; of a language its name; empty for a program. */
  ecosystem: string;
  /** With the epoch. Empty where the list does not say. */
  version: string;
  purl: string;
  /** Where it lies, of what is none of the system’s; null where the list does not say. */
  path: string | null;
  isOfSystem: boolean;
}

/** How a list says which image it is of. */
export interface ListedImage {
  /** The digest of its configuration, which engines mostly call its id; null where the list does not say. */
  id: string | null;
  /** E.g. `sha256:…`, of manifests. */
  digests: string[];
  /** Tags, and names with a digest. */
  names: string[];
  /** Hashes of its unpacked layers, the lowest first. */
  layers: string[];
}

/** What another program says is in an image. */
export interface ForeignList {
  format: ListFormat;
  /** Empty where the file does not say. */
  tool: string;
  toolVersion: string;
  /** ISO time; null where the file does not say. */
  madeAt: string | null;
  image: ListedImage;
  packages: ListedPackage[];
  /** What of it is no package that Seawall knows. */
  refused: string[];
}

/** Packages of one file; the largest images have some thousands. */
export const LISTED_MAX = 200_000;
/** Longer names are of no package that we know, and fit in no index. */
const NAME_CHARACTERS = 300;
/** Of one image. */
export const NAMES_MAX = 1_000;

export interface SaidOfPackage {
  purl: string;
  /** Of what it was built from, where the list says so beside the URL. */
  sourceName?: string | undefined;
  sourceVersion?: string | undefined;
  path?: string | null | undefined;
}

/** Collects packages, each once, and what is none. */
export function collectPackages(system: OsRelease | null): {
  /** `of` reads one item of the list; null leaves it out. */
  add(item: Foreign, of: (found: Foreign) => SaidOfPackage | null): void;
  end(): Pick<ForeignList, 'packages' | 'refused'>;
} {
  const packages = new Map<string, ListedPackage>();
  const refused: string[] = [];
  return {
    add(item, of) {
      const read: Reading<SaidOfPackage | null> = readForeign(
        `${item.source} ${item.path}`,
        item.value,
        of,
      );
      if (read.state === 'unread') {
        refused.push(read.reason);
        return;
      }
      if (read.value === null) return;
      const one = listedPackage(read.value, system);
      if (one === null) refused.push(`${item.path}: its package URL is not understood`);
      else packages.set(JSON.stringify(one), one);
    },
    end: () => ({ packages: [...packages.values()], refused }),
  };
}

/** Null for what no package URL of a kind that Seawall knows names. */
function listedPackage(said: SaidOfPackage, system: OsRelease | null): ListedPackage | null {
  const url = parsePackageUrl(said.purl);
  const named = url === null ? null : namedByUrl(url);
  if (url === null || named === null || url.name.length > NAME_CHARACTERS) return null;
  const common = {
    ...{ architecture: url.qualifiers.get('arch') ?? '', purl: said.purl },
    version: versionOf(url) ?? '',
  };
  if (named.kind === 'language') {
    const name = languageName(url, named.ecosystem);
    if (name.length > NAME_CHARACTERS) return null;
    return {
      ...common,
      ...{ ecosystem: named.ecosystem, name, sourceName: name, sourceVersion: common.version },
      ...{ path: said.path ?? null, isOfSystem: false },
    };
  }
  if (named.kind !== 'system') return null;
  const ofSystem = ecosystemOf(system);
  const isOfIt = ofSystem.state === 'read' && ofSystem.value.startsWith(`${named.base}:`);
  const release =
    named.release?.state === 'read' ? named.release.value : isOfIt ? ofSystem.value : named.base;
  const source = sourceOf(said, url, common.version);
  return { ...common, ...source, ecosystem: release, name: url.name, path: null, isOfSystem: true };
}

function languageName({ namespace, name }: PackageUrl, ecosystem: string): string {
  if (namespace === '') return packageKey(ecosystem, name);
  return packageKey(ecosystem, `${namespace}${ecosystem === 'Maven' ? ':' : '/'}${name}`);
}

/** What it was built from: as the list says, as the qualifier `upstream` does, or itself. */
function sourceOf(
  { sourceName, sourceVersion }: SaidOfPackage,
  { name, qualifiers }: PackageUrl,
  version: string,
): Pick<ListedPackage, 'sourceName' | 'sourceVersion'> {
  const upstream = qualifiers.get('upstream') ?? '';
  const rpm = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(upstream.slice(0, 500));
  const [before = '', after = ''] = rpm ? [rpm[1], ''] : upstream.split('@', 2);
  const told = sourceName || before;
  return {
    sourceName: told !== '' && told.length <= NAME_CHARACTERS ? told : name,
    // A binary that was built again has a suffix that its source has not.
    sourceVersion: sourceVersion || after || version.replace(/\+b\d{1,9}$/, ''),
  };
}

/** Packages of lists as the matcher takes them. */
export function packagesOfList(packages: readonly ListedPackage[], by: string): InstalledPackage[] {
  return packages.flatMap((one): InstalledPackage[] => {
    const { ecosystem, name, version, sourceName, sourceVersion, architecture, purl } = one;
    if (one.isOfSystem) {
      return [
        {
          ...{ ecosystem, name, version, sourceName, sourceVersion, architecture },
          ...{ ownedBy: null, isMainModule: false, toldBy: by },
        },
      ];
    }
    const component = {
      ...{ name, version: version === '' ? null : version, purl, isMainModule: false },
      ecosystem: ecosystem === '' ? null : (ecosystem as 'npm'),
      places: one.path === null ? [] : [{ path: one.path }],
    };
    return packagesOfComponents([component]).map((found) => ({ ...found, toldBy: by }));
  });
}

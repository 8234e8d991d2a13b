import type { LanguageEcosystem, UnreadFile } from '../inventory/filesystem-inventory.ts';
import { makerInVersion } from '../shared/package-maker.ts';
import type { PackageFacts, PackageInventory } from '../snapshot/facts/packages.ts';
import { knownBy } from './programs.ts';

/** One distinct package as the matcher takes it: of a system, or of a language. */
export interface InstalledPackage
  extends Pick<PackageFacts, 'name' | 'version' | 'sourceName' | 'sourceVersion' | 'builtBy'> {
  /** Of the image for packages of its system, e.g. `Debian:12`; of the language otherwise, e.g. `npm`. */
  ecosystem: string;
  /** The package of the system that its files belong to, for one of a language; null for none. */
  ownedBy: string | null;
  /** True for the module that a Go program itself is, and not one that it is made with. */
  isMainModule: boolean;
  /** Left out where it is there for several, or is not told. */
  architecture?: string;
  /** Whose list of packages names it, e.g. `syft 1.2.0’s file of 2026-11-20`; left out for what was read here. */
  toldBy?: string;
  /** Of what no package manager of the system installed: where it lies, and its purl. */
  found?: { paths: readonly string[]; purl: string };
}

/** The packages of a system, for the matcher. */
export const packagesOfSystem = (
  { packages }: PackageInventory,
  ecosystem: string,
): InstalledPackage[] =>
  packages.map(({ name, version, architecture, sourceName, sourceVersion, builtBy }) => ({
    ecosystem,
    name,
    version,
    sourceName,
    sourceVersion,
    ownedBy: null,
    isMainModule: false,
    architecture,
    ...(builtBy !== undefined && { builtBy }),
  }));

/**
 * Who built a package of a system that its distribution did not: of its version, feeds of the distribution say nothing.
 * Null for what is the distribution’s own, or may be.
 */
export function makerOf({ ecosystem, version, builtBy, found }: InstalledPackage): string | null {
  if (found) return null;
  return builtBy ?? (/^(?:Debian|Ubuntu):/.test(ecosystem) ? makerInVersion(version) : null);
}

/** A package of a language, or a program that no package manager installed, and where it lies. */
export interface Component {
  /** Null for a program. */
  ecosystem: LanguageEcosystem | null;
  name: string;
  /** Null where its build names none. */
  version: string | null;
  purl: string;
  /** True for the module that a Go program itself is, and not one that it is made with. */
  isMainModule: boolean;
  places: readonly { path: string }[];
}

/** The same of a language; a program under each name that an ecosystem knows it by. */
export function packagesOfComponents(components: readonly Component[]): InstalledPackage[] {
  return components.flatMap((component) => {
    const isMainModule = component.ecosystem === null || component.isMainModule;
    return knownBy(component.ecosystem, component.name).map(({ ecosystem, name }) =>
      installedAs(component, ecosystem, name, isMainModule),
    );
  });
}

/** A program as it was found, for what no ecosystem says of it. */
export const asFound = (program: Component): InstalledPackage =>
  installedAs(program, '', program.name, true);

function installedAs(
  { version, purl, places }: Component,
  ecosystem: string,
  name: string,
  isMainModule: boolean,
): InstalledPackage {
  // No scheme takes the empty text for a version, so that nothing follows from it.
  const told = version ?? '';
  return {
    ...{ ecosystem, name, version: told, sourceName: name, sourceVersion: told },
    ...{ ownedBy: null, isMainModule },
    found: { paths: places.map(({ path }) => path), purl },
  };
}

/** Which ecosystem the packages of a file are of, by its name. */
const ecosystemsOfFile: readonly [pattern: RegExp, ecosystem: LanguageEcosystem][] = [
  // What lies in an archive follows after its name.
  [/\.(?:jar|war|ear|hpi|jpi|sar|nar|aar|kar)(?:!\/|$)/i, 'Maven'],
  [/(?:^|\/)(?:package\.json|\.pnp\.c?js|\.pnp\.data\.json)$/, 'npm'],
  [/(?:^|\/)pom\.properties$/, 'Maven'],
  [/(?:^|\/)METADATA$|(?:^|\/)PKG-INFO$|\.egg(?:-info)?$/, 'PyPI'],
  [/\.gemspec$/, 'RubyGems'],
  [/(?:^|\/)installed\.json$/, 'Packagist'],
];
const OF_PROGRAMS: readonly string[] = ['Go', 'crates.io', 'Bitnami'];
/** Those of which is known what they lie in. */
const ofFiles = new Set<string>([...ecosystemsOfFile.map(([, one]) => one), ...OF_PROGRAMS]);

/**
 * Why packages of an ecosystem may be there that nobody saw (null, or one that is no language: of any); null where all of
 * it was read.
 * What is no file of any language is a program, in which modules may be.
 */
export function unseenOf(
  { cut, unread }: { cut: string | null; unread: readonly UnreadFile[] },
  ecosystem: string | null,
): string | null {
  if (cut !== null) return cut;
  const missed = unread.filter(({ path, ecosystem: known, copies }) => {
    if (copies !== undefined) return false;
    if (ecosystem === null || !ofFiles.has(ecosystem)) return true;
    const of = known ?? ecosystemsOfFile.find(([pattern]) => pattern.test(path))?.[1];
    return of === undefined ? OF_PROGRAMS.includes(ecosystem) : of === ecosystem;
  });
  return firstOf(missed);
}

/** What lies beside the packages that are installed, as the matcher takes it. */
export const copiesOf = ({ unread }: { unread: readonly UnreadFile[] }): InstalledPackage[] =>
  unread.flatMap(({ path, ecosystem, copies = [] }) =>
    copies.map(({ name, version }) => ({
      ...{ ecosystem: ecosystem ?? '', name, version, sourceName: name, sourceVersion: version },
      ...{ ownedBy: null, isMainModule: false, found: { paths: [path], purl: '' } },
    })),
  );

/** Such a one in words, e.g. `opt/yarn-v1.22.5/package.json: yarn 1.22.5`. */
export const copyText = ({ name, version, found }: InstalledPackage): string =>
  `${found?.paths[0] ?? ''}: ${name} ${version}`;

/** Why there may be packages of a system that its database does not list; null where nothing says so. */
export const otherSystemOf = ({ unread }: { unread: readonly UnreadFile[] }): string | null =>
  firstOf(unread.filter(({ ecosystem }) => ecosystem === 'system'));

function firstOf(missed: readonly UnreadFile[]): string | null {
  const [first] = missed;
  if (first === undefined) return null;
  const more = missed.length > 1 ? ` and ${missed.length - 1} more` : '';
  return `${first.path}${more}: ${first.reason}`;
}

import type { AdvisoryRecord, Affected } from './advisory.ts';
import type { JudgedPackage, WholeFilesystem } from './asked-inventory.ts';
import { asFound, type Component, type InstalledPackage } from './installed.ts';
import { librariesIn, portOf } from './library-packages.ts';
import { isMeantBy } from './meant-name.ts';
import { isSameSoftware, programsNamed } from './programs.ts';
import { isMatched } from './record-index.ts';
import { unknown, type Verdict } from './verdict.ts';

interface Port {
  ecosystem: string;
  /** As the record names it, e.g. `mingw32-expat`. */
  name: string;
  /** What it is made of, e.g. `expat`. */
  of: string;
}

/** What records of one vulnerability are about beside packages that an image is searched for by their names. */
export interface AboutBeside {
  /** Kinds of packages that nobody looks for. */
  kindsNotLookedFor: readonly string[];
  /** Programs of `Bitnami` that nobody looks for. */
  programsNotLookedFor: readonly string[];
  /** Libraries of which only distributions have a record. */
  libraries: readonly { ecosystem: string; name: string }[];
  /** Programs that are often built from source, by records of distributions, and by any. */
  programsOfSystems: readonly string[];
  programs: ReadonlySet<string>;
  /** Packages of a distribution, without a word on its releases. */
  withoutRelease: readonly Affected[];
  /** Packages that are the same software as others, made for another system or kept for old programs. */
  ports: readonly Port[];
}

/** Finds that in records, for all images that are asked. */
export function aboutBeside(records: readonly AdvisoryRecord[]): AboutBeside {
  const matched = records.filter(({ advisory }) => isMatched(advisory));
  const standing = matched.flatMap(({ affected }) => affected);
  const ofSystems = standing.filter(({ nameKind }) => nameKind !== 'package');
  const hasLanguages = records.some(({ affected }) =>
    affected.some(({ nameKind }) => nameKind === 'package'),
  );
  const programsIn = (named: readonly Affected[]) =>
    new Set(named.flatMap(({ name }) => programsNamed(name)));
  return {
    kindsNotLookedFor: [...new Set(matched.flatMap(({ unseen = [] }) => unseen))],
    programsNotLookedFor: programsNotLookedFor(standing),
    libraries: hasLanguages ? [] : ofSystems.flatMap(({ name }) => librariesIn(name)),
    programsOfSystems: [...programsIn(ofSystems)],
    programs: programsIn(standing),
    withoutRelease: ofSystems.filter(
      ({ ecosystem }) => !ecosystem.includes(':') && !ROLLING.includes(ecosystem),
    ),
    ports: ofSystems.flatMap(({ ecosystem, name }) => {
      const of = portOf(name);
      return of === null ? [] : [{ ecosystem, name, of }];
    }),
  };
}

/** Distributions that have no releases. */
const ROLLING: readonly string[] = ['Wolfi', 'Chainguard'];

/** Of a program that is also a library of some language that one is looked for. */
function programsNotLookedFor(standing: readonly Affected[]): string[] {
  const named = standing.filter(({ nameKind }) => nameKind === 'package');
  const libraries = named.filter(({ ecosystem }) => ecosystem !== 'Bitnami');
  const unknownNames = named
    .filter(({ ecosystem }) => ecosystem === 'Bitnami')
    .map(({ name }) => name)
    .filter((name) => programsNamed(name).length === 0)
    .filter((name) => !libraries.some((one) => isSameSoftware(name, one)));
  return [...new Set(unknownNames)];
}

/** What one image has, and what is said of it. */
interface Looked {
  packages: readonly InstalledPackage[];
  /** Null where only packages of the system were read. */
  whole: WholeFilesystem | null;
  about: AboutBeside;
  judged: readonly JudgedPackage[];
}

/** Names of packages of the system that a record names, and of what these were built from. */
const namesOfSystem = (judged: readonly JudgedPackage[]): Set<string> =>
  new Set(
    judged.flatMap(({ installed }) =>
      installed.found ? [] : [installed.name, installed.sourceName],
    ),
  );

/**
 * What nobody looks for, and an image may have therefore: kinds of packages, and programs; a program of which the image
 * has the distribution’s package of that name is that one.
 */
export function notLookedFor({ about, judged }: Pick<Looked, 'about' | 'judged'>): Verdict[] {
  const { kindsNotLookedFor, programsNotLookedFor: programs } = about;
  const known = namesOfSystem(judged);
  return [
    ...kindsNotLookedFor,
    ...programs.filter((name) => !known.has(name)).map((name) => `the program ${name}`),
  ].map((one) => unknown('ecosystem-not-read', one));
}

/**
 * Why libraries and programs that distributions have packages of may be there from elsewhere; a program of which the
 * image has that package is that one, and no other.
 */
export function mayBeElsewhere({ packages, whole, about, judged }: Looked): Verdict[] {
  const ofLibrary = ({ ecosystem: one, name }: { ecosystem: string; name: string }): Verdict[] => {
    if (whole === null) return [unknown('languages-not-inventoried', one)];
    const hidden = whole.unseenOf(one);
    if (hidden !== null) return [unknown('languages-partly-read', hidden)];
    const isThere = [...packages, ...(whole.copies ?? [])].some(
      ({ ecosystem: of, name: own }) => of === one && isMeantBy(name, own),
    );
    return isThere ? [unknown('no-record', one)] : [];
  };
  // Where only packages of the system are read they are what is asked about.
  const hidden = whole?.unseenOf('Bitnami') ?? null;
  const ofProgram: Verdict[] = hidden === null ? [] : [unknown('languages-partly-read', hidden)];
  const { libraries, programsOfSystems } = about;
  const known = new Set([...namesOfSystem(judged)].flatMap(programsNamed));
  return [
    ...libraries.flatMap(ofLibrary),
    ...(programsOfSystems.some((program) => !known.has(program)) ? ofProgram : []),
  ];
}

/** Packages of the system that a record names without saying for which of its releases. */
export function namedWithoutRelease({
  packages,
  about,
  judged,
}: Omit<Looked, 'whole'>): JudgedPackage[] {
  const { withoutRelease } = about;
  if (withoutRelease.length === 0) return [];
  const known = new Set(judged.map(({ installed }) => installed));
  return packages
    .filter((one) => !one.found && !known.has(one))
    .filter((one) =>
      withoutRelease.some(
        ({ ecosystem, name }) =>
          one.ecosystem.startsWith(`${ecosystem}:`) && [one.name, one.sourceName].includes(name),
      ),
    )
    .map((installed) => ({ installed, verdict: unknown('no-release', installed.ecosystem) }));
}

/** Packages of the system of which records name a port alone: an erratum for one is silent on the other. */
export function namedAsPort({ packages, about, judged }: Omit<Looked, 'whole'>): JudgedPackage[] {
  const { ports } = about;
  if (ports.length === 0) return [];
  const known = new Set(judged.map(({ installed }) => installed));
  return packages.flatMap((installed) => {
    if (installed.found || known.has(installed)) return [];
    const { ecosystem, sourceName } = installed;
    const port = ports.find((one) => one.ecosystem === ecosystem && one.of === sourceName);
    return port ? [{ installed, verdict: unknown('sibling', port.name) }] : [];
  });
}

/** Programs that records name as a package of somebody else, and of which none says versions of their own. */
export function unmatchedPrograms(
  programs: readonly Component[],
  about: AboutBeside,
  judged: readonly JudgedPackage[],
): JudgedPackage[] {
  if (programs.length === 0) return [];
  const { programs: named } = about;
  const matched = new Set(judged.map(({ installed }) => installed.found?.purl));
  return programs
    .filter(({ name, purl }) => named.has(name) && !matched.has(purl))
    .map((program) => ({ installed: asFound(program), verdict: unknown('built-from-source') }));
}

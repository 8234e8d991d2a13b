import type { AdvisoryRecord, Affected } from './advisory.ts';
import type { JudgedPackage, WholeFilesystem } from './asked-inventory.ts';
import { asFound, type Component, type InstalledPackage } from './installed.ts';
import { libraryIn } from './library-packages.ts';
import { isMeantBy } from './meant-name.ts';
import { isSameSoftware, programsNamed } from './programs.ts';
import { isMatched } from './record-index.ts';
import { unknown, type Verdict } from './verdict.ts';

// What an image may have that no package manager of its system lists, and that records speak of all the same.

/** What one image has, and what is said of it. */
interface Looked {
  packages: readonly InstalledPackage[];
  /** Null where only packages of the system were read. */
  whole: WholeFilesystem | null;
  records: readonly AdvisoryRecord[];
  judged: readonly JudgedPackage[];
}

/** All that records name which stand. */
const standing = (records: readonly AdvisoryRecord[]): Affected[] =>
  records.flatMap(({ advisory, affected }) => (isMatched(advisory) ? affected : []));

/**
 * Kinds of packages, and programs, that records are also about and that nobody looks for. Of a program that is also a
 * library of some language that one is looked for.
 */
export function notLookedFor(records: readonly AdvisoryRecord[]): string[] {
  const kinds = records.flatMap((one) => (isMatched(one.advisory) ? (one.unseen ?? []) : []));
  const named = standing(records).filter(({ nameKind }) => nameKind === 'package');
  const [programs, libraries] = [
    named.filter(({ ecosystem }) => ecosystem === 'Bitnami'),
    named.filter(({ ecosystem }) => ecosystem !== 'Bitnami'),
  ];
  const isKnown =
    programs.some(({ name }) => programsNamed(name).length > 0) ||
    programs.some(({ name }) => libraries.some((one) => isSameSoftware(name, one)));
  const unknownPrograms = isKnown ? [] : programs.map(({ name }) => `the program ${name}`);
  return [...new Set([...kinds, ...unknownPrograms])];
}

/**
 * Why libraries and programs that distributions have packages of may be there from elsewhere; a program of which the
 * image has that package is that one.
 */
export function mayBeElsewhere({ packages, whole, records, judged }: Looked): Verdict[] {
  const ofSystems = standing(records).filter(({ nameKind }) => nameKind !== 'package');
  const ofLibrary = ({ ecosystem: one, name }: { ecosystem: string; name: string }): Verdict[] => {
    if (whole === null) return [unknown('languages-not-inventoried', one)];
    const hidden = whole.unseenOf(one);
    if (hidden !== null) return [unknown('languages-partly-read', hidden)];
    const isThere = packages.some(
      ({ ecosystem: of, name: own }) => of === one && isMeantBy(name, own),
    );
    return isThere ? [unknown('no-record', one)] : [];
  };
  const ofProgram = (program: string): Verdict[] => {
    if (whole === null) return [unknown('programs-not-inventoried', program)];
    const hidden = whole.unseenOf('Bitnami');
    return hidden === null ? [] : [unknown('languages-partly-read', hidden)];
  };
  const hasLanguages = records.some(({ affected }) =>
    affected.some(({ nameKind }) => nameKind === 'package'),
  );
  const isOfSystem = judged.some(({ installed }) => !installed.found);
  const libraries = hasLanguages ? [] : ofSystems.flatMap(({ name }) => libraryIn(name) ?? []);
  const programs = isOfSystem ? [] : ofSystems.flatMap(({ name }) => programsNamed(name));
  return [...libraries.flatMap(ofLibrary), ...[...new Set(programs)].flatMap(ofProgram)];
}

/** Distributions that have no releases. */
const ROLLING: readonly string[] = ['Wolfi', 'Chainguard'];

/** Packages of the system that a record names without saying for which of its releases. */
export function namedWithoutRelease({
  packages,
  records,
  judged,
}: Omit<Looked, 'whole'>): JudgedPackage[] {
  const named = standing(records).filter(
    ({ ecosystem, nameKind }) =>
      nameKind !== 'package' && !ecosystem.includes(':') && !ROLLING.includes(ecosystem),
  );
  if (named.length === 0) return [];
  const known = new Set(judged.map(({ installed }) => installed));
  return packages
    .filter((one) => !one.found && !known.has(one))
    .filter((one) =>
      named.some(
        ({ ecosystem, name }) =>
          one.ecosystem.startsWith(`${ecosystem}:`) && [one.name, one.sourceName].includes(name),
      ),
    )
    .map((installed) => ({ installed, verdict: unknown('no-release', installed.ecosystem) }));
}

/** Programs that records name as a package of somebody else, and of which none says versions of their own. */
export function unmatchedPrograms(
  programs: readonly Component[],
  records: readonly AdvisoryRecord[],
  judged: readonly JudgedPackage[],
): JudgedPackage[] {
  if (programs.length === 0) return [];
  const names = new Set(standing(records).flatMap(({ name }) => programsNamed(name)));
  const matched = new Set(judged.map(({ installed }) => installed.found?.purl));
  return programs
    .filter(({ name, purl }) => names.has(name) && !matched.has(purl))
    .map((program) => ({ installed: asFound(program), verdict: unknown('built-from-source') }));
}

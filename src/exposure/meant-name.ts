import { programsCalled, programsNamed, sourcesOfProgram } from './programs.ts';

/** What Debian and Ubuntu added to names of libraries whose times became longer, `libssl3t64`: the same library of a later release. */
const WITH_LONG_TIMES = /^(lib.{1,190})t64$/;

/** In lower case, without the major version that ends the path of a Go module. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(':', '/')
    .replace(/\/v\d*$/, '');

/**
 * True where a person may mean a package by a name: in other letters, or without the group, scope, vendor or path that
 * stands before it (`log4j-core`, `crypto`). Types of a library are not the library.
 */
export function isMeantBy(asked: string, name: string): boolean {
  const wanted = plain(asked);
  const own = plain(name);
  if (own === wanted) return true;
  return wanted !== '' && own.endsWith(`/${wanted}`) && !own.startsWith('@types/');
}

/** The same of a package of a system, which may have another name in another release. */
export const isMeantInReleases = (asked: string, name: string): boolean =>
  isMeantBy(asked, name) || namesInReleases(asked).includes(name.toLowerCase());

/**
 * True for a name that begins with one that was asked for and goes on after a sign or a number, as that of `log4j-core` and
 * `liblog4j2-java` does with `log4j`, or that has it for its scope or vendor (`@angular/core`): it may be meant where nothing
 * is called just so.
 */
export function mayBeMeantBy(asked: string, name: string): boolean {
  const wanted = plain(asked);
  const own = plain(name);
  if (wanted.length < SHORTEST) return false;
  if (own.startsWith(`${wanted}/`) || own.startsWith(`@${wanted}/`)) return true;
  const last = own.slice(own.lastIndexOf('/') + 1);
  const begins = last.startsWith(wanted) ? wanted : `lib${wanted}`;
  return last.startsWith(begins) && /^[\d._+-]/.test(last.slice(begins.length));
}

/** What one letter begins is no word. */
const SHORTEST = 2;

/** How names begin in lower case that may be meant by another one; those of libraries after their group or path. */
export const beginningsOf = (asked: string): string[] => [plain(asked), `lib${plain(asked)}`];

/** A name in lower case as packages of a system may have it in one release or another. */
export function namesInReleases(asked: string): string[] {
  const lower = asked.toLowerCase();
  const before = WITH_LONG_TIMES.exec(lower)?.[1];
  if (before !== undefined) return [lower, before];
  return lower.startsWith('lib') ? [lower, `${lower}t64`] : [lower];
}

/** What distributions call one and the same source. */
const SAME_SOURCES: readonly (readonly string[])[] = [
  ['xz', 'xz-utils'],
  ['bind', 'bind9'],
  ['sqlite', 'sqlite3'],
  ['gnutls', 'gnutls28'],
  ['pcre', 'pcre3'],
  ['libtiff', 'tiff'],
  ['libpng', 'libpng1.6'],
  ['procps', 'procps-ng'],
  ['shadow', 'shadow-utils'],
];

/** The names in lower case that a source may have which is asked for by one of them, e.g. `xz-utils` for `xz`. */
export function sourcesCalled(asked: string): string[] {
  const lower = asked.toLowerCase();
  return [...new Set([lower, ...SAME_SOURCES.filter((one) => one.includes(lower)).flat()])];
}

/** The programs whose sources may be meant, with a version behind their names: `postgresql-15` for `postgresql`. */
export const sourcesBegin = (asked: string): string[] =>
  programsCalled(asked.toLowerCase()).flatMap(sourcesOfProgram);

/** True where a person may mean what is built from a source by a name: by its own, or by that of another distribution. */
export const isSourceMeant = (asked: string, source: string): boolean =>
  sourcesCalled(asked).includes(source.toLowerCase()) ||
  programsCalled(asked.toLowerCase()).some((program) =>
    programsNamed(source.toLowerCase()).includes(program),
  );

/** What stands last in such a name: equal for a name and all that are meant by it. */
export function lastPartOf(name: string): string {
  const own = plain(name);
  return own.slice(own.lastIndexOf('/') + 1);
}

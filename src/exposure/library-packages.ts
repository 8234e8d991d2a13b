import { knownLibraries } from './known-libraries.ts';

/** How distributions name packages of libraries, and what they are built from; the rest is what the library is called. */
const LIBRARIES: readonly [name: RegExp, ecosystem: string][] = [
  [/^(?:python(?:[23](?:\.?\d{1,2})?)?|py3)-(.+)$/, 'PyPI'],
  [/^node(?:js)?-(.+)$/, 'npm'],
  [/^ruby(?:gem)?-(.+)$/, 'RubyGems'],
  [/^php-(.+)$/, 'Packagist'],
  [/^lib(.+)-java$/, 'Maven'],
  [/^golang-(.+)$/, 'Go'],
  [/^rust-(.+)$/, 'crates.io'],
];

/** Parts of the language itself: `python3-libs`, `php-cli`, `golang-1.22-go`. */
const OWN_PARTS =
  /^(?:\d+(?:[.-].*)?|libs?|devel?|docs?|cli|fpm|common|minimal|full|debug|tests?|venv|bin|src|go|misc|std-static|irb)$/;

/** The library that a package of a distribution is by its name, e.g. `lodash` of npm for `node-lodash`; null for none. */
export function libraryIn(name: string): { ecosystem: string; name: string } | null {
  for (const [pattern, ecosystem] of LIBRARIES) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined && !OWN_PARTS.test(found)) return { ecosystem, name: found };
  }
  return null;
}

/** The same with those that are called otherwise: a source may hold several. */
export function librariesIn(name: string): { ecosystem: string; name: string }[] {
  const known = knownLibraries(name);
  const named = known.length > 0 ? null : libraryIn(name);
  return named === null ? known : [named];
}

/** What a package of a distribution is a port of by its name, e.g. `expat` for `mingw32-expat`; null for none. */
export const portOf = (name: string): string | null =>
  /^(?:mingw(?:32|64)?|compat)-(.{1,100}?)\d{0,4}$/.exec(name)?.[1] ?? null;

import { isRecord } from '../../shared/record.ts';
import { type FileKind, findingOf, jsonOrEmpty, nothing, UnreadableFile } from '../file-kind.ts';
import type { LanguagePackage } from '../filesystem-inventory.ts';
import { TEXT_BYTES_MAX } from '../filesystem-limits.ts';
import { languagePackage } from '../language-package.ts';

// What was installed from a commit has the number of some release in its own files, and may lie before or behind that. The
// files beside them that say so give it once more, of no version.

const DIRECT = /^(.*\/)?(([^/]{1,256}?)-[^/-]{1,256}\.dist-info)\/direct_url\.json$/;
/** `git+ssh://…#<commit>`, `git://…`, and what GitHub packs of a commit. */
const OF_COMMIT = /^(?:git(?:\+[a-z]{1,10})?:|https:\/\/codeload\.github\.com\/)/;
/** How pnpm calls the folder of one, e.g. `is-odd@https+++codeload.github.com+…`, `github.com+user+is-odd@…`. */
const PNPM =
  /\/\.pnpm\/(?:(?:@[^/+]{1,256}\+)?[^/@]{1,256}@)?(?:git\+|https\+{3}codeload\.github\.com\+|(?:github\.com|gitlab\.com|bitbucket\.org)\+)/;
const LOCKED = /^((?:.*\/)?)node_modules\/\.package-lock\.json$/;

/** Packages of Python that pip, uv and others took from a repository, https://peps.python.org/pep-0610/. */
export const pythonCommitKind: FileKind = {
  about: '`direct_url.json` of Python distributions that were installed from a commit',
  bytesMax: 64 * 1024,
  copiesOf: 'PyPI',
  matches: (path) => DIRECT.test(path),
  read(bytes, path) {
    const [, before = '', folder = '', written = ''] = DIRECT.exec(path) ?? [];
    const name = written.toLowerCase().replace(/[-_.]+/g, '-');
    if (!isRecord(jsonOrEmpty(bytes).vcs_info)) return nothing;
    return findingOf([languagePackage('PyPI', name, null, `${before}${folder}/METADATA`)]);
  },
};

/** Packages that npm took from a repository, by what it keeps of the whole tree. */
export const npmCommitKind: FileKind = {
  about: '`node_modules/.package-lock.json` of npm, for packages of commits',
  bytesMax: TEXT_BYTES_MAX,
  copiesOf: 'npm',
  matches: (path) => LOCKED.test(path),
  read(bytes, path) {
    const [, before = ''] = LOCKED.exec(path) ?? [];
    const { packages } = jsonOrEmpty(bytes);
    const listed = isRecord(packages) ? Object.entries(packages) : [];
    return findingOf(
      listed.flatMap(([place, one]) => {
        if (!isRecord(one) || typeof one.resolved !== 'string') return [];
        const at = /(?:^|\/)node_modules\/((?:@[^/]{1,256}\/)?[^/]{1,256})$/.exec(place)?.[1];
        if (at === undefined || !OF_COMMIT.test(one.resolved)) return [];
        const name = typeof one.name === 'string' ? one.name : at;
        return packageOrNone(name, `${before}${place}/package.json`);
      }),
    );
  },
};

/** True for a package of npm by the folder that pnpm put it into, or by where old versions of npm say that it is from. */
export const isOfCommit = (path: string, from: unknown): boolean =>
  PNPM.test(path) || (typeof from === 'string' && OF_COMMIT.test(from));

/** Without the releases that packages of commits say they are. */
export function withoutReleases(packages: readonly LanguagePackage[]): LanguagePackage[] {
  const keyOf = ({ ecosystem, name, path }: LanguagePackage) => `${ecosystem} ${name} ${path}`;
  const places = new Set(packages.filter(isOfNone).map(keyOf));
  if (places.size === 0) return [...packages];
  return packages.filter((one) => isOfNone(one) || !places.has(keyOf(one)));
}

const isOfNone = ({ ecosystem, version }: LanguagePackage): boolean =>
  version === null && (ecosystem === 'npm' || ecosystem === 'PyPI');

function packageOrNone(name: string, path: string): LanguagePackage[] {
  try {
    return [languagePackage('npm', name, null, path)];
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return [];
  }
}

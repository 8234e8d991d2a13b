import { copiesIn } from '../copies.ts';
import { type FileKind, findingOf, jsonOrEmpty, jsonRecord, nothing } from '../file-kind.ts';
import { TEXT_BYTES_MAX } from '../filesystem-limits.ts';
import { languagePackage } from '../language-package.ts';
import { isOfCommit } from './of-commits.ts';

/** Installed packages of Node: the tree that programs load from, not what a lockfile wished for. */
export const npmKind: FileKind = {
  about: '`package.json` of installed npm packages',
  bytesMax: TEXT_BYTES_MAX,
  matches: (path) => path.endsWith('/package.json') && isInstalled(path.split('/')),
  read(bytes, path) {
    const { name, version, _resolved: from } = jsonRecord(bytes);
    const found = languagePackage('npm', name, version, path);
    return findingOf([isOfCommit(path, from) ? languagePackage('npm', name, null, path) : found]);
  },
};

/**
 * Other files of that name: what a package brings along in a folder of its own (`pnpm/dist/node_modules/glob`), a program
 * that was unpacked (`/opt/yarn-v1.22.19`), an example, the application itself.
 */
export const npmCopyKind: FileKind = {
  about: '`package.json` of npm packages outside of the tree that programs load from',
  bytesMax: TEXT_BYTES_MAX,
  copiesOf: 'npm',
  matches: (path) => /(?:^|\/)package\.json$/.test(path),
  read(bytes, path) {
    const { name, version } = jsonOrEmpty(bytes);
    const unread = name === holderOf(path) ? [] : copiesIn('npm', path, BESIDE, [[name, version]]);
    return { ...nothing, unread };
  },
};

const BESIDE = 'it lies beside the packages that npm installed';

/** The package in a folder of which, and not at whose place, a file lies; undefined for none. */
const holderOf = (path: string): string | undefined =>
  /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/@]+)\/.+\/package\.json$/.exec(path)?.[1];

/** Where managers keep packages, to which `node_modules` has only links: each in a folder of its own below. */
const STORES: ReadonlySet<string> = new Set(['.pnpm', '.bun', '.deno', '.store']);

/**
 * Below the first `node_modules` nothing but packages and their own `node_modules`: others are examples
 * that a package brings along, which nobody loads.
 */
function isInstalled(parts: readonly string[]): boolean {
  let at = parts.indexOf('node_modules');
  while (at >= 0 && parts[at] === 'node_modules') {
    const next = parts[at + 1];
    if (next !== undefined && STORES.has(next)) {
      // Yarn calls the package itself so. Some have a folder more for a scope.
      if (parts.slice(at + 3).join('/') === 'package/package.json') return true;
      at = parts[at + 3] === 'node_modules' ? at + 3 : at + 4;
      continue;
    }
    if (next === undefined || next.startsWith('.')) return false;
    at += next.startsWith('@') ? 3 : 2;
  }
  return at === parts.length - 1;
}

import { isRecord } from '../../shared/record.ts';
import { COPIES_OF_FILE_MAX, copiesIn } from '../copies.ts';
import { type FileKind, findingOf, jsonValue, UnreadableFile } from '../file-kind.ts';
import { languagePackage } from '../language-package.ts';

/** Packages that PHP’s Composer installed; its first version wrote a list, its second one a record. */
export const composerKind: FileKind = {
  about: '`installed.json` of Composer (PHP)',
  bytesMax: 16 * 1024 * 1024,
  matches: (path) => /(?:^|\/)composer\/installed\.json$/.test(path),
  read(bytes, path) {
    const written = jsonValue(bytes);
    const packages = Array.isArray(written) ? written : recordOf(written).packages;
    if (!Array.isArray(packages)) throw new UnreadableFile('it lists no packages');
    const listed = packages.map(recordOf);
    const replaced = listed.flatMap(replacedBy).slice(0, COPIES_OF_FILE_MAX);
    const reason = 'packages that it lists hold others, which they replace';
    return {
      ...findingOf(
        listed.map(({ name, version }) => {
          // Some lists keep the capitals that its author used; advisories have none.
          const known = typeof name === 'string' ? name.toLowerCase() : name;
          return languagePackage('Packagist', known, version, path);
        }),
      ),
      unread: copiesIn('Packagist', path, reason, replaced),
    };
  },
};

/** Parts of a package that are also released alone, as `illuminate/database` of `laravel/framework` in the same version. */
function replacedBy({ version, replace }: Record<string, unknown>): (readonly [string, unknown])[] {
  if (!isRecord(replace)) return [];
  return Object.entries(replace).flatMap(([name, of]) =>
    of === 'self.version' ? [[name.toLowerCase(), version] as const] : [],
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new UnreadableFile('it lists something that is no package');
}

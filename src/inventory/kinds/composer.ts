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
    return findingOf(
      packages.map((one: unknown) => {
        const { name, version } = recordOf(one);
        // Some lists keep the capitals that its author used; advisories have none.
        const known = typeof name === 'string' ? name.toLowerCase() : name;
        return languagePackage('Packagist', known, version, path);
      }),
    );
  },
};

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new UnreadableFile('it lists something that is no package');
}

import { readZipDirectory, readZipEntry, UnreadableZip } from '../../shared/zip.ts';
import { baseName, type FileKind, findingOf, nothing, UnreadableFile } from '../file-kind.ts';
import type { LanguagePackage } from '../filesystem-inventory.ts';
import { HELD_BYTES_MAX, TEXT_BYTES_MAX } from '../filesystem-limits.ts';
import { languagePackage } from '../language-package.ts';

const METADATA = /(?:\.dist-info\/METADATA|(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO)$/;
const ENTRIES_MAX = 200_000;

/** Installed distributions of Python. */
export const pythonKind: FileKind = {
  about: '`METADATA` and `PKG-INFO` of installed Python distributions',
  bytesMax: TEXT_BYTES_MAX,
  matches: (path) => METADATA.test(path) || /.\.egg-info$/.test(baseName(path)),
  read: (bytes, path) => findingOf([distributionIn(bytes, path)]),
};

/** Distributions that setuptools left packed. */
export const eggKind: FileKind = {
  about: 'packed eggs (`.egg`) of Python',
  bytesMax: HELD_BYTES_MAX,
  matches: (path) => path.endsWith('.egg'),
  async read(bytes, path) {
    // Others use this ending as well.
    if (bytes.toString('latin1', 0, 2) !== 'PK') return nothing;
    const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
    const source = { size: bytes.length, read };
    try {
      const places = await readZipDirectory(source, ENTRIES_MAX);
      const about = places.find(({ name }) => name === 'EGG-INFO/PKG-INFO');
      if (about === undefined) throw new UnreadableFile('an egg that does not say what it is');
      if (about.unpacked > TEXT_BYTES_MAX) throw new UnreadableFile('it says too much of itself');
      return findingOf([distributionIn(await readZipEntry(source, about), path)]);
    } catch (cause) {
      if (!(cause instanceof UnreadableZip)) throw cause;
      throw new UnreadableFile(cause.message, { cause });
    }
  },
};

function distributionIn(bytes: Uint8Array, path: string): LanguagePackage {
  const fields = headerOf(bytes);
  // https://packaging.python.org/en/latest/specifications/name-normalization/
  const name = fields
    .get('name')
    ?.toLowerCase()
    .replace(/[-_.]+/g, '-');
  return languagePackage('PyPI', name, fields.get('version'), path);
}

/** Fields up to the first empty line, by their names in lower case; the first of a name counts. */
function headerOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line.trim() === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

import { baseName, type FileKind, findingOf } from '../file-kind.ts';
import { TEXT_BYTES_MAX } from '../filesystem-limits.ts';
import { languagePackage } from '../language-package.ts';

const METADATA = /(?:\.dist-info\/METADATA|(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO)$/;

/** Installed distributions of Python. */
export const pythonKind: FileKind = {
  about: '`METADATA` and `PKG-INFO` of installed Python distributions',
  bytesMax: TEXT_BYTES_MAX,
  matches: (path) => METADATA.test(path) || /.\.egg-info$/.test(baseName(path)),
  read(bytes, path) {
    const fields = headerOf(bytes);
    // https://packaging.python.org/en/latest/specifications/name-normalization/
    const name = fields
      .get('name')
      ?.toLowerCase()
      .replace(/[-_.]+/g, '-');
    return findingOf([languagePackage('PyPI', name, fields.get('version'), path)]);
  },
};

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

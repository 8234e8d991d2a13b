import { COPIES_OF_FILE_MAX, copiesIn } from '../copies.ts';
import { type FileKind, nothing } from '../file-kind.ts';

/** `pip/_vendor/vendor.txt`, `pipenv/patched/patched.txt`, `setuptools/_vendor/vendored.txt`. */
const LIST = /(?:^|\/)(?:_?vendor(?:ed)?\/vendor(?:ed)?|patched\/patched)\.txt$/;
const PINNED =
  /^[ \t]{0,40}([A-Za-z0-9][\w.-]{0,255}?)(?:\[[\w, -]{0,100}\])?==([\w.!+-]{1,256})/gm;

/** What Python packages brought along in themselves, where they list it. */
export const pythonVendorKind: FileKind = {
  about: 'lists of what Python packages have in a folder of their own (`pip/_vendor/vendor.txt`)',
  bytesMax: 64 * 1024,
  copiesOf: 'PyPI',
  matches: (path) => LIST.test(path),
  read(bytes, path) {
    const pinned = [...bytes.toString('latin1').matchAll(PINNED)].slice(0, COPIES_OF_FILE_MAX);
    const named = pinned.map(
      ([, name = '', version]) => [name.toLowerCase().replace(/[-_.]+/g, '-'), version] as const,
    );
    const reason = 'it lists packages that a package of Python has in itself';
    return { ...nothing, unread: copiesIn('PyPI', path, reason, named) };
  },
};

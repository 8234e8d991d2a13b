import { type Finding, nothing } from './file-kind.ts';
import type { UnreadFile } from './filesystem-inventory.ts';

/** How many bytes at the beginning and at the end of a file tell whether it is one. */
export const HEAD_BYTES = 128;
export const TAIL_BYTES = 4;

const MAGIC = 'PK\x03\x04';
/** An archive starts with a file, whose name stands behind so many bytes. */
const NAME_AT = 30;
/** Others begin with the folder of a jar, too. */
const OF_OTHERS = /\.(?:xpi|apk|aab|apex|epub|whl)$/i;
/** Signatures of its own classes that come with a JDK before 9, `lib/ct.sym`; the folders may stand before. */
const SIGNATURES = 'META-INF/sym/';
const OF_PYTHON = /^#![^\n]{0,80}python[^\n]{0,20}\n(?<rest>.{4})/;
/** A phar is a script with an archive behind it; PHP runs only one with a signature, which ends so. */
const OF_PHP = /^(?:#![^\n]*\n)?<\?php\s/i;
const END_OF_PHAR = 'GBMB';
/** With their ending they are told already; the command `phar` of PHP itself holds no packages. */
const TOLD_OF_PHP = /[^/]\.phar$|(?:^|\/)phar[\d.]*(?:\.phar[\d.]*)?$/;

/**
 * An archive that its name does not tell of, by the first bytes of its file with the last ones behind them: a jar that
 * somebody called otherwise still runs, and one of Python or PHP is a program. What is in it is unread. Nothing for any
 * other file.
 */
export function hiddenArchive(path: string, ends: Buffer): Finding {
  const text = ends.toString('latin1', 0, HEAD_BYTES);
  const tail = ends.toString('latin1', HEAD_BYTES);
  const unread = (ecosystem: UnreadFile['ecosystem'] & string, reason: string): Finding => ({
    ...nothing,
    unread: [{ path, reason, ecosystem }],
  });
  const isOfJava = text.startsWith(MAGIC) && text.startsWith('META-INF/', NAME_AT);
  if (isOfJava && !OF_OTHERS.test(path) && !text.includes(SIGNATURES)) {
    return unread('Maven', 'a Java archive by another name, which is not read');
  }
  if (OF_PHP.test(text) && tail === END_OF_PHAR && !TOLD_OF_PHP.test(path)) {
    return unread('Packagist', 'an archive of PHP by another name, which is not read');
  }
  return OF_PYTHON.exec(text)?.groups?.rest === MAGIC
    ? unread('PyPI', 'a program of Python in an archive, which is not read')
    : nothing;
}

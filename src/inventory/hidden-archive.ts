import { type Finding, nothing } from './file-kind.ts';
import type { UnreadFile } from './filesystem-inventory.ts';

/** How many bytes of a file tell whether it is one. */
export const HEAD_BYTES = 128;

const MAGIC = 'PK\x03\x04';
/** An archive starts with a file, whose name stands behind so many bytes. */
const NAME_AT = 30;
/** Others begin with the folder of a jar, too. */
const OF_OTHERS = /\.(?:xpi|apk|aab|apex|epub|whl)$/i;
/** Signatures of its own classes that come with a JDK before 9, `lib/ct.sym`; the folders may stand before. */
const SIGNATURES = 'META-INF/sym/';
const OF_PYTHON = /^#![^\n]{0,80}python[^\n]{0,20}\n(?<rest>.{4})/;

/**
 * An archive that its name does not tell of, by its first bytes: a jar that somebody called otherwise still runs, and one
 * of Python is a program. What is in it is unread. Nothing for any other file.
 */
export function hiddenArchive(path: string, head: Buffer): Finding {
  const text = head.toString('latin1');
  const unread = (ecosystem: UnreadFile['ecosystem'] & string, reason: string): Finding => ({
    ...nothing,
    unread: [{ path, reason, ecosystem }],
  });
  const isOfJava = text.startsWith(MAGIC) && text.startsWith('META-INF/', NAME_AT);
  if (isOfJava && !OF_OTHERS.test(path) && !text.includes(SIGNATURES)) {
    return unread('Maven', 'a Java archive by another name, which is not read');
  }
  return OF_PYTHON.exec(text)?.groups?.rest === MAGIC
    ? unread('PyPI', 'a program of Python in an archive, which is not read')
    : nothing;
}

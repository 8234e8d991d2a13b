import { parseMs } from '../snapshot/foreign-format.ts';
import { foreignFormats } from '../snapshot/foreign-formats.ts';
import { page } from './page.ts';

/** The page of every format of foreign bytes, with its bounds. */
export function renderForeignBytesPage(): string {
  const rows = foreignFormats.map(({ name, about, bounds }) =>
    [
      `\`${name}\``,
      about,
      sizeOf(bounds.bytes),
      bounds.entries.toLocaleString('en'),
      sizeOf(bounds.textBytes),
      String(bounds.nesting),
      sizeOf(bounds.outputBytes),
    ].join(' | '),
  );
  return page(
    'How foreign bytes are read',
    [
      'What a container can write, or a hostile host can send, is read in threads of their own, two for all',
      `hosts. A parse that takes more than ${parseMs / 1000} s, or more memory than a thread has, ends with its thread; one that`,
      'exceeds a bound of its format ends at once. In each case what it would tell is unknown, with the reason,',
      'and nothing else is. A host has one turn at a time and then stands behind all others.',
    ].join('\n'),
    [
      '| Format | What it reads | Bytes | Entries | Longest text | Levels | What comes of it |',
      '|---|---|---:|---:|---:|---:|---:|',
      ...rows.map((row) => `| ${row} |`),
    ].join('\n'),
  );
}

const KILOBYTE = 1024;

function sizeOf(bytes: number): string {
  if (bytes >= KILOBYTE ** 2) return `${bytes / KILOBYTE ** 2} MB`;
  return bytes >= KILOBYTE ? `${bytes / KILOBYTE} KB` : `${bytes} B`;
}

import { filesystemLimits } from '../inventory/filesystem-limits.ts';
import { fileKinds } from '../inventory/walk-filesystem.ts';
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
      'What a container can write, or a hostile host can send, is read in processes of their own, two for all',
      `hosts. A parse that takes more than ${parseMs / 1000} s, or more memory than a process has, ends with its process; one that`,
      'exceeds a bound of its format ends at once. In each case what it would tell is unknown, with the reason,',
      'and nothing else is. A host has one turn at a time and then stands behind all others.',
    ].join('\n'),
    [
      '| Format | What it reads | Bytes | Entries | Longest text | Levels | What comes of it |',
      '|---|---|---:|---:|---:|---:|---:|',
      ...rows.map((row) => `| ${row} |`),
    ].join('\n'),
    [
      '## A whole file system',
      '',
      'The archive of a whole file system is read as it comes, in a process of its own that ends with it: up to',
      `${sizeOf(filesystemLimits.bytes)}, ${filesystemLimits.entries.toLocaleString('en')} entries and ${filesystemLimits.timeMs / 1000} s. No link is followed and nothing is written. It looks at these`,
      'files, and at every program by its first bytes: for what the linkers of Go and Rust left in it, and for the',
      'version of programs that images often hold built from source. What is larger, and what cannot be read, is',
      'listed with its reason; an archive that was not read to its end says so.',
      '',
      '| What it reads | Bytes |',
      '|---|---:|',
      ...fileKinds.map(({ about, bytesMax }) => `| ${about} | ${sizeOf(bytesMax)} |`),
    ].join('\n'),
  );
}

const KILOBYTE = 1024;

function sizeOf(bytes: number): string {
  if (bytes >= KILOBYTE ** 2) return `${bytes / KILOBYTE ** 2} MB`;
  return bytes >= KILOBYTE ? `${bytes / KILOBYTE} KB` : `${bytes} B`;
}

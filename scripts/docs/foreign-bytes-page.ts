import { filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { fileKinds } from '../../src/inventory/walk-filesystem.ts';
import { parseMs } from '../../src/snapshot/foreign-format.ts';
import { foreignFormats } from '../../src/snapshot/foreign-formats.ts';
import { filled } from './page.ts';

/** The page of every format of foreign bytes, with its bounds. */
export function renderForeignBytesPage(): string {
  const { bytes, entries, timeMs } = filesystemLimits;
  return filled('docs/foreign-bytes.md', {
    'parse-seconds': parseMs / 1000,
    formats: [
      '| Format | What it reads | Bytes | Entries | Longest text | Levels | What comes of it |',
      '|---|---|---:|---:|---:|---:|---:|',
      ...foreignFormats.map(({ name, about, bounds }) => {
        const [most, longest, output] = [bounds.bytes, bounds.textBytes, bounds.outputBytes];
        const number = bounds.entries.toLocaleString('en');
        return `| \`${name}\` | ${about} | ${sizeOf(most)} | ${number} | ${sizeOf(longest)} | ${bounds.nesting} | ${sizeOf(output)} |`;
      }),
    ].join('\n'),
    'filesystem-limits': `${sizeOf(bytes)}, ${entries.toLocaleString('en')} entries and ${timeMs / 1000} s`,
    'file-kinds': [
      '| What it reads | Bytes |',
      '|---|---:|',
      ...fileKinds.map(({ about, bytesMax }) => `| ${about} | ${sizeOf(bytesMax)} |`),
    ].join('\n'),
  });
}

const KILOBYTE = 1024;

function sizeOf(bytes: number): string {
  if (bytes >= KILOBYTE ** 2) return `${bytes / KILOBYTE ** 2} MB`;
  return bytes >= KILOBYTE ? `${bytes / KILOBYTE} KB` : `${bytes} B`;
}

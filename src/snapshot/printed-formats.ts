import { OutsideError } from '../shared/errors.ts';
import { linesIn } from '../shared/text.ts';
import type { ForeignFormat, FormatBounds } from './foreign-format.ts';
import { splitProbeOutput } from './normalise/probe-output.ts';

const MEGABYTE = 1024 * 1024;

/** Of all that one probe prints. */
const bounds: FormatBounds = {
  bytes: 8 * MEGABYTE,
  entries: 10_000,
  textBytes: 8 * MEGABYTE,
  nesting: 1,
  outputBytes: 20 * MEGABYTE,
};

/** The texts of the files that a probe printed, by path; `isCut` tells that it printed more. */
export const printedFilesFormat: ForeignFormat<
  { output: string; isCut: boolean },
  Map<string, string>
> = {
  name: 'printed-files',
  about: 'files of /proc and of control groups as a probe prints them',
  bounds,
  parse({ output, isCut }) {
    const files = splitProbeOutput(output, isCut);
    requireAtMost(bounds.entries, files.size, 'files');
    return files;
  },
};

const listBounds: FormatBounds = { ...bounds, entries: 100_000, textBytes: 32 };

/** Numbers of processes, one in each line; other lines are left out. A list of other folders ends it. */
export const pidListFormat: ForeignFormat<string, number[]> = {
  name: 'pid-list',
  about: 'the processes of the host',
  bounds: listBounds,
  parse(output) {
    const found: number[] = [];
    for (const line of linesIn(output)) {
      if (line === '/proc/self/task:') break;
      if (/^[1-9]\d{0,9}$/.test(line)) found.push(Number(line));
    }
    requireAtMost(listBounds.entries, found.length, 'processes');
    // It is one itself.
    if (found.length === 0) throw new OutsideError('probe-unusable', 'it printed no process');
    return found;
  },
};

/** Numbers of threads by that of their process, from lines like `/proc/1/task/2`. */
export const threadListFormat: ForeignFormat<string, Map<number, number[]>> = {
  name: 'thread-list',
  about: 'the threads of processes',
  bounds: listBounds,
  parse(output) {
    const found = new Map<number, number[]>();
    let count = 0;
    for (const line of linesIn(output)) {
      const [, pid, thread] = /^\/proc\/(\d{1,10})\/task\/(\d{1,10})$/.exec(line) ?? [];
      if (pid === undefined) continue;
      const threads = found.get(Number(pid)) ?? [];
      threads.push(Number(thread));
      found.set(Number(pid), threads);
      count += 1;
    }
    requireAtMost(listBounds.entries, count, 'threads');
    return found;
  },
};

function requireAtMost(most: number, count: number, what: string): void {
  if (count <= most) return;
  throw new OutsideError('foreign-too-costly', `a probe printed ${count} ${what}`);
}

import { linesIn } from '../shared/text.ts';
import type { ForeignFormat, FormatBounds } from './foreign-format.ts';
import { PATH_CHARACTERS_MAX, splitProbeOutput } from './normalise/probe-output.ts';

const MEGABYTE = 1024 * 1024;

/** Of all that one probe prints. */
const bounds: FormatBounds = {
  bytes: 8 * MEGABYTE,
  entries: 10_000,
  textBytes: PATH_CHARACTERS_MAX,
  nesting: 1,
  outputBytes: 20 * MEGABYTE,
};

/** The texts of the files that a probe printed, by path; `isCut` tells that it printed more. */
export const printedFilesFormat: ForeignFormat<
  { output: string; isCut: boolean },
  Map<string, string>
> = {
  name: 'printed-files',
  bounds,
  parse: ({ output, isCut }) => splitProbeOutput(output, isCut),
};

/** Numbers of processes, one in each line; other lines are left out. */
export const pidListFormat: ForeignFormat<string, number[]> = {
  name: 'pid-list',
  bounds,
  parse: (output) => [...linesIn(output)].filter((line) => /^[1-9]\d{0,9}$/.test(line)).map(Number),
};

/** Numbers of threads by that of their process, from lines like `/proc/1/task/2`. */
export const threadListFormat: ForeignFormat<string, Map<number, number[]>> = {
  name: 'thread-list',
  bounds,
  parse(output) {
    const found = new Map<number, number[]>();
    for (const line of linesIn(output)) {
      const [, pid, thread] = /^\/proc\/(\d{1,10})\/task\/(\d{1,10})$/.exec(line) ?? [];
      if (pid === undefined) continue;
      const threads = found.get(Number(pid)) ?? [];
      threads.push(Number(thread));
      found.set(Number(pid), threads);
    }
    return found;
  },
};

import type { IdRange } from '../facts/kernel.ts';
import { wrongProcFile } from './proc-file.ts';

/** The ranges of a `/proc/PID/uid_map`. Throws `OutsideError` for a line of another shape. */
export function rangesOfUidMap(pid: number | 'self', text: string): IdRange[] {
  return text.split('\n').map((line) => {
    const found = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*$/.exec(line);
    if (!found) throw wrongProcFile(pid, 'uid_map', 'a line is not a range');
    const [, inside, outside, count] = found;
    return { inside: Number(inside), outside: Number(outside), count: Number(count) };
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** Command lines of the processes that the /proc below a root shows; of one that has ended none. */
function commandsIn(root: string): string[] {
  return readdirSync(`${root}/proc`)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`${root}/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      } catch {
        return [];
      }
    });
}

/**
 * Waits until each of these command lines runs, as often as it is named, and nothing is on its way to what it is to run:
 * an engine answers before. The root of an engine shows its own processes alone, `''` those of the whole machine.
 */
export async function untilRuns(root: string, ...lines: string[]): Promise<void> {
  await until(() => {
    const left = commandsIn(root);
    const isStarting = root !== '' && left.some((line) => /^(\S*\/)?runc /.test(line));
    return (
      lines.every((line) => {
        const at = left.indexOf(line);
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      }) && !isStarting
    );
  });
}

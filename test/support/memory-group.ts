import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group of its own, in which a program has so much memory; takes root. */
export interface MemoryGroup {
  /** A shell command that enters it and becomes the program. */
  enter(words: readonly string[]): [string, string[]];
  /** Most bytes that it ever had. */
  peakBytes(): number;
  /** How often the kernel killed in it. */
  kills(): number;
  close(): void;
}

const VERSION_1 = '/sys/fs/cgroup/memory';
const VERSION_2 = '/sys/fs/cgroup';

export function openMemoryGroup(bytes: number): MemoryGroup {
  const isOld = existsSync(VERSION_1);
  const folder = join(isOld ? VERSION_1 : VERSION_2, `seawall-test-${process.pid}`);
  mkdirSync(folder);
  const file = (name: string) => join(folder, name);
  writeFileSync(file(isOld ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  const procs = file('cgroup.procs');
  const killsIn = (text: string) => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  return {
    enter: (words) => ['sh', ['-c', `echo $$ > ${procs} && exec "$@"`, 'sh', ...words]],
    peakBytes: () =>
      Number(readFileSync(file(isOld ? 'memory.max_usage_in_bytes' : 'memory.peak'), 'utf8')),
    kills: () =>
      killsIn(readFileSync(file(isOld ? 'memory.oom_control' : 'memory.events'), 'utf8')),
    close: () => rmdirSync(folder),
  };
}

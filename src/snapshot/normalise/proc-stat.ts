import { wrongProcFile } from './proc-file.ts';

export interface ProcessStat {
  /** Kernel's short name of the program, which a process can set itself. */
  name: string;
  /** Number of its parent; 0 for one whose parent is not seen. */
  parent: number;
  /** Has ended in every thread, and only waits for its parent. */
  hasEnded: boolean;
  /** When it started, in clock ticks since the boot, as digits. */
  startTime: string;
}

/**
 * Reads `/proc/PID/stat` (proc_pid_stat(5)). The name may hold anything, parentheses and newlines
 * included, so the last one counts. Throws `OutsideError` for a text of another shape.
 */
export function statOfProcess(pid: number, text: string): ProcessStat {
  const end = text.lastIndexOf(')');
  const [state = '', parent = '', ...more] = text.slice(end + 2).split(' ');
  const startTime = more[17] ?? '';
  const isWhole = text.startsWith(`${pid} (`) && /^\d{1,10}$/.test(parent);
  if (!isWhole || !/^\d{1,20}$/.test(startTime)) {
    throw wrongProcFile(pid, 'stat', 'it does not tell when the process started');
  }
  const name = text.slice(text.indexOf('(') + 1, end);
  // Its first thread may have ended before the others.
  const hasEnded = /^[ZXx]$/.test(state) && Number(more[15]) <= 1;
  return { name, parent: Number(parent), hasEnded, startTime };
}

/** When a process started, in clock ticks since the boot, as digits. */
export const startTimeOfStat = (pid: number, text: string): string =>
  statOfProcess(pid, text).startTime;

/** Milliseconds of a clock tick in what the kernel tells (USER_HZ, the same on every architecture of ours). */
export const TICK_MS = 10;

/** ISO time of a start, by the line `btime` of `/proc/stat`; null where there is none. Whole seconds. */
export function startedAt(startTime: string, machineStat: string | undefined): string | null {
  const boot = /^btime (\d{1,12})$/m.exec(machineStat ?? '')?.[1];
  if (boot === undefined) return null;
  return new Date(Number(boot) * 1000 + Number(startTime) * TICK_MS).toISOString();
}

import { wrongProcFile } from './proc-file.ts';

/**
 * When a process started, in clock ticks since the boot, as digits: field 22 of `/proc/PID/stat`.
 * The name before it may hold anything, parentheses and newlines included, so the last one counts.
 */
export function startTimeOfStat(pid: number, text: string): string {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = fields[19] ?? '';
  if (!text.startsWith(`${pid} (`) || !/^\d{1,20}$/.test(startTime)) {
    throw wrongProcFile(pid, 'stat', 'it does not tell when the process started');
  }
  return startTime;
}

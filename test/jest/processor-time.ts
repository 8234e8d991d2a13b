import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
/** In `/proc/<pid>/stat`, counted from the state: its own time, and that of the children it waited for. */
const TIMES = [11, 12, 13, 14];
/** What ended engines took; the worker keeps it, whichever of its suites ended them. */
const ENDED = Symbol.for('seawall.ended-seconds');
const kept = globalThis as { [ENDED]?: number };

/** Seconds of processor time that this process, all below it, and what `countEnding` was told of have taken. */
export const secondsTaken = (): number => secondsBelow('self') + (kept[ENDED] ?? 0);

/**
 * To be called before a process is killed together with its namespace: the kernel adds the time of what ends in there
 * to that of nobody.
 */
export function countEnding(pid: number): void {
  kept[ENDED] = (kept[ENDED] ?? 0) + secondsBelow(pid);
}

function secondsBelow(pid: number | string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = TIMES.reduce((sum, index) => sum + Number(fields[index]), 0) / TICKS_PER_SECOND;
    return childrenOf(pid).reduce((sum, child) => sum + secondsBelow(child), own);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}

/** Each thread has the children that it started. */
const childrenOf = (pid: number | string): string[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );

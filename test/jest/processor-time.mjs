import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
/** In `/proc/<pid>/stat`, counted from the state: its own time, and that of the children it waited for. */
const TIMES = [11, 12, 13, 14];

/** Seconds of processor time that this process, and all that live or ended below it, have taken. */
export function processorSeconds(pid = 'self') {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = TIMES.reduce((sum, index) => sum + Number(fields[index]), 0) / TICKS_PER_SECOND;
    return childrenOf(pid).reduce((sum, child) => sum + processorSeconds(child), own);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}

/** Each thread has the children that it started. */
const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );

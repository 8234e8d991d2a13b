import { OutsideError } from '../../shared/errors.ts';
import type { ProcFile } from '../collector.ts';
import type { IdRange, KernelProcess } from '../facts/kernel.ts';
import { allCapabilities } from './capabilities.ts';
import { procPath } from './probe-output.ts';

/** What a `status` tells; labels and user namespaces stand in other files. */
type StatusFacts = Omit<KernelProcess, 'label' | 'uidMap' | 'userNamespace'>;

/**
 * One process or thread from the text of its `/proc/PID/status` (fs/proc/array.c of the kernel). Its name is
 * the only text that is not the kernel's own, and newlines in it are escaped; a title that stands
 * twice is refused nevertheless. Throws `OutsideError` when something is missing or malformed.
 */
export function processOfStatus(pid: number | 'self', text: string): StatusFacts {
  const titled = titledLines(pid, text);
  const get = (title: string): string => {
    const found = titled.get(title);
    if (found === undefined) throw wrongProcFile(pid, 'status', `${title} is missing`);
    return found;
  };
  const numbers = (title: string): number[] => {
    const words = get(title).split(/\s+/).filter(Boolean);
    if (!words.every((word) => /^\d{1,10}$/.test(word))) {
      throw wrongProcFile(pid, 'status', `${title} holds no numbers`);
    }
    return words.map(Number);
  };
  const number = (title: string): number => {
    const [first, ...more] = numbers(title);
    if (first === undefined || more.length > 0) {
      throw wrongProcFile(pid, 'status', `${title} is not one number`);
    }
    return first;
  };
  const ids = (title: string): KernelProcess['uids'] => {
    const [real, effective, saved, filesystem] = numbers(title);
    if (real === undefined || effective === undefined) throw wrongIds(pid, title);
    if (saved === undefined || filesystem === undefined) throw wrongIds(pid, title);
    return { real, effective, saved, filesystem };
  };
  const capabilities = (title: string): string[] => {
    const names = capabilitiesOfMask(get(title));
    if (!names) throw wrongProcFile(pid, 'status', `${title} is not a mask`);
    return names;
  };

  const told = number('Pid');
  if (pid !== 'self' && told !== pid) throw wrongProcFile(pid, 'status', 'it is not of it');
  return {
    pid: told,
    name: unescapeName(get('Name')),
    uids: ids('Uid'),
    gids: ids('Gid'),
    groups: numbers('Groups').sort((a, b) => a - b),
    capabilities: {
      inheritable: capabilities('CapInh'),
      permitted: capabilities('CapPrm'),
      effective: capabilities('CapEff'),
      bounding: capabilities('CapBnd'),
      ambient: capabilities('CapAmb'),
    },
    hasNoNewPrivileges: number('NoNewPrivs') === 1,
    seccompMode: number('Seccomp'),
    seccompFilters: titled.has('Seccomp_filters') ? number('Seccomp_filters') : null,
    namespacePids: numbers('NSpid'),
  };
}

/** Whether this thread has ended: such a one has lost part of its state. */
export const hasEnded = (statusText: string): boolean => /^State:\t[ZXx] /m.test(statusText);

/** Whether the first thread has ended, by the status of its process, and others have not. */
export const livesOn = (statusText: string): boolean =>
  hasEnded(statusText) && /^Threads:\t(?![01]$)\d+$/m.test(statusText);

/** Sorted names of the bits of a mask in hex digits; undefined for anything else. */
export function capabilitiesOfMask(mask: string): string[] | undefined {
  if (!/^[0-9a-f]{1,16}$/.test(mask)) return undefined;
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => (bits >> BigInt(bit)) & 1n)
    .map((bit) => allCapabilities[bit] ?? `CAP_${bit}`)
    .sort();
}

function titledLines(pid: number | 'self', text: string): Map<string, string> {
  const titled = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const title = line.slice(0, colon);
    if (colon === -1) throw wrongProcFile(pid, 'status', 'a line has no title');
    if (titled.has(title)) throw wrongProcFile(pid, 'status', 'a title stands twice');
    const value = line.slice(colon + 1);
    // One tab follows a title; blanks after it belong to a name.
    titled.set(title, title === 'Name' ? value.replace(/^\t/, '') : value.trim());
  }
  return titled;
}

const unescapeName = (written: string): string =>
  written.replace(/\\(n|\\)/g, (_, char: string) => (char === 'n' ? '\n' : '\\'));

const wrongIds = (pid: number | 'self', title: string) =>
  wrongProcFile(pid, 'status', `${title} holds fewer than four ids`);

/** The ranges of a `/proc/PID/uid_map`. Throws `OutsideError` for a line of another shape. */
export function rangesOfUidMap(pid: number | 'self', text: string): IdRange[] {
  return text.split('\n').map((line) => {
    const found = /^\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*$/.exec(line);
    if (!found) throw wrongProcFile(pid, 'uid_map', 'a line is not a range');
    const [, inside, outside, count] = found;
    return { inside: Number(inside), outside: Number(outside), count: Number(count) };
  });
}

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

/** The error for a file of the kernel that is not as it should be; never repeats what it holds. */
export const wrongProcFile = (
  pid: number | 'self',
  file: ProcFile,
  problem: string,
): OutsideError => new OutsideError('engine-invalid-answer', `${procPath(pid, file)}: ${problem}`);

import { OutsideError } from '../shared/errors.ts';
import type { Reading } from '../shared/reading.ts';
import { linesIn } from '../shared/text.ts';
import type { ProbeOutput, ProbePath } from './collector.ts';
import type { ContainerKernelFacts, IdRange, KernelFacts, KernelMount } from './facts/kernel.ts';
import type { NamespaceListeners } from './facts/listeners.ts';
import type { ForeignFormat, FormatBounds } from './foreign-format.ts';
import { groupsIn, isNameless, kernelFactsOf } from './kernel-facts.ts';
import type { CompleteTarget } from './kernel-runs.ts';
import { groupListeners, hostListeners, type NetworkGroup } from './listener-targets.ts';
import { filesOfGroup } from './normalise/group-folders.ts';
import { MOUNTS_MAX, mountsOfMountinfo } from './normalise/mountinfo.ts';
import type { Bridge } from './normalise/networks.ts';
import { groupPath, procPath, splitProbeOutput } from './normalise/probe-output.ts';
import { processOfStatus, rangesOfUidMap } from './normalise/proc-status.ts';
import { readingOf } from './outcome.ts';

const MEGABYTE = 1024 * 1024;

/** Of what a probe prints; how long that may be is a limit of its door. */
const bounds: FormatBounds = {
  bytes: 8 * MEGABYTE,
  entries: MOUNTS_MAX,
  textBytes: 8 * MEGABYTE,
  nesting: 1,
  outputBytes: 16 * MEGABYTE,
};

interface Run {
  targets: readonly CompleteTarget[];
  output: ProbeOutput;
}

/** What has to be asked for in a second run. Throws `OutsideError` for a malformed file. */
export const missingFormat: ForeignFormat<
  Run & { paths: readonly ProbePath[] },
  { nameless: number; wanted: ProbePath[] }
> = {
  name: 'missing-in-run',
  about: 'which files of /proc are still missing',
  bounds,
  parse({ targets, paths, output }) {
    const nameless = targets.filter((target) => isNameless(target, output));
    const wanted: ProbePath[] = [
      ...nameless.map(({ main: { pid } }): ProbePath => ({ pid, file: 'stat' })),
      ...groupsElsewhere(targets, paths, output),
    ];
    return { nameless: nameless.length, wanted };
  },
};

/** What a run tells of the probe itself. */
interface OwnFacts {
  ownMounts: KernelMount[] | null;
  ownUidMap: IdRange[] | null;
  ownMode: KernelFacts['selinuxMode'];
  powers: string[];
}

/** The facts of each target, in their order. Throws `OutsideError` when those of the probe are malformed. */
export const kernelFormat: ForeignFormat<
  Run & { later: ProbeOutput | null },
  { facts: Reading<ContainerKernelFacts>[]; self: OwnFacts }
> = {
  name: 'kernel-facts',
  about: 'status, control groups, mounts and user mappings of processes',
  bounds,
  parse({ targets, output, later }) {
    const uidMap = output.files.get(procPath('self', 'uid_map'));
    return {
      facts: targets.map((target) => kernelFactsOf(target, output, later)),
      self: {
        ownMounts: mountsOfProbe(output),
        ownUidMap: uidMap === undefined ? null : rangesOfUidMap('self', uidMap),
        ownMode: selinuxModeIn(output),
        powers: powersOfProbe(output),
      },
    };
  },
};

/** What listens in the network of each group, in their order, and on the host where it is asked for. */
export const listenersFormat: ForeignFormat<
  { groups: readonly NetworkGroup[]; output: ProbeOutput; bridges: Reading<Bridge[]> | null },
  { groups: Reading<NamespaceListeners>[]; host: Reading<NamespaceListeners> | null }
> = {
  name: 'listeners',
  about: 'tables of sockets and routes',
  bounds,
  parse({ groups, output, bridges }) {
    const ofHost = () =>
      bridges?.state === 'read' ? readingOf(() => hostListeners(output, bridges.value)) : bridges;
    return {
      groups: groups.map((group) => readingOf(() => groupListeners(group, output))),
      host: ofHost(),
    };
  },
};

/** Files of the groups that containers are really in, where they were expected in others. */
function groupsElsewhere(
  targets: readonly CompleteTarget[],
  paths: readonly ProbePath[],
  output: ProbeOutput,
): ProbePath[] {
  const asked = new Set(
    paths.flatMap((path) => ('group' in path ? groupPath(path.group, path.file) : [])),
  );
  const missing = new Map<string, ProbePath>();
  for (const target of targets) {
    const folders = groupsIn(target, output);
    for (const path of folders === null ? [] : filesOfGroup(target.groups, folders)) {
      const name = groupPath(path.group, path.file);
      if (!asked.has(name)) missing.set(name, path);
    }
  }
  return [...missing.values()];
}

function selinuxModeIn({ files }: ProbeOutput): KernelFacts['selinuxMode'] {
  const text = files.get('/sys/fs/selinux/enforce');
  if (text === undefined) return null;
  return text === '1' ? 'enforcing' : 'permissive';
}

/** The probe looks at itself as well: an engine may have given it more than was asked for. */
function powersOfProbe({ files }: ProbeOutput): string[] {
  const status = files.get(procPath('self', 'status'));
  if (status === undefined) return [];
  const self = processOfStatus('self', status);
  const powers = [
    ...(self.uids.effective === 65_534 ? [] : [`the user ${self.uids.effective}`]),
    ...new Set(Object.values(self.capabilities).flat()),
    ...(self.hasNoNewPrivileges ? [] : ['new privileges']),
    ...(self.seccompMode === 2 ? [] : ['every system call']),
  ];
  return powers.length === 0
    ? []
    : [`the engine gave the probe more than it asked for: ${powers.join(', ')}`];
}

function mountsOfProbe({ files }: ProbeOutput): KernelMount[] | null {
  const mountinfo = files.get(procPath('self', 'mountinfo'));
  return mountinfo === undefined ? null : mountsOfMountinfo('self', mountinfo);
}

/** Of all that one probe prints. */
const printedBounds: FormatBounds = { ...bounds, entries: 10_000, outputBytes: 20 * MEGABYTE };

/** The texts of the files that a probe printed, by path; `isCut` tells that it printed more. */
export const printedFilesFormat: ForeignFormat<
  { output: string; isCut: boolean },
  Map<string, string>
> = {
  name: 'printed-files',
  about: 'files of /proc and of control groups as a probe prints them',
  bounds: printedBounds,
  parse({ output, isCut }) {
    const files = splitProbeOutput(output, isCut);
    requireAtMost(printedBounds.entries, files.size, 'files');
    return files;
  },
};

const listBounds: FormatBounds = { ...printedBounds, entries: 100_000, textBytes: 32 };

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

/** How many names each file has that a probe was shown, by its place among them, from lines like `/shown/0:1`. */
export const nameCountFormat: ForeignFormat<string, Map<number, number>> = {
  name: 'name-count',
  about: 'how many names files have',
  bounds: listBounds,
  parse(output) {
    const found = new Map<number, number>();
    for (const line of linesIn(output)) {
      const [, index, count] = /^\/shown\/(\d{1,3}):(\d{1,10})$/.exec(line) ?? [];
      if (index !== undefined) found.set(Number(index), Number(count));
    }
    return found;
  },
};

function requireAtMost(most: number, count: number, what: string): void {
  if (count <= most) return;
  throw new OutsideError('foreign-too-costly', `a probe printed ${count} ${what}`);
}

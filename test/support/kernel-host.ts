import { OutsideError } from '../../src/shared/errors.ts';
import type { KernelDoor, ProbeOutput, ProbePath, ProcPath } from '../../src/snapshot/collector.ts';
import { probePath } from '../../src/snapshot/normalise/probe-output.ts';
import type { SocketFile } from '../../src/snapshot/normalise/proc-net.ts';

/** What a simulated process is; what is left out is that of an ordinary root process. */
export interface HostProcess {
  name?: string;
  /** As `/proc/PID/cgroup` has it. */
  cgroup: string;
  status?: Readonly<Record<string, string>>;
  startTime?: string;
  /** As `attr/current` has it; it cannot be read when left out. */
  label?: string;
  uidMap?: string;
  /** Those beside the first one, by their numbers. */
  threads?: Readonly<Record<number, HostProcess>>;
  mountinfo?: string;
  /** Lines below the title of its socket tables; a table that is not there cannot be read. */
  sockets?: Partial<Record<SocketFile, string>>;
  /** The words by which it was started; they cannot be read when left out. */
  command?: readonly string[];
  /** As `net/unix` has it. */
  unixSockets?: string;
  /** As `net/dev` has it. */
  interfaces?: string;
  /** Number of its parent; 0 when left out. */
  parent?: number;
  /** Lines below the title of its routes, without which these cannot be read. */
  routes?: string;
}

export interface KernelHost extends KernelDoor {
  /** The paths of each run. */
  runs: ProcPath[][];
  /** Every path of each run, those of control groups and of the machine among them. */
  asked: ProbePath[][];
  /** The files of which names were counted, of each run. */
  counted: string[][];
  /** How often the list of all processes was asked for. */
  lists(): number;
}

export interface KernelHostOptions {
  notes?: readonly string[];
  pathsMax?: number;
  /** What a second look at a container finds, by its id. */
  inspectAgain?: (id: string) => unknown;
  /** Changes the host before each run; the first one is 1. */
  beforeRun?: (run: number, processes: Record<number, HostProcess>) => void;
  /** Status lines of the probe itself. */
  self?: Readonly<Record<string, string>>;
  /** Its mountinfo; it cannot be read when left out. */
  selfMounts?: string;
  listPids?: () => Promise<number[]>;
  listThreads?: KernelDoor['listThreads'];
  /** How many names files have; one when left out. */
  names?: Readonly<Record<string, number>>;
  countNames?: KernelDoor['countNames'];
  /** Paths of these names are lost: the output was cut before them. */
  lost?: RegExp;
  /** What is read of one output; it is cut after that. */
  bytesMax?: number;
  /** What is cut is so because the probe took too long. */
  isLate?: boolean;
  /** Threads in one list of them; a longer one is cut. */
  threadsMax?: number;
  /** Files of control groups and of the machine, by their path. */
  files?: Readonly<Record<string, string>>;
}

export const readAt = '2026-11-24T07:00:00.000Z';

/** A door to a host with these processes alone, by their numbers. */
export function kernelHost(
  processes: Record<number, HostProcess>,
  options: KernelHostOptions = {},
): KernelHost {
  const runs: ProcPath[][] = [];
  const asked: ProbePath[][] = [];
  const counted: string[][] = [];
  let lists = 0;
  const textOf = (path: ProbePath): string | undefined => {
    if (!('pid' in path)) return options.files?.[probePath(path)];
    const { pid, file, thread } = path;
    if (pid === 'self' && file === 'mountinfo') return options.selfMounts;
    if (pid === 'self' && file === 'uid_map') return ALL_IDS;
    if (pid === 'self')
      return statusText(7777, { cgroup: '0::/', status: { ...zero, ...options.self } });
    const process = processes[pid];
    const own = thread === undefined ? process : process?.threads?.[thread];
    return own && fileText(thread ?? pid, file, own);
  };
  return {
    runs,
    asked,
    lists: () => lists,
    pathsMax: options.pathsMax ?? 10_000,
    parse: async (format, input) => format.parse(structuredClone(input)),
    async read(paths): Promise<ProbeOutput> {
      asked.push([...paths]);
      runs.push(paths.filter((path) => 'pid' in path));
      options.beforeRun?.(runs.length, processes);
      const files = new Map<string, string>();
      const lost = new Set(paths.map(probePath).filter((path) => options.lost?.test(path)));
      let left = options.bytesMax ?? Number.POSITIVE_INFINITY;
      for (const path of paths) {
        const name = probePath(path);
        const text = textOf(path);
        left -=
          text?.split('\n').reduce((sum, line) => sum + name.length + line.length + 2, 0) ?? 0;
        if (left < 0) lost.add(name);
        if (text !== undefined && !lost.has(name)) files.set(name, text);
      }
      const notes = options.notes ?? [];
      const { isLate = false } = options;
      return { readAt, files, notes, ...(options.lost || lost.size > 0 ? { lost, isLate } : {}) };
    },
    async listPids() {
      lists += 1;
      return options.listPids?.() ?? Object.keys(processes).map(Number);
    },
    async listThreads(pids) {
      if (options.listThreads) return options.listThreads(pids);
      const found = pids.flatMap((pid) => {
        const process = processes[pid];
        const more = Object.keys(process?.threads ?? {}).map(Number);
        return process ? [[pid, [pid, ...more]] as [number, number[]]] : [];
      });
      if (
        found.flatMap(([, threads]) => threads).length >
        (options.threadsMax ?? Number.POSITIVE_INFINITY)
      ) {
        throw new OutsideError('engine-answer-too-large', 'the list of threads was cut');
      }
      return new Map(found);
    },
    counted,
    async countNames(files) {
      counted.push([...files]);
      if (options.countNames) return options.countNames(files);
      return new Map(files.map((file) => [file, options.names?.[file] ?? 1]));
    },
    inspectAgain: async (id) => options.inspectAgain?.(id),
    probeImages: async () => new Set(),
  };
}

const ORDINARY_MOUNTS = `36 35 0:40 / / ro,relatime - overlay overlay rw,lowerdir=/a
37 36 0:41 / /proc rw,nosuid - proc proc rw
38 36 0:42 / /dev rw,nosuid - tmpfs tmpfs rw`;
const ALL_IDS = '         0          0 4294967295';
const none = '0000000000000000';
const zero = {
  Uid: '65534\t65534\t65534\t65534',
  CapPrm: none,
  CapEff: none,
  CapBnd: none,
  NoNewPrivs: '1',
};

export const socketTitle =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

const routeTitle =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

function fileText(pid: number, file: ProcPath['file'], process: HostProcess): string | undefined {
  switch (file) {
    case 'status':
      return statusText(pid, process);
    case 'cgroup':
      return process.cgroup;
    case 'stat':
      return `${pid} (${process.name ?? 'sleep'}) S ${process.parent ?? 0} ${'0 '.repeat(17)}${process.startTime ?? '4711'} 0 0`;
    case 'cmdline':
      return process.command?.join('\0');
    case 'net/unix':
      return process.unixSockets;
    case 'attr/current':
    case 'attr/apparmor/current':
      return process.label;
    case 'uid_map':
      return process.uidMap ?? ALL_IDS;
    case 'mountinfo':
      return process.mountinfo ?? ORDINARY_MOUNTS;
    case 'net/dev':
      return process.interfaces;
    case 'net/route':
      return process.routes === undefined ? undefined : [routeTitle, process.routes].join('\n');
    case 'net/tcp':
    case 'net/tcp6':
    case 'net/udp':
    case 'net/udp6': {
      const lines = process.sockets?.[file];
      return lines === undefined ? undefined : [socketTitle, lines].filter(Boolean).join('\n');
    }
  }
}

/** As Linux 6 prints it; `status` replaces single lines, and an empty text leaves one out. */
export function statusText(pid: number, { name = 'sleep', status = {} }: HostProcess): string {
  const lines = {
    Name: name,
    Umask: '0022',
    State: 'S (sleeping)',
    Tgid: String(pid),
    Pid: String(pid),
    Uid: '0\t0\t0\t0',
    Gid: '0\t0\t0\t0',
    Groups: '0 ',
    NSpid: `${pid}\t1`,
    CapInh: none,
    CapPrm: '00000000a80425fb',
    CapEff: '00000000a80425fb',
    CapBnd: '00000000a80425fb',
    CapAmb: none,
    NoNewPrivs: '0',
    Seccomp: '2',
    Seccomp_filters: '1',
    ...status,
  };
  return Object.entries(lines)
    .filter(([title, value]) => title === 'Name' || value !== '')
    .map(([title, value]) => `${title}:\t${value}`)
    .join('\n');
}

import { accessSync, constants, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { ControlName } from '../../../src/controls/control.ts';
import { linesOf } from '../../support/proc-as-root.ts';
import type { RealEngine } from '../../support/real-engine.ts';

// What root reads of a container's processes, without a word of ours: `true` where a control holds at
// least as much as in an ordinary container, for each process that is there.

/** Capabilities of an ordinary container: `CapEff` of one, as moby's defaults make it. */
const ORDINARY = 0xa80425fbn;
const MASKED = [
  'asound',
  'acpi',
  'kcore',
  'keys',
  'latency_stats',
  'timer_list',
  'sched_debug',
  'scsi',
]
  .map((name) => `/proc/${name}`)
  .concat('/sys/firmware');
/** A file in each that root may write where it is not read-only; folders of /proc refuse everybody. */
const READONLY = [
  '/proc/sys/kernel/hostname',
  '/proc/irq/default_smp_affinity',
  '/proc/sysrq-trigger',
];
const NAMESPACES = {
  'ns-pid': 'pid',
  'ns-net': 'net',
  'ns-ipc': 'ipc',
  'ns-uts': 'uts',
  'ns-mnt': 'mnt',
  'ns-user': 'user',
  'ns-cgroup': 'cgroup',
} as const;
const PID_MAX_LIMIT = 4_194_304;

export type Truth = Partial<Record<ControlName, boolean>>;

/** Reads the machine as the engine's own root sees it. */
export function openKernelTruth(engine: Pick<RealEngine, 'root'>) {
  const proc = `${engine.root()}/proc`;
  const text = (path: string) => readFileSync(`${proc}/${path}`, 'utf8');
  const namespace = (pid: number, kind: string) => readlinkSync(`${proc}/${pid}/ns/${kind}`);
  const processes = () =>
    readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  const groupsOf = (pid: number): string => {
    try {
      return text(`${pid}/cgroup`);
    } catch {
      return '';
    }
  };

  const statusOf = (pid: number) => linesOf(text(`${pid}/status`));

  const isThere = (path: string) => {
    try {
      return lstatSync(`${proc}/1/root${path}`) !== undefined;
    } catch {
      return false;
    }
  };
  const isCovered = (pid: number, path: string): boolean => {
    const there = `${proc}/${pid}/root${path}`;
    const found = lstatSync(there);
    if (found.isCharacterDevice()) return found.rdev === 0x103; // /dev/null
    return found.isDirectory() && readdirSync(there).length === 0;
  };
  const isReadonly = (pid: number, path: string): boolean => {
    try {
      accessSync(`${proc}/${pid}/root${path}`, constants.W_OK);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EROFS';
    }
  };
  const limitOf = (pid: number, controller: string, file: string): number => {
    const group = new RegExp(`^\\d+:(?:[\\w,]*,)?${controller}(?:,[\\w,]*)?:(.*)$`, 'm').exec(
      groupsOf(pid),
    );
    const value = readFileSync(`/sys/fs/cgroup/${controller}${group?.[1]}/${file}`, 'utf8').trim();
    return value === 'max' ? Number.POSITIVE_INFINITY : Number(value);
  };

  /** Of a container by its id; `others` are main processes of other containers. */
  return {
    pidsOf: (id: string) => processes().filter((pid) => groupsOf(pid).includes(id)),
    read(pids: readonly number[], others: readonly number[]): Truth {
      const statuses = pids.map(statusOf);
      const every = (holds: (status: Record<string, string>) => boolean) => statuses.every(holds);
      const isOrdinary = (field: string) =>
        every((status) => (BigInt(`0x${status[field]}`) & ~ORDINARY) === 0n);
      const [main = 0] = pids;
      const numbers = (value: string | undefined) =>
        (value ?? '').split(/\s+/).filter(Boolean).map(Number);
      const quota = limitOf(main, 'cpu', 'cpu.cfs_quota_us');
      const period = limitOf(main, 'cpu', 'cpu.cfs_period_us');
      const maps = text(`${main}/uid_map`).trim().split('\n').map(numbers);
      return {
        user: every(({ Uid }) => !numbers(Uid).includes(0)),
        groups: every(({ Gid, Groups }) => ![...numbers(Gid), ...numbers(Groups)].includes(0)),
        'user-namespace': !maps.some(([inside, outside]) => inside === 0 && outside === 0),
        'cap-effective': isOrdinary('CapEff'),
        'cap-permitted': isOrdinary('CapPrm'),
        'cap-bounding': isOrdinary('CapBnd'),
        'no-new-privileges': every(({ NoNewPrivs }) => NoNewPrivs === '1'),
        seccomp: every(({ Seccomp }) => Seccomp === '2'),
        'masked-paths': MASKED.filter(isThere).every((path) => isCovered(main, path)),
        'readonly-paths': READONLY.filter(isThere).every((path) => isReadonly(main, path)),
        rootfs: isReadonly(main, '/'),
        'memory-limit': limitOf(main, 'memory', 'memory.limit_in_bytes') < totalmem(),
        'pids-limit': limitOf(main, 'pids', 'pids.max') < PID_MAX_LIMIT,
        'cpu-limit': quota > 0 && quota / period < cpus().length,
        ...Object.fromEntries(
          Object.entries(NAMESPACES).map(([control, kind]) => {
            const own = namespace(main, kind);
            return [control, ![1, ...others].some((pid) => namespace(pid, kind) === own)];
          }),
        ),
      };
    },
  };
}

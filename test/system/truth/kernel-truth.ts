import type { ControlName } from '../../../src/controls/control.ts';
import { linesOf } from '../../support/proc-as-root.ts';
import { countOfSet, type GroupLimits, groupLimits, openDevices } from './control-groups.ts';
import type { RootView } from './root-view.ts';

// What root reads of a container's processes, without a word of ours: `true` where a control holds at
// least as much as in an ordinary container, for each thread of each process that is there.

/** Capabilities of an ordinary container: `CapEff` of one, as moby's defaults make it. */
const ORDINARY = 0xa80425fbn;
export const maskedPaths = [
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
export const readonlyPaths = [
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

export type Truth = Partial<Record<ControlName, boolean>>;

/** Which container, and what else is known of it than the kernel tells. */
export interface Subject {
  /** Its main process first, and last one that the engine started in it for the test. */
  pids: readonly number[];
  /** Processes of other containers. */
  others: readonly number[];
  /** A number that is not this container's limit of processes but everybody's: systemd's own. */
  pidsOfEverybody?: number | null;
  /** A process of a container that asks for nothing. */
  ordinary?: number;
}

/**
 * Looks at every process once, and gives the numbers of a container's by its id: those whose control group names
 * it, and those that have its mounts, in whatever group they are but that of another. One that has ended and waits for its parent runs
 * nothing, and the kernel has taken it out of its groups.
 */
export function pidsIn(view: RootView): (id: string) => number[] {
  const all = view
    .list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // Of the first thread that lives: one that has ended has neither.
      const thread = livingIn(view, Number(name));
      if (thread === null) return [];
      const groups = view.text(`/proc/${thread}/cgroup`) ?? '';
      const mounts = view.link(`/proc/${thread}/ns/mnt`);
      return [{ pid: Number(name), mounts, ids: new Set(groups.match(INNERMOST)) }];
    });
  const first = all.find(({ pid }) => pid === 1)?.mounts;
  // It is asked for every container beside every other.
  const named = new Map<string, typeof all>();
  for (const one of all) {
    for (const id of one.ids) named.set(id, [...(named.get(id) ?? []), one]);
  }
  const left = Map.groupBy(
    all.filter(({ ids }) => ids.size === 0),
    ({ mounts }) => mounts,
  );
  return (id) => {
    const byName = named.get(id) ?? [];
    const own = new Set(byName.map(({ mounts }) => mounts));
    for (const foreign of [first ?? null, null]) own.delete(foreign);
    const byMounts = [...own].flatMap((mounts) => left.get(mounts) ?? []);
    return [...byName, ...byMounts].map(({ pid }) => pid);
  };
}

/** Ids of containers in a list of control groups, of which those of other containers may lie below. */
const INNERMOST = /[0-9a-f]{64}(?!.*[0-9a-f]{64})/g;

/** Number of the first thread of a process that has not ended; null where all have. */
const livingIn = (view: RootView, pid: number): number | null => {
  const threads = view.list(`/proc/${pid}/task`).map(Number);
  const isAlive = (thread: number) =>
    !/^State:\s+[ZX]/m.test(view.text(`/proc/${pid}/task/${thread}/status`) ?? 'State: X');
  return threads.find(isAlive) ?? null;
};

/** In which kinds of namespaces of the host a thread of these processes is, as in `/proc/PID/ns`. */
export const hostNamespaces = (view: RootView, pids: readonly number[]): string[] =>
  Object.values(NAMESPACES).filter((kind) => {
    const host = view.link(`/proc/1/ns/${kind}`);
    const threads = pids.flatMap((pid) => view.list(`/proc/${pid}/task`));
    return threads.some((thread) => view.link(`/proc/${thread}/ns/${kind}`) === host);
  });

/** Ports of the host on which these processes listen, whatever the address. */
export function hostPorts(view: RootView, pids: readonly number[]): number[] {
  const all = ['tcp', 'tcp6'].flatMap((table) =>
    (view.text(`/proc/1/net/${table}`) ?? '').split('\n').map((line) => line.trim().split(/\s+/)),
  );
  const open = new Set(
    pids.flatMap((pid) =>
      view.list(`/proc/${pid}/fd`).map((name) => view.link(`/proc/${pid}/fd/${name}`)),
    ),
  );
  return all.flatMap(([, address = '', , state, , , , , , inode]) =>
    state === LISTENS && open.has(`socket:[${inode}]`)
      ? [Number.parseInt(address.split(':')[1] ?? '', 16)]
      : [],
  );
}
const LISTENS = '0A';

const numbers = (value: string | undefined): number[] =>
  (value ?? '').split(/\s+/).filter(Boolean).map(Number);

/** Lines of a map of users or groups: the first inside, the first outside, how many. */
const mapOf = (view: RootView, pid: number, map: 'uid_map' | 'gid_map'): number[][] =>
  (view.text(`/proc/${pid}/${map}`) ?? '')
    .trim()
    .split('\n')
    .map((line) => numbers(line));

/** What holds for a container; a control is left out that this machine does not have. */
export function truthOf(view: RootView, subject: Subject): Truth {
  const { pids, others } = subject;
  const [main = 0] = pids;
  const newest = pids.at(-1) ?? main;
  const namespace = (pid: number, kind: string) => view.link(`/proc/${pid}/ns/${kind}`);
  const all = pids.flatMap((pid) =>
    view.list(`/proc/${pid}/task`).map((thread) => {
      const folder = `/proc/${pid}/task/${thread}`;
      return {
        pid,
        thread: Number(thread),
        status: linesOf(view.text(`${folder}/status`) ?? ''),
        label: (view.text(`${folder}/attr/current`) ?? '').replace(/\0?\n?$/, ''),
        // Power in a namespace that a process made for itself is none over the container's.
        isOfContainer: namespace(pid, 'user') === namespace(newest, 'user'),
      };
    }),
  );
  const threads = all.filter(({ status }) => !/^[ZX]/.test(status.State ?? 'X'));
  const everywhere = (paths: readonly string[], holds: (pid: number, path: string) => boolean) =>
    threads.every(({ thread }) => paths.every((path) => holds(thread, path)));
  // What is started in it now, by nobody special: only what comes from outside can have more.
  const next = linesOf(view.text(`/proc/${newest}/status`) ?? '');
  // Root is whom the namespace that the engine gives has as number 0, whatever a process made for itself.
  const rootBy = (map: 'uid_map' | 'gid_map') =>
    mapOf(view, newest, map).find(([inside]) => inside === 0)?.[1] ?? -1;
  const [root, rootGroup] = [rootBy('uid_map'), rootBy('gid_map')];
  const isRoot = ({ Uid }: Record<string, string>) => numbers(Uid).includes(root);
  const isMainRoot = threads.some(({ pid, status }) => pid === main && isRoot(status));
  const every = (holds: (status: Record<string, string>) => boolean) =>
    threads.every(({ status }) => holds(status));
  const isOrdinary = (field: string) =>
    threads.every(
      ({ status, isOfContainer }) =>
        !isOfContainer || (BigInt(`0x${status[field]}`) & ~ORDINARY) === 0n,
    );
  const maps = pids.map((pid) => mapOf(view, pid, 'uid_map'));
  // A program with its root in another filesystem writes nothing into that of the container.
  const deviceAt = devicesBelow(view, newest);
  const roots = threads
    .filter(({ thread }) => deviceAt(view.link(`/proc/${thread}/root`) ?? '/') === deviceAt('/'))
    .flatMap(({ thread }) => view.isReadonly(thread, '/') ?? []);
  return {
    user: every((status) => !isRoot(status)),
    groups: every(({ Gid, Groups }) => ![...numbers(Gid), ...numbers(Groups)].includes(rootGroup)),
    'user-namespace': !maps.flat().some(([inside, outside]) => inside === 0 && outside === 0),
    'cap-effective': isOrdinary('CapEff'),
    'cap-permitted': isOrdinary('CapPrm'),
    'cap-bounding': isOrdinary('CapBnd'),
    'cap-ambient': isOrdinary('CapAmb'),
    'no-new-privileges': every(({ NoNewPrivs }) => NoNewPrivs === '1'),
    seccomp: every(({ Seccomp }) => Seccomp === '2'),
    // Whoever has mounts of its own may have uncovered what the others cannot see.
    'masked-paths': everywhere(maskedPaths, (pid, path) => view.isCovered(pid, path) ?? true),
    'readonly-paths': everywhere(readonlyPaths, (pid, path) => view.isReadonly(pid, path) ?? true),
    rootfs: roots.length > 0 && roots.every((isReadonly) => isReadonly),
    'exec-sessions': !threads.some(({ pid, status, isOfContainer }) => {
      // Where nothing gains privileges who is root was started so, be its parent the main process by now.
      const isAdopted =
        pids.includes(Number(status.PPid)) && (next.NoNewPrivs !== '1' || isMainRoot);
      const root = isRoot(status) && !isRoot(next) && !isAdopted;
      // What was dropped from the bounding set may still be held.
      const held = BigInt(`0x${status.CapBnd}`) | BigInt(`0x${status.CapPrm}`);
      const more = held & ~BigInt(`0x${next.CapBnd}`);
      return pid !== main && pid !== newest && (root || (isOfContainer && more !== 0n));
    }),
    ...devicesOf(view, subject),
    ...limitsOf(view, subject),
    ...(hasModule(view, 'apparmor')
      ? { apparmor: threads.every(({ label }) => / \((enforce|kill)\)$/.test(label)) }
      : {}),
    ...Object.fromEntries(
      Object.entries(NAMESPACES).map(([control, kind]) => {
        const own = new Set(threads.map(({ thread }) => namespace(thread, kind)));
        own.delete(null);
        return [control, ![1, ...others].some((pid) => own.has(namespace(pid, kind)))];
      }),
    ),
  };
}

/** The device of the filesystem in which a path lies, by the mounts of a process; undefined where these do not tell. */
function devicesBelow(view: RootView, pid: number): (path: string) => string | undefined {
  const lines = (view.text(`/proc/${pid}/mountinfo`) ?? '').split('\n');
  const mounts = lines.map((line) => line.split(' ')).filter(({ length }) => length > 4);
  return (path) =>
    mounts
      .filter(([, , , , target = '']) => target === '/' || `${path}/`.startsWith(`${target}/`))
      .reduce<string[]>(
        (best, mount) => ((mount[4] ?? '').length >= (best[4] ?? '').length ? mount : best),
        [],
      )[2];
}

const hasModule = (view: RootView, name: string): boolean =>
  (view.text('/sys/kernel/security/lsm') ?? '').split(',').includes(name);

/** Devices that the groups of any process open beside those of an ordinary one; nothing where no file of the kernel tells. */
function devicesOf(view: RootView, { pids, ordinary = 0 }: Subject): Truth {
  const open = (pid: number) => openDevices(view, livingIn(view, pid) ?? pid);
  const usual = open(ordinary);
  const each = pids.map(open);
  if (!usual || each.includes(null)) return {};
  return { devices: each.every((all) => all?.every((line) => usual.includes(line))) };
}

/** sched(7): the capability counts in the user namespace of the host alone. */
function mayBeRealtime(view: RootView, pid: number): boolean {
  const { CapEff = '0' } = linesOf(view.text(`/proc/${pid}/status`) ?? '');
  const isOfHost = view.link(`/proc/${pid}/ns/user`) === view.link('/proc/1/ns/user');
  const most = /^Max realtime priority\s+\S+\s+(\S+)/m.exec(view.text(`/proc/${pid}/limits`) ?? '');
  return (isOfHost && ((BigInt(`0x${CapEff}`) >> 23n) & 1n) === 1n) || (most?.[1] ?? '0') !== '0';
}

function limitsOf(view: RootView, { pids: all, pidsOfEverybody = null }: Subject): Truth {
  const isRealtime = all.some((pid) => mayBeRealtime(view, livingIn(view, pid) ?? pid));
  const each = all.map((pid) => groupLimits(view, livingIn(view, pid) ?? pid, isRealtime));
  // A limit that does not bind every process of a container limits it in nothing.
  const loosest = (limit: keyof GroupLimits) => Math.max(...each.map((limits) => limits[limit]));
  const [memoryBytes, pids, cpus] = [loosest('memoryBytes'), loosest('pids'), loosest('cpus')];
  const memory = /^MemTotal:\s+(\d+) kB$/m.exec(view.text('/proc/meminfo') ?? '');
  const pidMax = Number(view.text('/proc/sys/kernel/pid_max'));
  const online = countOfSet((view.text('/sys/devices/system/cpu/online') ?? '0').trim());
  return {
    'memory-limit': memoryBytes < Number(memory?.[1]) * 1024,
    'pids-limit': pids < pidMax && pids !== pidsOfEverybody,
    'cpu-limit': cpus < online,
  };
}

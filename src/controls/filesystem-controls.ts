import { listed } from '../shared/text.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import type { ProcessFacts } from '../snapshot/facts/process.ts';
import { isWithin, joined } from '../snapshot/normalise/host-path.ts';
import { isReadonly } from '../snapshot/normalise/mountinfo.ts';
import {
  BY_MOUNTS,
  type Control,
  measured,
  NOT_MEASURED,
  type Protection,
  predicted,
  protectedWhere,
  unknown,
  unlessDoubted,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import {
  type CoveredPaths,
  copyForRoot,
  maskedPaths,
  readonlyPaths,
  writableCopies,
} from './covered-paths.ts';
import { holds, tasksWithPower } from './entering.ts';
import { hasEnded, mainProcess, notRunning, processOfThreads, tasksOf } from './seen-tasks.ts';
import { openPaths, type SystemPathKind } from './system-paths.ts';

/** Masked and read-only system paths, and the root filesystem. */
export function filesystemControls(facts: ControlFacts): Control[] {
  const { container, kernel, ordinaryMounts } = facts;
  const mounts = kernel.state === 'read' ? kernel.value.mounts : null;
  const ordinaryOf = (of: typeof maskedPaths) => ordinaryMounts && of(ordinaryMounts, NONE).paths;
  const seenBy = (of: typeof maskedPaths) => mounts && of(mounts, container, ordinaryOf(of) ?? []);
  const found = [
    systemPaths(facts, {
      control: 'masked-paths',
      asked: container.maskedPaths,
      seen: seenBy(maskedPaths),
      ordinary: ordinaryOf(maskedPaths),
    }),
    systemPaths(facts, {
      control: 'readonly-paths',
      asked: container.readonlyPaths,
      seen: seenBy(readonlyPaths),
      ordinary: ordinaryOf(readonlyPaths),
    }),
    rootFilesystem(facts, mounts),
  ];
  if (kernel.state === 'read' && mounts === null) {
    return found.map((one) =>
      one.note === NOT_MEASURED ? unknown(one, OTHER_ROOT, one.effective) : one,
    );
  }
  const why = whyNotAll(facts);
  if (why !== null) return found.map((control) => unlessDoubted(control, why));
  if (mounts !== null && mounts.filter(({ target }) => target === '/').length > 1) {
    return found.map((control) => unlessDoubted(control, OVER_ROOT));
  }
  const rooted = whoMayBeElsewhere(facts);
  if (rooted === null || mounts === null) return found;
  return found.map((one) => {
    const copy = one.control === 'rootfs' ? undefined : copyOf(one, mounts);
    return copy ? unlessDoubted(one, `${rooted}, and ${copy.target} shows what is covered`) : one;
  });
}

const OTHER_ROOT =
  'its main process shows another root, or none: the container has mounts of its own, which were not read';

/** Its processes keep the root that they have, and setns(2) gives who comes in the uppermost. */
const OVER_ROOT =
  'something is mounted over its root, which the next command sees in place of what its processes see';

/** The probe asks for no mounts. */
const NONE = { mounts: [] };

/** Places that a note names. */
const SHOWN = 4;

type Task = Pick<ProcessFacts, 'pid' | 'name' | 'namespaces'>;

/**
 * A process of the container that left the mounts of the main one, whose table alone is read, or may have; null for none.
 * In a user namespace below that of the main process it can uncover nothing: what was mounted before is locked there
 * (mount_namespaces(7)).
 */
function processApart(facts: ControlFacts): { why: string; isKnown: boolean } | null {
  const { container, kernel, processes, strays } = facts;
  const isMainAbove = tasksWithPower(facts).some(({ pid }) => pid === container.pid);
  const seen = kernel.state === 'read' ? kernel.value.processes : [];
  const isStray = ({ pid }: { pid: number }) => strays.some((stray) => stray.pid === pid);
  const tasks: readonly Task[] =
    processes.state === 'read'
      ? processes.value
      : seen.flatMap((one) => (isStray(one) ? [] : [{ ...one, namespaces: null }]));
  const main = mainProcess(container, processes)?.namespaces ?? null;
  const isBelow = (user: number | null) =>
    isMainAbove && user !== null && main?.user !== null && user !== main?.user;
  const isOther = ({ pid, namespaces }: Task) => {
    if (pid === container.pid) return false;
    if (main === null || namespaces === null) return true;
    const isSame = namespaces.mount !== null && namespaces.mount === main.mount;
    return !isSame && !hasEnded(namespaces) && !isBelow(namespaces.user);
  };
  const other = tasks.find(isOther);
  if (other === undefined) return null;
  const isKnown = main !== null && other.namespaces !== null && other.namespaces.mount !== null;
  const why = isKnown
    ? `its process ${nameOf(other)} has mounts of its own, which were not read`
    : `whether its process ${nameOf(other)} has mounts of its own was not read`;
  return { why, isKnown };
}

/**
 * Why a process of the container was seen to have mounts beside those that were read, or is where nobody looks for its
 * processes; null where none was.
 */
export function whyMountsApart(facts: ControlFacts): string | null {
  const apart = processApart(facts);
  if (apart?.isKnown) return apart.why;
  return threadApart(facts) ?? strayApart(facts);
}

/** Names a process of which a thread was seen to have left its mounts or its root; null for none. */
function threadApart({ processes, threadsInMounts }: ControlFacts): string | null {
  const apart =
    processes.state === 'read'
      ? processes.value.find(({ pid }) => threadsInMounts.get(pid) === false)
      : undefined;
  return apart
    ? `a thread of its process ${nameOf(apart)} has mounts of its own, which were not read, or another root`
    : null;
}

/** Names a process that left the control groups, and maybe the mounts; null for none. */
function strayApart(facts: ControlFacts): string | null {
  const powerful = tasksWithPower(facts);
  const isMainAbove = powerful.some(({ pid }) => pid === facts.container.pid);
  const stray = facts.strays.find(
    (one) => !facts.straysBeside.has(one.pid) && (!isMainAbove || powerful.includes(one)),
  );
  return stray === undefined
    ? null
    : `the mounts of its process ${nameOf(stray)}, which is in none of its control groups, were not read`;
}

/** Names a process or thread of the container with other mounts than the main one, or that may have such. */
function whyNotAll(facts: ControlFacts): string | null {
  const other = processApart(facts);
  if (other) return other.why;
  // Without it a namespace of mounts takes one of users, which a process of several threads can't make.
  const many = holds(facts, 'CAP_SYS_ADMIN')
    ? processOfThreads(facts, facts.threadsInMounts)
    : null;
  if (many !== null) {
    return `maybe a thread of its process ${nameOf(many)} has mounts of its own, which were not read`;
  }
  return threadApart(facts) ?? strayApart(facts);
}

/**
 * Names a process or a thread beside the main one that may have changed its root (chroot(2)). In a user namespace of its
 * own making it needs no capability over the container.
 */
function whoMayBeElsewhere(facts: ControlFacts): string | null {
  const { container, kernel } = facts;
  const powerful = tasksWithPower(facts);
  const hasOwnUsers = tasksOf(facts).some((task) => !powerful.includes(task));
  if (!hasOwnUsers && !holds(facts, 'CAP_SYS_CHROOT')) return null;
  const processes = kernel.state === 'read' ? kernel.value.processes : [];
  const other = processes.find(({ pid }) => pid !== container.pid);
  if (other) return `its process ${nameOf(other)} may have another root, which was not read`;
  const many = processOfThreads(facts, facts.threadsInMounts);
  return (
    many && `a thread of its process ${nameOf(many)} may have another root, which was not read`
  );
}

/** By which a program with another root has what a control covers. */
const copyOf = ({ control, effective }: Control, mounts: readonly KernelMount[]) =>
  copyForRoot(
    mounts,
    [effective ?? []].flat().map(String),
    (mount) => control === 'masked-paths' || !isReadonly(mount),
  );

const nameOf = ({ pid, name }: Pick<ProcessFacts, 'pid' | 'name'>) => `${pid} (${name})`;

interface SystemPaths {
  control: SystemPathKind;
  asked: readonly string[] | null;
  seen: CoveredPaths | null;
  /** Those that the probe has so, which asks for nothing special: of others it is not known that they exist. */
  ordinary: string[] | null;
}

function systemPaths(
  facts: ControlFacts,
  { control, asked, seen, ordinary }: SystemPaths,
): Control {
  const { container, kernel, whyNotPredicted } = facts;
  // Podman tells no paths, but that some are open.
  const isOpen = container.isPrivileged || (asked === null && container.hasUnmaskedSystemPaths);
  const configured = isOpen ? [] : ((asked && [...asked].sort()) ?? 'default');
  const found = { control, configured } as const;
  // By what engines do and by what the probe has.
  const left = openPaths(control, container, ordinary ?? []);
  const given = askedProtection(configured, left);
  const leaves = left.length > 0 && configured.length > 0 ? [`left out: ${left.join(', ')}`] : [];
  if (seen !== null && kernel.state === 'read') {
    const effective = seen.paths;
    const at = { at: kernel.value.readAt, evidence: BY_MOUNTS };
    if (ordinary === null && given !== 'none' && effective.length > 0) {
      return unknown(found, 'which of the paths this kernel has was not read', effective);
    }
    const wanted = typeof configured === 'string' ? (ordinary ?? []) : configured;
    const open = wanted.filter((path) => ordinary?.includes(path) && !effective.includes(path));
    const isWhole = effective.length > 0 && open.length === 0;
    const held = isWhole ? given : given === 'full' && effective.length > 0 ? 'less' : 'none';
    const around = seen.bypasses.length > 0 ? [`open by ${listed(seen.bypasses, SHOWN)}`] : [];
    const note = [...lostWords(open, effective), ...around, ...leaves].join('; ') || null;
    return measured({ ...found, effective, note }, { asked: given, held }, at);
  }
  const why = notRunning(facts) ?? whyNotPredicted;
  if (why !== null) return unknown(found, why);
  return predicted({ ...found, effective: configured, note: leaves[0] ?? null }, { asked: given });
}

function lostWords(open: readonly string[], effective: readonly string[]): string[] {
  if (open.length > 0) return [`open although asked for: ${open.join(', ')}`];
  return effective.length === 0 ? ['nothing is covered'] : [];
}

/** A list that leaves out what an ordinary container has covered protects less. */
function askedProtection(configured: string | string[], left: readonly string[]): Protection {
  if (configured.length === 0) return 'none';
  return left.length > 0 ? 'less' : 'full';
}

function rootFilesystem(facts: ControlFacts, mounts: readonly KernelMount[] | null): Control {
  const { container, engine, kernel, whyNotPredicted } = facts;
  const isConfigured = container.hasReadonlyRootfs;
  const configured = isConfigured ? 'read-only' : 'writable';
  const found = { control: 'rootfs', configured } as const;
  const root = mounts?.findLast(({ target }) => target === '/');
  if (mounts && root && kernel.state === 'read') {
    const all = isReadonly(root) ? writableCopies(mounts) : [];
    // What the engine was asked to mount is judged as a mount.
    const copies = all.filter((path) => !isOfEngine(path, container, engine));
    if (isConfigured && copies.length === 0 && all.length > 0) {
      const reason = `whether a program writes to it by ${listed(all, SHOWN)}, which its mounts show, no level reads`;
      return unknown(found, reason, 'writable');
    }
    const isEffective = isReadonly(root) && copies.length === 0;
    const writable = mounts.filter((mount) => mount.target !== '/' && isPlainlyWritable(mount));
    const places = writable.map((mount) => `${mount.target}${executes(mount) ? '' : ' (noexec)'}`);
    const still =
      isEffective && places.length > 0 ? `still writable: ${places.sort().join(', ')}` : null;
    const note = copies.length > 0 ? `can be written by ${listed(copies, SHOWN)}` : still;
    const effective = isEffective ? 'read-only' : 'writable';
    const at = { at: kernel.value.readAt, evidence: BY_MOUNTS };
    const sides = { asked: protectedWhere(isConfigured), held: protectedWhere(isEffective) };
    return measured({ ...found, effective, note }, sides, at);
  }
  const why = notRunning(facts) ?? whyNotPredicted;
  if (why !== null) return unknown(found, why);
  return predicted({ ...found, effective: configured }, { asked: protectedWhere(isConfigured) });
}

/** Whether a mount that was asked for shows there what the engine itself mounts, which is in the folder of its data. */
function isOfEngine(
  path: string,
  { mounts }: ControlFacts['container'],
  { dataRoot }: ControlFacts['engine'],
): boolean {
  const around = mounts
    .filter(({ destination }) => isWithin(path, destination))
    .reduce<(typeof mounts)[number] | null>(
      (inner, one) => (inner && isWithin(inner.destination, one.destination) ? inner : one),
      null,
    );
  if (around === null || around.hostPath === null) return false;
  const rest = path.slice(around.destination.length) || '/';
  return isWithin(joined(around.hostPath, rest), dataRoot);
}

/** Neither the kernel's own file systems nor single device nodes, which nobody stores a file in. */
const isPlainlyWritable = (mount: KernelMount): boolean =>
  !isReadonly(mount) &&
  !['proc', 'sysfs', 'cgroup', 'cgroup2', 'mqueue', 'devpts'].includes(mount.filesystem) &&
  !/^\/(proc|sys)\//.test(mount.target);

const executes = ({ options }: KernelMount): boolean => !options.includes('noexec');

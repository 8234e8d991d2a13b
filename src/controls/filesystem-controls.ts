import type { KernelMount } from '../snapshot/facts/kernel.ts';
import { type Control, measured, predicted, unknown } from './control.ts';
import { type ControlFacts, maskedPaths, readonlyPaths } from './control-facts.ts';
import { notRunning } from './user-controls.ts';

const EVIDENCE = '/proc/PID/mountinfo';

/** Masked and read-only system paths, and the root filesystem. */
export function filesystemControls(facts: ControlFacts): Control[] {
  const { container, kernel, host } = facts;
  const mounts = kernel.state === 'read' ? kernel.value.mounts : null;
  const seen = mounts !== null && kernel.state === 'read' ? kernel.value : null;
  return [
    systemPaths(facts, {
      control: 'masked-paths',
      asked: container.maskedPaths,
      effective: seen && maskedPaths(seen),
      known: host.knownMaskedPaths,
    }),
    systemPaths(facts, {
      control: 'readonly-paths',
      asked: container.readonlyPaths,
      effective: seen && readonlyPaths(seen),
      known: host.knownReadonlyPaths,
    }),
    rootFilesystem(facts, mounts),
  ];
}

interface SystemPaths {
  control: 'masked-paths' | 'readonly-paths';
  asked: readonly string[] | null;
  effective: string[] | null;
  /** Those that some container of this host has so: of the others it is not known that they exist. */
  known: ReadonlySet<string>;
}

function systemPaths(
  facts: ControlFacts,
  { control, asked, effective, known }: SystemPaths,
): Control {
  const { container, kernel, whyNotPredicted } = facts;
  // Podman tells no paths, but that some are open.
  const isOpen = container.isPrivileged || (asked === null && container.hasUnmaskedSystemPaths);
  const configured = isOpen ? [] : ((asked && [...asked].sort()) ?? 'default');
  const isConfigured = configured === 'default' || configured.length > 0;
  const found = { control, configured } as const;
  if (effective !== null && kernel.state === 'read') {
    const wanted = typeof configured === 'string' ? [...known] : configured;
    const missing = wanted.filter((path) => known.has(path) && !effective.includes(path));
    const isEffective = isConfigured && effective.length > 0 && missing.length === 0;
    const note = missing.length > 0 ? `open although asked for: ${missing.join(', ')}` : null;
    const at = { at: kernel.value.readAt, evidence: EVIDENCE };
    return measured({ ...found, effective, note }, { isConfigured, isEffective }, at);
  }
  const why = notRunning(facts) ?? whyNotPredicted;
  if (why !== null) return unknown(found, why);
  const strength = { isConfigured, isEffective: isConfigured };
  return predicted({ ...found, effective: configured }, strength);
}

function rootFilesystem(facts: ControlFacts, mounts: readonly KernelMount[] | null): Control {
  const { container, kernel, whyNotPredicted } = facts;
  const isConfigured = container.hasReadonlyRootfs;
  const configured = isConfigured ? 'read-only' : 'writable';
  const found = { control: 'rootfs', configured } as const;
  const root = mounts?.findLast(({ target }) => target === '/');
  if (mounts && root && kernel.state === 'read') {
    const isEffective = isReadonly(root);
    const writable = mounts.filter((mount) => mount.target !== '/' && isPlainlyWritable(mount));
    const places = writable.map((mount) => `${mount.target}${executes(mount) ? '' : ' (noexec)'}`);
    const note =
      isEffective && places.length > 0 ? `still writable: ${places.sort().join(', ')}` : null;
    const effective = isEffective ? 'read-only' : 'writable';
    const at = { at: kernel.value.readAt, evidence: EVIDENCE };
    return measured({ ...found, effective, note }, { isConfigured, isEffective }, at);
  }
  const why = notRunning(facts) ?? whyNotPredicted;
  if (why !== null) return unknown(found, why);
  return predicted(
    { ...found, effective: configured },
    { isConfigured, isEffective: isConfigured },
  );
}

const isReadonly = ({ options, superOptions }: KernelMount): boolean =>
  options.includes('ro') || superOptions.includes('ro');

/** Neither the kernel's own file systems nor single device nodes, which nobody stores a file in. */
const isPlainlyWritable = (mount: KernelMount): boolean =>
  !isReadonly(mount) &&
  !['proc', 'sysfs', 'cgroup', 'cgroup2', 'mqueue', 'devpts'].includes(mount.filesystem) &&
  !/^\/(proc|sys)\//.test(mount.target);

const executes = ({ options }: KernelMount): boolean => !options.includes('noexec');

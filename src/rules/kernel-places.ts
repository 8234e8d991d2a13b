import { helperSettings } from '../controls/system-paths.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { FOUND_BY_READING } from './dangerous-capabilities.ts';

/** A place among the files of the kernel from which whoever writes there comes to the host. */
export interface KernelPlace {
  path: string;
  /** Completes "whoever writes there …". */
  writing: string;
  reading: null;
  /** What has to be found first, since what is written there is no way by itself. Else absent. */
  after?: string;
  /** Most hosts have a filesystem of its own there, which a read-only mount above it may leave writable. Else absent. */
  isMount?: true;
}

const HELPERS = 'names a program that the kernel starts as root';
const KERNEL = 'changes the kernel';

const place = (path: string, writing: string, rest: Partial<KernelPlace> = {}): KernelPlace => ({
  ...{ path, writing, reading: null },
  ...rest,
});
const mount = (path: string, writing: string, after?: string): KernelPlace =>
  place(path, writing, { isMount: true, ...(after === undefined ? {} : { after }) });

const FORBIDDEN = 'a weakness of the host that they kept shut';

/**
 * The kernel asks whoever writes there for no capability, but for policies of AppArmor, SafeSetID and IPE (CAP_MAC_ADMIN):
 * owner and mode decide, so root of a container may. Where it is locked down (kernel_lockdown(7)) it refuses most.
 */
export const kernelPlaces: readonly KernelPlace[] = [
  ...helperSettings.map((path) => place(path, HELPERS)),
  mount('/proc/sys/fs/binfmt_misc', HELPERS),
  place('/sys/module', KERNEL),
  // Tables of the firmware are programs of the kernel (`drivers/acpi/acpi_configfs.c`).
  mount('/sys/kernel/config', KERNEL),
  mount('/sys/kernel/debug', KERNEL),
  // A probe tells what lies at any address, and what any program hands over (`kernel/trace/trace_kprobe.c`).
  mount(
    '/sys/kernel/tracing',
    'reads the memory of the kernel and of every process',
    FOUND_BY_READING,
  ),
  // That of IMA is open to every root (`security/integrity/ima/ima_fs.c`).
  mount('/sys/kernel/security', 'changes what security modules of the kernel forbid', FORBIDDEN),
  place('/sys/kernel', KERNEL),
  mount('/sys/fs/selinux', 'changes what SELinux forbids', FORBIDDEN),
  mount('/sys/firmware/efi/efivars', 'changes what the host starts'),
  // A device that reads and writes memory is told where by its registers (`drivers/pci/pci-sysfs.c`).
  ...['/sys/bus', '/sys/devices'].map((path) => place(path, 'gives orders to the hardware')),
];

/** What has to be found first by who writes to a path among these; null where some of what it shows needs nothing else. */
export function afterWriting(path: string): string | null {
  const around = kernelPlaces.filter((one) => isWithin(path, one.path));
  const nearest = around.toSorted((a, b) => b.path.length - a.path.length).slice(0, 1);
  const shown = [...nearest, ...kernelPlaces.filter((one) => isWithin(one.path, path))];
  const [first] = shown;
  return shown.every(({ after }) => after !== undefined) ? (first?.after ?? null) : null;
}

/** Filesystems of the kernel below a folder of the host. */
export const kernelMountsBelow = (path: string): string[] =>
  kernelPlaces
    .filter((one) => one.isMount && one.path !== path && isWithin(one.path, path))
    .map((one) => one.path);

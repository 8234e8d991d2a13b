import { read, unread } from '../shared/reading.ts';
import type {
  ContainerKernelFacts,
  GroupLimits,
  KernelMount,
  KernelProcess,
} from '../snapshot/facts/kernel.ts';
import type { SectionValue } from '../snapshot/snapshot.ts';
import { exampleContainerId } from './example-facts.ts';

/** Small builders of what the kernel says, for the examples of the rules. */

type KernelEntries = SectionValue<'kernel'>['containers'];

const ids = (id: number) => ({ real: id, effective: id, saved: id, filesystem: id });

/** A process of the ordinary container, confined as its configuration says. */
export function kernelProcess(difference: Partial<KernelProcess> = {}): KernelProcess {
  return {
    pid: 4242,
    name: 'web',
    uids: ids(1000),
    gids: ids(1000),
    groups: [1000],
    capabilities: { inheritable: [], permitted: [], effective: [], bounding: [], ambient: [] },
    hasNoNewPrivileges: true,
    seccompMode: 2,
    seccompFilters: 1,
    namespacePids: [4242, 1],
    label: null,
    uidMap: null,
    userNamespace: null,
    ...difference,
  };
}

/** A process that is root, and one that holds capabilities. */
export const rootProcess = kernelProcess({ pid: 4300, uids: ids(0) });
export const withCapabilities = (...names: string[]): KernelProcess =>
  kernelProcess({
    capabilities: {
      inheritable: [],
      permitted: names,
      effective: names,
      bounding: names,
      ambient: [],
    },
  });

export function kernelMount(target: string, difference: Partial<KernelMount> = {}): KernelMount {
  return {
    target,
    root: '/',
    device: '0:42',
    filesystem: 'overlay',
    source: 'overlay',
    options: ['ro', 'relatime'],
    superOptions: ['rw'],
    ...difference,
  };
}

/** The kernel read for the subject: its processes, and what differs otherwise. */
export function kernelSays(
  processes: KernelProcess[],
  difference: Partial<ContainerKernelFacts> = {},
): KernelEntries {
  const facts: ContainerKernelFacts = {
    containerId: exampleContainerId,
    readAt: '2026-01-02T00:00:01Z',
    processes,
    threads: [],
    mounts: [kernelMount('/'), maskOver('/proc/kcore'), readonlyOver('/proc/sys')],
    uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
    limits: unread('not read'),
    startTicks: 500_000,
    ...difference,
  };
  return [{ containerId: exampleContainerId, facts: read(facts) }];
}

/** Control groups that limit nothing. */
export const noLimits: GroupLimits = {
  ...{ memoryBytes: null, pids: null, isOwnPids: false },
  ...{ cpus: null, realtimeCpus: null, isRealtimeTold: true },
};

export const maskOver = (target: string): KernelMount =>
  kernelMount(target, { root: '/null', filesystem: 'tmpfs', options: ['ro'] });
export const readonlyOver = (target: string): KernelMount =>
  kernelMount(target, {
    root: target.replace(/^\/proc/, ''),
    filesystem: 'proc',
    options: ['ro'],
  });

/** The kernel was asked, and the subject could not be confirmed. */
export const kernelUnread = (reason: string): KernelEntries => [
  { containerId: exampleContainerId, facts: unread(reason) },
];

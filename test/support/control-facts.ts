import type { Control, ControlName } from '../../src/controls/control.ts';
import { type ControlFacts, controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type {
  ContainerKernelFacts,
  KernelMount,
  KernelProcess,
} from '../../src/snapshot/facts/kernel.ts';

export const containerId = 'c0ffee000001';

/** A process as the kernel shows the main one of an ordinary container; tests state the difference. */
export function kernelProcess(difference: Partial<KernelProcess> = {}): KernelProcess {
  const ids = { real: 1000, effective: 1000, saved: 1000, filesystem: 1000 };
  return {
    pid: 4242,
    name: 'web',
    uids: ids,
    gids: ids,
    groups: [1000],
    capabilities: { inheritable: [], permitted: [], effective: [], bounding: [], ambient: [] },
    hasNoNewPrivileges: true,
    seccompMode: 2,
    seccompFilters: 1,
    namespacePids: [4242, 1],
    ...difference,
  };
}

export const rootUids = { real: 0, effective: 0, saved: 0, filesystem: 0 };

export function mount(target: string, difference: Partial<KernelMount> = {}): KernelMount {
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

/** What the kernel says of the ordinary container. */
export function kernelFacts(difference: Partial<ContainerKernelFacts> = {}): ContainerKernelFacts {
  return {
    containerId,
    readAt: '2026-01-02T00:00:01Z',
    processes: [kernelProcess()],
    mounts: [mount('/')],
    uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
    ...difference,
  };
}

/** Facts of the example's container; without `kernel` nobody looked there. */
export function factsOf(
  example: ExampleHost,
  kernel?: ContainerKernelFacts | Reading<ContainerKernelFacts>,
): ControlFacts {
  const reading = kernel && ('state' in kernel ? kernel : read(kernel));
  const section = reading
    ? read({ containers: [{ containerId, facts: reading }], engineBounding: null, notes: [] })
    : unread<never>('needs evidence level kernel');
  const facts = controlFacts({ ...exampleSnapshot(example), kernel: section });
  if (facts.state === 'unread') throw new Error(facts.reason);
  const own = facts.value.find(({ container }) => container.id === containerId);
  if (own === undefined) throw new Error('the example has no container');
  return own;
}

export function controlOf(
  name: ControlName,
  example: ExampleHost,
  kernel?: Parameters<typeof factsOf>[1],
): Control {
  const found = controlsOf(factsOf(example, kernel)).find(({ control }) => control === name);
  if (found === undefined) throw new Error(`there is no control ${name}`);
  return found;
}

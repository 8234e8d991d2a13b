import type { Control, ControlName } from '../../src/controls/control.ts';
import { type ControlFacts, controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { leftOut, type Reading, read, unread } from '../../src/shared/reading.ts';
import type { ContainerKernelFacts, KernelFacts } from '../../src/snapshot/facts/kernel.ts';

export const containerId = 'c0ffee000001';

export const rootUids = { real: 0, effective: 0, saved: 0, filesystem: 0 };

/** What the kernel says of the ordinary container. */
export function kernelFacts(difference: Partial<ContainerKernelFacts> = {}): ContainerKernelFacts {
  return {
    containerId,
    readAt: '2026-01-02T00:00:01Z',
    processes: [kernelProcess()],
    threads: [],
    mounts: [kernelMount('/')],
    uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
    limits: unread('not read'),
    startTicks: 500_000,
    ...difference,
  };
}

/** Facts of the example's container; without `kernel` nobody looked there. */
export function factsOf(
  example: ExampleHost,
  kernel?: ContainerKernelFacts | Reading<ContainerKernelFacts>,
  host: Partial<KernelFacts> = {},
): ControlFacts {
  const reading = kernel && ('state' in kernel ? kernel : read(kernel));
  const section = reading
    ? read({
        containers: [{ containerId, facts: reading }],
        ordinaryMounts: null,
        hostUidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
        selinuxMode: null,
        notes: [],
        ...host,
      })
    : leftOut<never>('needs evidence level kernel');
  const snapshot = exampleSnapshot({ ...example, ...(reading ? { kernel: [] } : {}) });
  const facts = controlFacts({ ...snapshot, kernel: section });
  if (facts.state === 'unread') throw new Error(facts.reason);
  const own = facts.value.find(({ container }) => container.id === containerId);
  if (own === undefined) throw new Error('the example has no container');
  return own;
}

export function controlOf(
  name: ControlName,
  example: ExampleHost,
  kernel?: Parameters<typeof factsOf>[1],
  host?: Partial<KernelFacts>,
): Control {
  const found = controlsOf(factsOf(example, kernel, host)).find(({ control }) => control === name);
  if (found === undefined) throw new Error(`there is no control ${name}`);
  return found;
}

import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { Strays } from '../snapshot/facts/host-processes.ts';
import type { ContainerKernelFacts } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { looserLimits } from '../snapshot/normalise/group-limits.ts';
import { perContainer } from '../snapshot/outcome.ts';
import { seenMountsOf } from '../snapshot/seen-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { givenBy } from './given.ts';
import { inhabitantsOf, type TellersIn, tellersIn } from './inhabitants.ts';
import { isGivenMounting, listGap } from './list-gap.ts';
import type { OwnFacts } from './own-facts.ts';
import { isPlain, isRunc, runtimeOf } from './runtime.ts';
import { mainProcess } from './seen-tasks.ts';

/** What is known of one container, and what the others of its host tell of it. */
export interface ControlFacts extends OwnFacts {
  /** See `listGap`. */
  gap: string | null;
  /** Namespaces of the main process of every container that was read, by its id. `NO_NAMESPACES` of a stopped one. */
  others: ReadonlyMap<string, NamespaceIds>;
  /** Who tells what of a namespace, itself among them. */
  tellers: TellersIn;
  /** Every container that was read, by its name. */
  named: ReadonlyMap<string, OwnFacts>;
}

/** The facts of every container of a snapshot, or why there are none. */
export function controlFacts(snapshot: Snapshot): Reading<ControlFacts[]> {
  const { engine, containers, processes, limits, execs, kernel, hostProcesses } = snapshot;
  if (engine.state === 'unread') return unread(engine.reason);
  if (containers.state === 'unread') return unread(containers.reason);
  const processesOf = perContainer(processes);
  const isToldByContainer =
    processes.state === 'read' && processes.value.some((entry) => entry.isToldByContainer);
  const limitsOf = perContainer(limits);
  const execsOf = perContainer(execs);
  const seenOf = seenMountsOf(snapshot);
  const givenTo = givenBy(engine.value);
  const kernelOf = perContainer(mapRead(kernel, (found) => found.containers));
  const straysOf = perContainer(mapRead(hostProcesses, ({ strays }) => strays));
  const {
    networks = [],
    threadNetworks = [],
    threadMounts = [],
  } = hostProcesses.state === 'read' ? hostProcesses.value : {};
  const networksByNumber = new Map(networks.map((one) => [one.number, one.isOfEngine]));
  const threadsInNetwork = new Map(threadNetworks.map((one) => [one.pid, one.isOfEngine]));
  const threadsInMounts = new Map(threadMounts.map((one) => [one.pid, one.areSame]));
  const parts = containers.value.read.map(
    (container): OwnFacts => ({
      container,
      engine: engine.value,
      engineStartTicks:
        hostProcesses.state === 'read' ? (hostProcesses.value.engineStartTicks ?? null) : null,
      takenAt: snapshot.takenAt,
      processes: processesOf(container.id),
      isToldByContainer,
      limits: limitsOf(container.id),
      execs: execsOf(container.id),
      ...withStrays(kernelOf(container.id), straysOf(container.id)),
      isKernelRead: kernel.state === 'read' || !kernel.isLeftOut,
      seenMounts: seenOf(container.id),
      runtime: runtimeOf(container, engine.value),
      whyNotPredicted: whyNotPredicted(container, engine.value),
      given: givenTo(container),
      ordinaryMounts: kernel.state === 'read' ? kernel.value.ordinaryMounts : null,
      networksByNumber,
      threadsInNetwork,
      threadsInMounts,
      hostUidMap: kernel.state === 'read' ? kernel.value.hostUidMap : null,
      selinuxMode: kernel.state === 'read' ? kernel.value.selinuxMode : null,
    }),
  );
  const others = namespacesOf(parts);
  const tellers = tellersIn(inhabitantsOf(parts));
  const named = new Map(parts.map((part) => [part.container.name, part]));
  return read(
    parts.map((part) => ({
      ...part,
      gap: listGap(
        part,
        isGivenMounting(part.container, part.engine, part.given),
        part.kernel,
        isToldByContainer,
      ),
      others,
      tellers,
      named,
    })),
  );
}

/**
 * What holds a container holds those of its processes as well that are in none of its control groups. Where
 * nobody looked for these, what the others show is not the whole.
 */
function withStrays(
  kernel: Reading<ContainerKernelFacts>,
  strays: Reading<Strays>,
): Pick<ControlFacts, 'kernel' | 'strays' | 'straysBeside' | 'straysUnread'> {
  const none = { strays: [], straysBeside: new Set<number>(), straysUnread: null };
  if (kernel.state === 'unread') return { kernel, ...none };
  if (strays.state === 'unread') {
    const reason = `whether it has processes in other control groups was not read: ${strays.reason}`;
    return { kernel: unread(reason), ...none, straysUnread: reason };
  }
  const { processes, limits, beside } = strays.value;
  const facts = kernel.value;
  const all = { ...facts, processes: [...facts.processes, ...processes] };
  return {
    kernel: read(limits === null ? all : { ...all, limits: looserLimits([facts.limits, limits]) }),
    ...{ strays: processes, straysBeside: new Set(beside), straysUnread: null },
  };
}

type Part = Pick<ControlFacts, 'container' | 'processes'>;

/** The rules by which predictions are made were tried with these alone. */
function whyNotPredicted(container: ContainerFacts, engine: EngineFacts): string | null {
  const runtime = runtimeOf(container, engine);
  if (engine.isPodman) {
    if (container.runtime === 'oci') return 'Podman does not tell which runtime started it';
    return runtime && isPlain(runtime)
      ? null
      : 'another runtime than runc or crun: nothing is predicted';
  }
  return runtime && isRunc(runtime) ? null : 'another runtime than runc: nothing is predicted';
}

function namespacesOf(parts: readonly Part[]): ReadonlyMap<string, NamespaceIds> {
  return new Map(
    parts.flatMap(({ container, processes }) => {
      const found = mainProcess(container, processes)?.namespaces;
      const namespaces = container.pid === null ? NO_NAMESPACES : found;
      return namespaces ? [[container.id, namespaces] as const] : [];
    }),
  );
}

/** Of a container that does not run. */
export const NO_NAMESPACES: NamespaceIds = {
  ...{ pid: null, network: null, ipc: null, uts: null },
  ...{ mount: null, user: null, cgroup: null },
};

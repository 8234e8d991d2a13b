import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ContainerKernelFacts } from '../snapshot/facts/kernel.ts';
import { asksForOwnUsers } from '../snapshot/user-mapping.ts';
import type { Condition } from './graph.ts';

/** What decides how far a container's configuration carries, each fact looked up once. */
export interface Power {
  container: ContainerFacts;
  /** Null when the engine could not be read: the worst is then assumed. */
  engine: EngineFacts | null;
  /** What the kernel says of it; null where nobody asked. */
  kernel: ContainerKernelFacts | null;
  /** Null when neither the configuration nor the processes tell. */
  isRoot: boolean | null;
  /** Without it a set-uid program can make any user of the container root in it. */
  hasNoNewPrivileges: boolean;
  /** Conditions on everything that it does, e.g. that it runs at all. */
  always: readonly Condition[];
}

/** Runtimes that give what the configuration says and nothing less; the rest isolate further. */
const ORDINARY_RUNTIMES: readonly string[] = ['', 'runc', 'crun', 'oci', 'io.containerd.runc.v2'];
const LIVE_STATES: readonly string[] = ['running', 'paused', 'restarting'];

/** Weighs up a container; `rootProcessIds` are the containers in which a process of uid 0 was seen. */
export function powerOf(
  container: ContainerFacts,
  engine: EngineFacts | null,
  rootProcessIds: ReadonlySet<string>,
  kernel: ContainerKernelFacts | null,
): Power {
  const { uid } = container.user;
  const hasRootProcess = rootProcessIds.has(container.id);
  return {
    container,
    engine,
    kernel,
    isRoot: hasRootProcess ? true : uid === null ? null : uid === 0,
    hasNoNewPrivileges: container.noNewPrivileges ?? engine?.hasNoNewPrivilegesDefault ?? false,
    always: [
      ...(isLive(container) ? [] : [weakness('somebody starts it again')]),
      ...(engine?.isRootless
        ? [weakness('a way from the user of the rootless engine to root')]
        : []),
    ],
  };
}

/** True for a runtime that puts nothing between a container and the kernel, as far as its name tells. */
export const isOrdinaryRuntime = ({ runtime }: ContainerFacts): boolean =>
  ORDINARY_RUNTIMES.includes(runtime);

/** True for a container with processes. */
export const isLive = ({ state }: ContainerFacts): boolean => LIVE_STATES.includes(state);

export const weakness = (text: string): Condition => ({ text, isMissingFact: false });
export const missing = (text: string): Condition => ({ text, isMissingFact: true });

/** Root in the container is root of the host's kernel: no user namespace lies between. */
export function isMapped({ container, engine }: Power): boolean {
  if (asksForOwnUsers(container)) return container.userNamespace.resolved !== 'host';
  return engine?.remapsUsers === true && container.userNamespace.resolved !== 'host';
}

/** Conditions on a step that needs what only root of the container can do, in the host's kernel. */
export function asRoot(power: Power): Condition[] {
  return [...power.always, ...runtimeLimit(power), ...userLimit(power), ...mappingLimit(power)];
}

/**
 * Conditions on a step through files of the host: a sandboxed runtime passes files on, but the file's
 * owner and mode bind every user but root, and they were not read.
 */
export function throughFiles(power: Power, what: string): Condition[] {
  const isBound = power.isRoot !== true || isMapped(power);
  const reason = `its user may ${what}, which was not read`;
  return [...power.always, ...(isBound ? [missing(reason)] : [])];
}

/** A runtime such as runsc or kata: what it really isolates was not measured. */
export function runtimeLimit({ container }: Power): Condition[] {
  return isOrdinaryRuntime(container)
    ? []
    : [weakness(`a way through its runtime ${container.runtime}`)];
}

function userLimit({ isRoot, hasNoNewPrivileges }: Power): Condition[] {
  if (isRoot === true) return [];
  if (isRoot === null) return [missing('its user is root, which could not be read')];
  return hasNoNewPrivileges
    ? [weakness('a hole in the kernel, since no-new-privileges holds its user down')]
    : [weakness('a set-uid program in it that makes its user root')];
}

function mappingLimit(power: Power): Condition[] {
  return isMapped(power) ? [weakness('a way out of its user namespace')] : [];
}

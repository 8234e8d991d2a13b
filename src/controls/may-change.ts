import type { ContainerFacts, MountFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ControlFacts } from './control-facts.ts';
import type { AllGiven } from './given.ts';
import { isGivenMounting, OWN_WORD } from './list-gap.ts';
import { hasEnded } from './seen-tasks.ts';

/** What a container was given, and a program in it may have changed since. */
export const changeables = ['users', 'mounts', 'system-paths'] as const;
export type Changeable = (typeof changeables)[number];
/** Why what a container was given may be otherwise by now, where that was not read; null where it is not. */
export type MayChange = (what: Changeable) => string | null;

/** Of a container whose processes the level `kernel` did not read. */
export function mayChange(facts: ControlFacts): MayChange {
  const { container, engine, kernel, gap, given } = facts;
  if (kernel.state === 'read' || container.pid === null) return () => null;
  const mounts = whyMountedAnew(container, engine, given);
  const doubts: Readonly<Record<Changeable, string | null>> = {
    users: withoutFirst(facts) ?? (gap === OWN_WORD ? null : gap),
    mounts,
    'system-paths': mounts ?? whyRootedElsewhere(container, given),
  };
  return (what) => doubts[what];
}

/** Why its mounts may be otherwise by now; null where they cannot. Of an engine that was not read it is the worst that may be. */
export function whyMountedAnew(
  container: ContainerFacts,
  engine: EngineFacts | null,
  given: AllGiven,
): string | null {
  const isAble = isGivenMounting(container, engine ?? { isPodman: true }, given);
  return isAble && container.pid !== null ? MAY_MOUNT : null;
}

const MAY_MOUNT =
  'CAP_SYS_ADMIN lets it mount anew what is read-only or covered: the level kernel reads its mounts';

/**
 * Why a program of it may have system paths with nothing over them by another root (chroot(2)), in which a mount shows
 * them at their usual place; null where none does, or where it may not change its root.
 */
function whyRootedElsewhere(
  { mounts, ...container }: ContainerFacts,
  given: AllGiven,
): string | null {
  const mayMakeUsers = given.seccomp.protection !== 'full';
  if (!mayMakeUsers && !container.configuredCapabilities.includes('CAP_SYS_CHROOT')) return null;
  const found = mounts.find(showsForRoot);
  return found === undefined
    ? null
    : `a program may have ${found.destination} for its root, with nothing over the system paths of the host: the level kernel reads its mounts`;
}

/** Whether /proc or /sys of the host, or a part of one, lies below a place of this mount as it does below `/`. */
function showsForRoot({ hostPath, destination, isNonRecursive }: MountFact): boolean {
  if (hostPath === null) return false;
  if (hostPath === '/') return isNonRecursive !== true && destination !== '/';
  const isOfKernel = ['/proc', '/sys'].some((folder) => isWithin(hostPath, folder));
  return isOfKernel && destination !== hostPath && destination.endsWith(hostPath);
}

/** Of a process whose first thread has ended the engine's list has the user of that one alone. */
function withoutFirst({ processes }: ControlFacts): string | null {
  const found =
    processes.state === 'read'
      ? processes.value.find(
          ({ namespaces, threads }) =>
            namespaces !== null && hasEnded(namespaces) && (threads ?? 1) > 1,
        )
      : undefined;
  return found
    ? `the first thread of its process ${found.pid} has ended, and whose the others are was not read`
    : null;
}

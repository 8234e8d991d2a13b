import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import { parseDeclaredUser } from '../snapshot/normalise/accounts.ts';
import { allCapabilities } from '../snapshot/normalise/capabilities.ts';

/**
 * True for a command that has what its container has not: every capability (`docker exec
 * --privileged`), or root in a container whose user is another. An engine keeps seccomp and
 * no-new-privileges of the container for it, and nothing else (moby `daemon/exec_linux.go`). Null for
 * a user whose name nobody looked up in the container: it may be another name of root.
 */
export const hasMorePower = (
  { isPrivileged, user }: BegunExec,
  container: Pick<ContainerFacts, 'isPrivileged' | 'configuredCapabilities' | 'user'>,
): boolean | null => {
  if (isPrivileged && !hasAllCapabilities(container)) return true;
  if (user === '' || container.user.uid === 0) return false;
  const uid = uidOf(user, container);
  return uid === null ? null : uid === 0;
};

/** A privileged command is given the capabilities alone, and loses them again as it starts where it is not root. */
export const hasAllCapabilities = ({
  isPrivileged,
  configuredCapabilities,
}: Pick<ContainerFacts, 'isPrivileged' | 'configuredCapabilities'>): boolean =>
  isPrivileged || allCapabilities.every((name) => configuredCapabilities.includes(name));

/** `as root, privileged`. */
export const execText = ({ isPrivileged, user }: BegunExec): string =>
  [user === '' ? 'as its own user' : `as ${user}`, ...(isPrivileged ? ['privileged'] : [])].join(
    ', ',
  );

/**
 * Number of a user of the container, by the number that it is or by the name under which the container's own user
 * was looked up; null of any other name.
 */
export function uidOf(user: string, { user: own }: Pick<ContainerFacts, 'user'>): number | null {
  const asked = parseDeclaredUser(user);
  if (asked.kind === 'uid') return asked.uid;
  return asked.kind === 'name' && asked.name === own.declared.split(':', 1)[0] ? own.uid : null;
}

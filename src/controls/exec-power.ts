import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';

/**
 * True for a command that has what its container has not: every capability (`docker exec
 * --privileged`), or root in a container whose user is another. An engine keeps seccomp and
 * no-new-privileges of the container for it, and nothing else (moby `daemon/exec_linux.go`).
 */
export const hasMorePower = (
  { isPrivileged, user }: BegunExec,
  container: Pick<ContainerFacts, 'isPrivileged' | 'user'>,
): boolean =>
  (isPrivileged && !container.isPrivileged) || (isRoot(user) && container.user.uid !== 0);

/** `as root, privileged`. */
export const execText = ({ isPrivileged, user }: BegunExec): string =>
  [user === '' ? 'as its own user' : `as ${user}`, ...(isPrivileged ? ['privileged'] : [])].join(
    ', ',
  );

const isRoot = (user: string): boolean => /^(0+|root)(:.*)?$/.test(user);

import type { ContainerFacts } from './facts/container.ts';
import type { EngineFacts } from './facts/engine.ts';

/** Whether a container asks for users of its own, which Podman alone has (`--userns auto` and its like). */
export const asksForOwnUsers = ({
  userNamespace: { mode },
}: Pick<ContainerFacts, 'userNamespace'>): boolean => mode !== '' && mode !== 'host';

/** Whether root of the container is meant to be another user outside: by the engine or its own mode. */
export const isMapped = (
  { remapsUsers, isRootless }: Pick<EngineFacts, 'remapsUsers' | 'isRootless'>,
  container: Pick<ContainerFacts, 'userNamespace'>,
): boolean =>
  container.userNamespace.mode !== 'host' &&
  (asksForOwnUsers(container) || remapsUsers || isRootless);

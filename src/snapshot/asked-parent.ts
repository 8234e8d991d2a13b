import type { ContainerFacts } from './facts/container.ts';
import type { EngineFacts } from './facts/engine.ts';

/** Below which a rootless Podman puts all of its containers (libpod `SystemdDefaultRootlessCgroupParent`). */
const OF_USERS = 'user.slice';

/** The control group that somebody chose for a container to be put under; empty for that of every one of the engine. */
export function askedParent(
  { cgroupParent }: Pick<ContainerFacts, 'cgroupParent'>,
  engine: Pick<EngineFacts, 'isPodman' | 'isRootless'> | null,
): string {
  const isEngines = engine?.isPodman && engine.isRootless && cgroupParent === OF_USERS;
  return isEngines ? '' : cgroupParent;
}

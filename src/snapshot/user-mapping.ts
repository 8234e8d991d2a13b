import type { ContainerFacts } from './facts/container.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { IdRange } from './facts/kernel.ts';

/** An engine that remaps users keeps its data in a folder named by the numbers of their root (moby `setupDaemonRoot`). */
const FOLDER_OF_ROOT = /\/(\d{1,10})\.(\d{1,10})$/;

/** The folder that an engine was told to keep its data in, which may lie above the one that it uses. */
export const askedDataRoot = ({
  dataRoot,
  remapsUsers,
}: Pick<EngineFacts, 'dataRoot' | 'remapsUsers'>): string =>
  remapsUsers ? dataRoot.replace(FOLDER_OF_ROOT, '') : dataRoot;

/** Numbers outside of the root to which an engine maps users, and of its group; null where it maps none, or does not tell. */
export function mappedRoot({
  dataRoot,
  remapsUsers,
}: Pick<EngineFacts, 'dataRoot' | 'remapsUsers'>): { uid: number; gid: number } | null {
  const [, uid, gid] = (remapsUsers && FOLDER_OF_ROOT.exec(dataRoot)) || [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

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

/** True for a map that leaves ids as they are, root among them. */
export const isIdentity = (map: readonly IdRange[]): boolean =>
  map.some(({ inside, outside, count }) => inside === 0 && outside === 0 && count >= 65_536);

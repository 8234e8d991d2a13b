import { stat } from 'node:fs/promises';
import type { SocketGuard } from '../answers/power.ts';

/** Who runs this program, as the kernel sees it. */
export interface Self {
  uid: number;
  groups: readonly number[];
}

const OWNER_WRITES = 0o200;
const GROUP_WRITES = 0o020;
const ANYONE_WRITES = 0o002;

/**
 * Mode and owner of a local socket, and by which of them this process may write to it. Null when it
 * cannot be looked at.
 */
export async function readSocketGuard(path: string): Promise<SocketGuard | null> {
  try {
    const { mode, uid, gid } = await stat(path);
    const self = whoRunsThis();
    const guard = { path, mode: mode & 0o7777, uid, gid, ownUid: self.uid };
    return { ...guard, heldAs: heldAs(guard, self) };
  } catch {
    return null; // Why it cannot be opened is what the connection itself says.
  }
}

/** As the kernel decides: the first of root, owner and group that fits counts alone. */
export function heldAs(
  { mode, uid, gid }: Pick<SocketGuard, 'mode' | 'uid' | 'gid'>,
  { uid: ownUid, groups }: Self,
): SocketGuard['heldAs'] {
  const may = (bit: number) => (mode & bit) !== 0;
  if (ownUid === 0) return 'root';
  if (ownUid === uid) return may(OWNER_WRITES) ? 'owner' : null;
  if (groups.includes(gid)) return may(GROUP_WRITES) ? 'group' : null;
  return may(ANYONE_WRITES) ? 'anyone' : null;
}

const whoRunsThis = (): Self => ({
  uid: process.geteuid?.() ?? -1,
  groups: [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])],
});

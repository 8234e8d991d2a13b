import type { PrivilegedFile } from '../facts/set-uid.ts';

const SET_UID = 0o4000;
const SET_GID = 0o2000;

const has = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

/** True for a set-uid or set-gid bit. */
export const hasSetId = (mode: number): boolean => has(mode, SET_UID) || has(mode, SET_GID);

/** True when whoever starts it becomes root of the container. */
export const isSetUidRoot = ({ mode, uid }: PrivilegedFile): boolean =>
  has(mode, SET_UID) && uid === 0;

/**
 * One line that says what a file gives: `/usr/bin/su set-uid root`, `/usr/bin/chage set-gid 42`,
 * `/usr/bin/ping CAP_NET_RAW`. The policy names files that it accepts by the same line.
 */
export function privilegeLine(file: PrivilegedFile): string {
  const { path, mode, uid, gid, capabilities } = file;
  const owner = (id: number) => (id === 0 ? 'root' : String(id));
  return [
    path,
    ...(has(mode, SET_UID) ? [`set-uid ${owner(uid)}`] : []),
    ...(has(mode, SET_GID) ? [`set-gid ${owner(gid)}`] : []),
    ...(capabilities ? capabilityWords(capabilities) : []),
  ].join(' ');
}

function capabilityWords({
  permitted,
  inheritable,
  rootUid,
}: NonNullable<PrivilegedFile['capabilities']>): string[] {
  const words = [...permitted, ...inheritable.map((name) => `${name} inherited`)];
  if (words.length === 0) words.push('no capability');
  // Revision 3 counts only where that user is root; 0 is the host's own.
  return rootUid === null || rootUid === 0 ? words : [...words, `for root ${rootUid}`];
}

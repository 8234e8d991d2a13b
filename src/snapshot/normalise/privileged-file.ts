import type { FileCapabilities, PrivilegedFile } from '../facts/set-uid.ts';
import { allCapabilities } from './capabilities.ts';

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

// struct vfs_cap_data and vfs_ns_cap_data of Linux (include/uapi/linux/capability.h): little-endian
// words, of which the first is the revision and a flag.
const REVISION_BYTES: Readonly<Record<number, number>> = {
  1: 12,
  2: 20,
  3: 24,
};
const EFFECTIVE = 1;
const WORD = 4;
const WORD_BITS = 32;

/** Reads the attribute `security.capability` of a file; null when it is none. */
export function fileCapabilities(data: Uint8Array): FileCapabilities | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const revision = data.length < WORD ? 0 : view.getUint8(WORD - 1);
  if (REVISION_BYTES[revision] !== data.length) return null;
  const word = (index: number): number => view.getUint32(index * WORD, true);
  // Revision 1 has one pair of permitted and inheritable, the later ones two.
  const pairs = revision === 1 ? [0] : [0, 1];
  const names = (offset: number) =>
    pairs.flatMap((pair) => namesIn(word(1 + 2 * pair + offset), pair * WORD_BITS));
  return {
    permitted: names(0),
    inheritable: names(1),
    isEffective: word(0) % 2 === EFFECTIVE,
    rootUid: revision === 3 ? word(5) : null,
  };
}

function namesIn(bits: number, first: number): string[] {
  return Array.from({ length: WORD_BITS }, (_, bit) => bit)
    .filter((bit) => Math.floor(bits / 2 ** bit) % 2 === 1)
    .map((bit) => allCapabilities[first + bit] ?? `CAP_${first + bit}`);
}

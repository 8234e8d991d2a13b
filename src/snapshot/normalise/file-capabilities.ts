import type { FileCapabilities } from '../facts/set-uid.ts';
import { allCapabilities } from './capabilities.ts';

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

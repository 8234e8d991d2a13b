import { OutsideError } from '../../shared/errors.ts';
import { fieldsOf } from '../../shared/record.ts';
import type { HostPathStat } from '../collector.ts';

// Bits of Go's io/fs.FileMode, which is not POSIX's st_mode. The sign bit is avoided.
const GO_KINDS = [
  [2 ** 31, 'directory'],
  [2 ** 27, 'symlink'],
  [2 ** 24, 'socket'],
  // Devices, pipes and what Go itself calls irregular.
  [2 ** 26, 'other'],
  [2 ** 25, 'other'],
  [2 ** 21, 'other'],
  [2 ** 19, 'other'],
] as const satisfies readonly (readonly [number, HostPathStat['kind']])[];

const GO_SET_UID = 2 ** 23;
const GO_SET_GID = 2 ** 22;
const GO_STICKY = 2 ** 20;

const has = (goMode: number, bit: number): boolean => Math.floor(goMode / bit) % 2 === 1;

/** POSIX permission bits, 0 to 0o7777, of a Go file mode. */
export function posixMode(goMode: number): number {
  return (
    (goMode % 0o1000) +
    (has(goMode, GO_SET_UID) ? 0o4000 : 0) +
    (has(goMode, GO_SET_GID) ? 0o2000 : 0) +
    (has(goMode, GO_STICKY) ? 0o1000 : 0)
  );
}

/** What the header tells of a path; size and time are null where it says nothing of them. */
export interface PathStat extends HostPathStat {
  sizeBytes: number | null;
  /** As the engine writes it: RFC 3339, to the nanosecond. */
  modifiedAt: string | null;
}

/** Reads the header `X-Docker-Container-Path-Stat`: base64 of JSON. Throws `OutsideError`. */
export function parsePathStat(header: string | undefined, what: string): PathStat {
  const { mode, linkTarget, size, mtime } = decode(header ?? '');
  const isMode = typeof mode === 'number' && Number.isInteger(mode) && mode >= 0 && mode < 2 ** 32;
  if (!isMode || typeof linkTarget !== 'string') {
    throw new OutsideError('engine-invalid-answer', `${what}: no stat of the path in its headers`);
  }
  const kind = GO_KINDS.find(([bit]) => has(mode, bit))?.[1] ?? 'file';
  return {
    kind,
    mode: posixMode(mode),
    linkTarget: kind === 'symlink' ? linkTarget : null,
    sizeBytes: Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : null,
    modifiedAt: typeof mtime === 'string' && Number.isFinite(Date.parse(mtime)) ? mtime : null,
  };
}

/** Nanoseconds since 1970 of a time as the engine writes it; null for no such time. */
export function nanosecondsOf(modifiedAt: string): bigint | null {
  const fraction = /\.(\d{1,9})/.exec(modifiedAt)?.[1] ?? '';
  const seconds = Date.parse(modifiedAt.replace(/\.\d+/, ''));
  if (!Number.isFinite(seconds)) return null;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function decode(
  header: string,
): Partial<Record<'mode' | 'linkTarget' | 'size' | 'mtime', unknown>> {
  try {
    const bytes = Uint8Array.from(atob(header), (char) => char.charCodeAt(0));
    return fieldsOf(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

/**
 * Whether a mode gives nobody more than `allowed`: a comparison of bits, since as numbers 0606 would
 * be less than 0644. Set-uid, set-gid and sticky give nobody access and are left out.
 */
export const allowsAtMost = (mode: number, allowed: number): boolean =>
  (mode & 0o777 & ~allowed) === 0;

/** `0644`, or `4755` with special bits. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, '0');

import type { FixChange } from './rule.ts';

/** `leave out --cap-add SYS_ADMIN --cap-add NET_ADMIN`; the bare option when no value was seen. */
export const without = (option: string, values: readonly string[]): string =>
  `leave out ${values.map((value) => `${option} ${value}`).join(' ') || option}`;

export const withoutMounts = (mounts: readonly string[]): FixChange => ({
  run: without('--volume', mounts),
  compose: `remove from volumes: ${mounts.join(', ')}`,
});

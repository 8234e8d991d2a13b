import type { FixChange } from './rule.ts';

/** `leave out --cap-add SYS_ADMIN --cap-add NET_ADMIN`; the bare option when no value was seen. */
export const without = (option: string, values: readonly string[]): string =>
  `leave out ${values.map((value) => `${option} ${value}`).join(' ') || option}`;

/** What the engine does not list comes from elsewhere. */
const UNLISTED =
  'look for a CDI device, a hook or a runtime that mounts it, or who entered its mounts';

export const withoutMounts = (mounts: readonly string[]): FixChange =>
  mounts.length === 0
    ? { run: UNLISTED, compose: UNLISTED }
    : {
        run: without('--volume', mounts),
        compose: `remove from volumes: ${mounts.join(', ')}`,
      };

import type { JudgedContainer } from '../controls/container-controls.ts';
import type { AcceptedUlimit } from './policy.ts';

export type Ulimit = JudgedContainer['ulimits'][number];

/** `nofile=1024:4096`, as `docker run --ulimit` writes it. */
export const ulimitLine = ({ name, soft, hard }: Ulimit): string => `${name}=${soft}:${hard}`;

/** True when both values are at most what is accepted; -1 is unlimited on both sides. */
export function isAccepted(limit: Ulimit, accepted: AcceptedUlimit): boolean {
  const isAtMost = (value: number, highest: number) =>
    highest < 0 || (value >= 0 && value <= highest);
  return isAtMost(limit.soft, accepted.soft) && isAtMost(limit.hard, accepted.hard);
}

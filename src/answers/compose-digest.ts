import type { DigestAnswer } from './digest-answer.ts';
import type { Clock, HostDeclaration } from './ports.ts';
import { isoTime } from './scan-hosts.ts';

export interface DigestParts {
  now: Clock;
}

export interface DigestAsked {
  /** Local calendar day, and its time zone. */
  day: string;
  timezone: string;
  hosts: readonly HostDeclaration[];
  /** Names of hosts whose scan of this digest has not ended yet. */
  pending: readonly string[];
  /** Epoch milliseconds of the digest before; null for the first of the channel. */
  since: number | null;
}

/** Makes the digest of a channel from what is stored. Rejects with `OutsideError` when that fails. */
export async function composeDigest(
  { now }: DigestParts,
  { day, timezone, hosts, pending, since }: DigestAsked,
): Promise<DigestAnswer> {
  return {
    kind: 'digest',
    takenAt: isoTime(now()),
    next: [],
    day,
    timezone,
    pending: [...pending],
    isBaseline: since === null,
    since: since === null ? null : isoTime(since),
    hosts: hosts.map(({ name }) => name),
  };
}

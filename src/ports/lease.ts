/** Who asks to hold something, and for how long from now on, by the clock of the database. */
export interface Lease {
  owner: string;
  leaseMs: number;
}

/**
 * One taking of a lease. Whatever is written under it names it, and is refused once somebody took the lease
 * anew: the token grows with each taking.
 */
export interface Held extends Lease {
  token: number;
}

/**
 * A lease never reaches further than this; one that seems to was given before the clock was set
 * back, and counts as over.
 */
export const LEASE_MAX_MS = 15 * 60_000;

/** Somebody else took the lease, or it was given up: nothing was written, and nothing more may be done. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease was lost');
  }
}

import type { Baseline } from '../drift/container-drift.ts';
import type { DoneBy } from '../findings/acceptance.ts';
import type { OfHosts } from './of-hosts.ts';

/** How containers should look. Every change leaves a row in the audit, with before and after. */
export interface BaselineStore {
  /** Approves in the place of an earlier baseline of the same key, and gives that as `before`. */
  approve(
    baseline: Pick<Baseline, 'host' | 'key' | 'container' | 'fields' | 'reason'>,
    by: DoneBy,
  ): Promise<{ before: Baseline | null; after: Baseline }>;
  /** Ends the one that holds; null when there is none. */
  withdraw(baseline: Pick<Baseline, 'host' | 'key'>, by: DoneBy): Promise<Baseline | null>;
  /** Those that hold on these hosts. */
  list(filter: OfHosts): Promise<Baseline[]>;
}

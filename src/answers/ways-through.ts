import type { AttackPath } from '../paths/attack-paths.ts';
import type { Certainty } from '../paths/graph.ts';

/**
 * What is known of the ways to root on the host through one container. `none` is said only where all
 * of them were counted.
 */
export type WaysThrough =
  | { state: 'none' }
  /**
   * At least one way. `isLeast`: an earlier version kept ten ways of the host, so there may be more.
   * `worst` is how sure the worst of them is.
   */
  | { state: 'some'; count: number; isLeast: boolean; worst: Certainty }
  /** An earlier version kept ten ways of the host, none of them through it; it may have some. */
  | { state: 'not-kept' }
  | { state: 'unknown'; reason: string };

export interface ContainerPaths {
  ways: WaysThrough;
  /** Worst first, of those that the scan kept; absence of one says nothing, `ways` does. */
  paths: AttackPath[];
}

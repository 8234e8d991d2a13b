import type { AttackPath } from '../paths/attack-paths.ts';
import type { Certainty } from '../paths/graph.ts';
import type { PartsOfContainer } from '../ports/stored.ts';
import type { AnswerBase, ListPage } from './answer-base.ts';
import type { HostState } from './host-state.ts';

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
  /** Whether there are ways to root on the host through it, by the last scan. */
  ways: WaysThrough;
  /** Worst first, of those that the scan kept; absence of one says nothing, `ways` does. */
  paths: AttackPath[];
}

/** How far one container is from the host, and the ways that lead there all the same. */
export type ContainerIsolation = PartsOfContainer<'isolation'> & ContainerPaths;

export interface IsolationAnswer extends AnswerBase {
  kind: 'isolation';
  hosts: HostState[];
  /** True when one container was asked about. */
  isOne: boolean;
  containers: ContainerIsolation[];
  /** What of the containers is shown; null for all. */
  page: ListPage | null;
  /** Ways on which the engine itself gives a host away. */
  enginePaths: { host: string; path: AttackPath }[];
  /** What could not be read although a way may hide there. */
  pathsUnknown: { host: string; reason: string }[];
}

import type { Isolation } from '../controls/isolation.ts';
import type { AttackPath } from '../paths/attack-paths.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';
import type { ListPage } from './list-page.ts';
import type { WaysThrough } from './ways-through.ts';

/** How far one container is from the host, and the ways that lead there all the same. */
export interface ContainerIsolation {
  host: string;
  name: string;
  id: string;
  state: string;
  /** Null when it was scanned by a version that did not look. */
  isolation: Isolation | null;
  /** Whether there are ways to root on the host through it, by the last scan. */
  ways: WaysThrough;
  /** Those of them that the scan kept, worst first. */
  paths: AttackPath[];
}

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

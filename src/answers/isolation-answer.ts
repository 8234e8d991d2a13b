import type { Isolation } from '../controls/isolation.ts';
import type { AttackPath } from '../paths/attack-paths.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** How far one container is from the host, and the ways that lead there all the same. */
export interface ContainerIsolation {
  host: string;
  name: string;
  id: string;
  state: string;
  /** Null when it was scanned by a version that did not look. */
  isolation: Isolation | null;
  /** Ways to root on the host through it, worst first, of those that the last scan kept. */
  paths: AttackPath[];
}

export interface IsolationAnswer extends AnswerBase {
  kind: 'isolation';
  hosts: HostState[];
  /** True when one container was asked about. */
  isOne: boolean;
  containers: ContainerIsolation[];
  /** What could not be read although a way may hide there. */
  pathsUnknown: { host: string; reason: string }[];
}

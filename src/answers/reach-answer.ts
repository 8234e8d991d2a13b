import type { ContainerReach } from '../paths/reach.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** What a program inside one container could reach. */
export interface ReachAnswer extends AnswerBase {
  kind: 'reach';
  host: HostState;
  container: {
    name: string;
    id: string;
    state: string;
    /** ISO time at which it was found gone; null while it exists. */
    removedAt: string | null;
  };
  /** Null when no scan of this version looked at its host. */
  reach: ContainerReach | null;
}

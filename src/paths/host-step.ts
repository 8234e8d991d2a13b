import type { Edge, NodeKind } from './graph.ts';
import type { Power } from './power.ts';

/** A step from a container to something that is as good as the host. */
export interface HostStep extends Pick<Edge, 'says' | 'conditions' | 'evidence' | 'rules'> {
  kind: NodeKind;
  /** Name of what is reached, e.g. the path of a socket. */
  name: string;
  containerId: string;
  /** Whom its rules judge, where that is another than the container. */
  subjectId?: string;
}

/** Completes a step of this container. */
export function stepTo(power: Power, step: Omit<HostStep, 'containerId'>): HostStep {
  return { ...step, containerId: power.container.id };
}

import type { Control } from '../controls/control.ts';
import type { Reachable } from '../controls/controls-of.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** Controls of one container as the last scan found them. */
export interface ContainerControls {
  host: string;
  name: string;
  id: string;
  state: string;
  /** Null when the container was scanned by a version that looked at no controls. */
  controls: Control[] | null;
  reachable: Reachable | null;
}

/** Configured against effective. */
export interface ControlsAnswer extends AnswerBase {
  kind: 'controls';
  hosts: HostState[];
  /** True when one container was asked about: it is shown control by control. */
  isOne: boolean;
  containers: ContainerControls[];
}

import type { Control } from '../controls/control.ts';
import type { Reachable } from '../controls/controls-of.ts';

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

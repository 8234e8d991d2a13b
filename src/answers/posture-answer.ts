import type { HostPosture } from '../posture/assess-host.ts';
import type { FleetPosture } from '../posture/fleet.ts';
import type { AnswerBase } from './answer-base.ts';
import type { FirstScreen } from './first-screen.ts';
import type { HostState } from './host-state.ts';

export interface PostureAnswer extends AnswerBase {
  kind: 'posture';
  hosts: HostState[];
  postures: {
    host: string;
    /** ISO time of the scan that it is from: the last one that could read the host. */
    scannedAt: string | null;
    /** Null when the host was never read. */
    posture: HostPosture | null;
  }[];
  /** Null when one host was asked about. */
  fleet: FleetPosture | null;
  /** What the answer opens with. */
  firstScreen: FirstScreen;
}

import type { Ending } from '../findings/acceptance.ts';
import type { ConfiguredFields } from './configured-fields.ts';

/** How a container should look, as somebody approved it; the newest of its key holds. */
export interface Baseline {
  host: string;
  /** Stable name: `project/service`, swarm service, or the container's name. */
  key: string;
  /** The container that was looked at. */
  container: string;
  fields: ConfiguredFields;
  reason: string | null;
  by: string;
  /** ISO time. */
  madeAt: string;
  /** Null while it holds. */
  ended: Ending | null;
}

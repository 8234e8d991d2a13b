import type { Reading } from '../../shared/reading.ts';
import type { OfContainer } from './per-container.ts';

/** Limits that a container's control group has now; null for none. */
export interface LimitFacts {
  /** Its own or, where a group above it is tighter, that one's; unread where its groups count no memory. */
  memoryBytes: Reading<number | null>;
  /** Unread where the engine does not tell (Podman). */
  pids: Reading<number | null>;
}

/** Unread for a container that is not running. */
export type ContainerLimits = OfContainer<LimitFacts>;

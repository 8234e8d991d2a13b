import type { OfContainer } from './per-container.ts';

/** A command that somebody runs in a container now; what it is stays in the collector. */
export interface ExecSession {
  id: string;
  isPrivileged: boolean;
  /** As it was asked for; empty for the container's own user. */
  user: string;
  pid: number | null;
}

export type ContainerExecs = OfContainer<ExecSession[]>;

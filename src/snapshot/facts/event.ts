/** What an engine's event means to Seawall. */
export type EventKind =
  | 'created'
  | 'started'
  | 'ended'
  | 'gone'
  | 'renamed'
  | 'updated'
  | 'paused'
  | 'unpaused'
  | 'out-of-memory'
  | 'exec'
  | 'exec-ended';

/** An event by which it can be told later whether an engine still remembers all that followed. */
export interface EventName {
  /** Nanoseconds since 1970 by the engine's clock, beyond 2^53 and therefore a text of digits. */
  timeNano: string;
  /** Id of what it happened to. */
  id: string;
  /** Without what follows a colon. */
  action: string;
}

/** One event of an engine. Of the labels that it carries only those of a container's facts stay. */
export interface EngineEvent extends EventName {
  /** Null for what tells nothing of a container's life, and for what did not happen to a container. */
  kind: EventKind | null;
  name: string;
  image: string;
  composeProject: string | null;
  composeService: string | null;
  owner: string | null;
  /** The container has the name and the label of a probe of Seawall, which anyone can give. */
  isMarkedAsProbe: boolean;
  /** Of a container or a command that ended, where the engine tells it. */
  exitCode: number | null;
  /** Of an `exec` or its end, where the engine tells it. */
  execId: string | null;
  /** Hash of the command line of an `exec`, which itself is not kept; null for others. */
  commandHash: string | null;
}

/** The power of a command that was begun in a container. */
export interface BegunExec {
  /** As it was asked for; empty for the container's own user. */
  user: string;
  isPrivileged: boolean;
}

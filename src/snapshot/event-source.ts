import type { OutsideError } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import type { EngineEvent } from './facts/event.ts';

/** Events as they happen. */
export interface EventStream {
  /** Why it ended, whoever ended it. Never rejects. */
  readonly ended: Promise<OutsideError>;
  isOpen(): boolean;
  close(): void;
}

/** The events of one engine. Both calls reject with `OutsideError`. */
export interface EventSource {
  /**
   * Hears what happens to containers from the moment on in which this resolves. `onEvent` is called
   * from the socket's handler and must hand over and return.
   */
  follow(onEvent: (event: EngineEvent) => void): Promise<EventStream>;
  /** What the engine still remembers between two times in nanoseconds, of all kinds, in its order. */
  replay(fromNano: string, untilNano: string): Promise<EngineEvent[]>;
}

/** What watching a host needs of its engine, over connections apart from those of scans. */
export interface WatchDoor {
  readonly events: EventSource;
  /** Makes the calls of the watcher alone. */
  readonly reader: EngineReader;
  /** The hash that stands in `EngineEvent.commandHash`. */
  hash(text: string): string;
  /** Ends all connections. */
  close(): void;
}

/** Opens the door to a declared host; nothing is dialled before the first call. */
export type OpenWatchDoor = (host: string) => WatchDoor;

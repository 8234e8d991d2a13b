import type { Acceptance } from '../findings/acceptance.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { BlindInterval } from './past.ts';
import type { HostChanges } from './scan-store.ts';
import type { StoredContainer, StoredFinding } from './stored.ts';

// What alerts are made of. Times are epoch milliseconds.

/** That a finding of an open alert is accepted, or, with null, is not. */
export interface AlertAcceptance {
  key: string;
  at: number;
  accepted: { by: string; until: number } | null;
}

/** How far the news of a host were looked through. Where both of its times are one, that is when it began. */
export interface AlertCursor {
  findingsAt: number;
  /** Keys of the newest row of a container, of a change of the engine's defaults, and of an event. */
  containerRow: number;
  engineChange: number;
  event: number;
  blindAt: number;
}

/** When a cursor began, as every process sees it, until a look moves one of its times; null from then on. */
export const beganAt = ({ findingsAt, blindAt }: AlertCursor): number | null =>
  findingsAt === blindAt ? blindAt : null;

/** What a host's scans and its watcher brought since a cursor. */
export interface HostNews {
  host: string;
  cursor: AlertCursor;
  /** Null before the first good scan. */
  findings: HostChanges | null;
  /** Containers that are there for the first time, the oldest first. */
  appeared: StoredContainer[];
  /** Containers whose image is another than that of the one before under the same name and tag. */
  imageChanges: { container: StoredContainer; imageBefore: string }[];
  /** Security defaults of the engine, at each change. */
  defaults: { before: string[]; after: string[]; at: number }[];
  /** Commands that were begun in containers, with the containers as they are known. */
  execs: { container: StoredContainer; exec: BegunExec; at: number }[];
  /** Commands since the oldest open alert about one, as far as their containers are known. */
  tracedExecs: TracedExec[];
  /** Keys of open troubles of containers that no open finding stands behind. */
  loose: string[];
  /** Containers that were seen to go, and those that exist; none where nothing is new. */
  gone: StoredContainer[];
  existing: StoredContainer[];
  blind: BlindInterval[];
  /** Whether those findings are accepted that open alerts of the channel speak of. */
  acceptances: AlertAcceptance[];
  /** Those in force on the host; none where no container is new. */
  held: Acceptance[];
  /** Open findings whose acceptance ended, with when and by whom. */
  lapsed: { finding: StoredFinding; at: number; by: string | null }[];
}

/** A command that was begun in a container; `end` is null while it may still run. */
export interface TracedExec {
  container: StoredContainer;
  exec: BegunExec;
  at: number;
  end: { at: number; why: string } | null;
}

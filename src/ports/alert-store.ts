import type { Actor } from '../findings/acceptance.ts';
import type { Severity } from '../rules/rule.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { BlindInterval } from './past.ts';
import type { HostChanges } from './scan-store.ts';
import type { StoredContainer } from './stored-container.ts';

// What is kept of alerts. Times are epoch milliseconds.

export type AlertKind =
  | 'finding'
  | 'stronger-exec'
  | 'image-changed'
  | 'host-unreachable'
  | 'engine-defaults'
  | 'flood';

/** Something happened that may be worth a message. Its texts may hold hostile names. */
export interface AlertSignal {
  /** The same for the same trouble, so that it is told once and then counted. */
  key: string;
  kind: AlertKind;
  host: string;
  severity: Severity;
  /** One sentence without its full stop. */
  title: string;
  detail: string | null;
  /** Command lines that say more. */
  next: string[];
  at: number;
}

/** A trouble is over. */
export interface AlertEnd {
  key: string;
  at: number;
  why: string;
}

export interface StoredAlert extends AlertSignal {
  id: number;
  channel: string;
  firstAt: number;
  /** How often it came since then. */
  count: number;
  resolved: { at: number; why: string } | null;
  snoozed: { until: number; by: string } | null;
  /** For a flood: how many alerts it stands for, by severity, and a few of their titles. */
  flood: { bySeverity: Record<Severity, number>; titles: string[] } | null;
}

/** An alert whose channel does not know all of it yet. */
export interface OwedAlert extends StoredAlert {
  /** Lines that its thread has, or is to get. */
  replies: number;
  /** True once its message was handed over as it then was. */
  isTold: boolean;
}

/** How far the news of a host were looked through. */
export interface AlertCursor {
  findingsAt: number;
  /** Keys of the newest row of a container, of a change of the engine's defaults, and of an event. */
  containerRow: number;
  engineChange: number;
  event: number;
  blindAt: number;
}

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
  /** Containers that were seen to go, and those that exist; none where none went. */
  gone: StoredContainer[];
  existing: StoredContainer[];
  blind: BlindInterval[];
}

/** A command that was begun in a container; `end` is null while it may still run. */
export interface TracedExec {
  container: StoredContainer;
  exec: BegunExec;
  at: number;
  end: { at: number; why: string } | null;
}

/** Alerts of these kinds are over when they last came before a time: nothing ends them otherwise. */
export interface ToldAlerts {
  kinds: readonly AlertKind[];
  before: number;
  why: string;
}

export interface AlertLimits {
  /** Posts of alerts that a channel gets in an hour at most; changes of a message are none. */
  perHour: number;
}

/** Key of the trouble that a finding is: the same in every channel and as long as it keeps its name. */
export const findingKey = (host: string, fingerprint: string) => `finding:${host}:${fingerprint}`;

/** Key of the trouble that commands with more power than their container are; `key` is its `containerKey`. */
export const execKey = (host: string, key: string) => `exec:${host}:${key}`;

/** Key in the outbox of a message of an alert: `post`, `state` (its last form) or `again:1` and on. */
export const alertKey = (id: number, what: string): string => `alert:${id}:${what}`;

/** Every method rejects with `OutsideError` 'store-failed' when the database does. */
export interface AlertStore {
  /** Where a channel stands with a host; a new one begins now, without news of the past. */
  findCursor(channel: string, host: string, at: number): Promise<AlertCursor>;
  readNews(host: string, cursor: AlertCursor): Promise<HostNews>;
  /**
   * Counts, opens and ends alerts, decides which get a message, and moves the cursor, all of it in one
   * transaction. Nothing is done when another process moved the cursor meanwhile.
   */
  apply(
    place: { channel: string; host: string; from: AlertCursor; to: AlertCursor },
    news: { signals: readonly AlertSignal[]; ends: readonly AlertEnd[]; told: ToldAlerts },
    limits: AlertLimits,
    at: number,
  ): Promise<void>;
  /** Alerts of a channel whose message is older than they are, the oldest first. */
  listStale(channel: string): Promise<OwedAlert[]>;
  /** Their messages say what was read of them; one that changed meanwhile stays stale. */
  markShown(
    alerts: readonly Pick<StoredAlert, 'id' | 'count' | 'resolved' | 'snoozed'>[],
  ): Promise<void>;
  /** Null for one that is not known. */
  find(id: number): Promise<StoredAlert | null>;
  /**
   * Alerts of one trouble in all channels, in order. `messageId`: the alert whose message speaks of
   * it, which is another one in a flood; null when a snooze kept it quiet.
   */
  listAbout(key: string): Promise<
    (Pick<StoredAlert, 'channel' | 'firstAt' | 'resolved' | 'severity' | 'title'> & {
      messageId: number | null;
    })[]
  >;
  /** Keeps a trouble quiet until then, also when it comes again; null ends that. The audit says who. */
  snooze(
    id: number,
    until: number | null,
    by: { actor: Actor; at: number },
  ): Promise<StoredAlert | null>;
}

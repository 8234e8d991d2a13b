import type { DoneBy } from '../findings/acceptance.ts';
import type { Severity } from '../rules/rule.ts';
import type { AlertAcceptance, AlertCursor, HostNews } from './host-news.ts';
import type { OutboxMessage } from './outbox.ts';

// What is kept of alerts. Times are epoch milliseconds.

/** What an alert can be about. */
export const troubleKinds = [
  'finding',
  'stronger-exec',
  'image-changed',
  'host-unreachable',
  'engine-defaults',
] as const;
export type AlertKind = (typeof troubleKinds)[number] | 'flood';

/** Something happened that may be worth a message. Its texts may hold hostile names. */
export interface AlertSignal {
  /** The same for the same trouble, so that it is told once and then counted. */
  key: string;
  /** The same for all that one message speaks of: everything about one container. */
  group: string;
  kind: AlertKind;
  /** The same on every host for what has one cause there; null: it is told alone. */
  cause: string | null;
  host: string;
  severity: Severity;
  /** What the message is about, e.g. `proxy on web-1`; null where the title alone says it. */
  subject: string | null;
  /** One sentence without its full stop. */
  title: string;
  /** The title without its subject. */
  what: string;
  /** What it means. */
  detail: string | null;
  /** What to do about it, in one clause. */
  fix: string | null;
  /** Whose it is, as a label of the container tells. */
  owner: string | null;
  /** That it is accepted already: shown where a message speaks of it, and no news. */
  accepted: AlertPart['accepted'];
  /** Id of who brought it back by a decision; null where nobody did. */
  actor: string | null;
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

/** One trouble of those that an alert speaks of. */
export interface AlertPart
  extends Pick<
    AlertSignal,
    'key' | 'kind' | 'severity' | 'title' | 'what' | 'detail' | 'fix' | 'next'
  > {
  firstAt: number;
  lastAt: number;
  /** How often it came since then. */
  count: number;
  resolved: { at: number; why: string } | null;
  accepted: { by: string; until: number } | null;
  /** Whether a scan has the finding, so that it can be accepted. */
  isFound: boolean;
}

export interface StoredAlert {
  id: number;
  channel: string;
  /** The group of its parts; `flood` for the one that stands for many. */
  key: string;
  kind: AlertKind;
  host: string;
  /** Of the worst part that is left, else of the worst that was. */
  severity: Severity;
  title: string;
  firstAt: number;
  /** Since when the channel is owed its message, which may be long after it was first seen. */
  dueAt: number;
  at: number;
  owner: string | null;
  raisedBy: string | null;
  /** The worst and newest first; empty for a flood. */
  parts: AlertPart[];
  /** Every host on which the cause was seen, the first one first; null where it is one alone. */
  hosts: AlertHost[] | null;
  /** Once no part is left, on any host; of a flood, once no alert is left that has no message of its own. */
  resolved: { at: number; why: string } | null;
  snoozed: { until: number; by: string } | null;
  acknowledged: { at: number; by: string } | null;
  assigned: { to: string; by: string; at: number } | null;
  /** When a later alert of the same group began; `isQuiet`: its message comes when the snooze ends. */
  cameBack: { at: number; isQuiet: boolean } | null;
  /** Until when the snooze of an earlier message kept this one quiet. */
  quietUntil: number | null;
  flood: AlertFlood | null;
}

/** The alerts that have no message of their own, because the hour had no room for more. */
export interface AlertFlood {
  /** Those that are open, and a few titles, the worst first; where none is open, of those that were. */
  bySeverity: Record<Severity, number>;
  titles: string[];
  open: number;
  accepted: number;
  over: number;
  /** Since when it takes no more. */
  calmAt: number | null;
}

/** How it is on one of the hosts that a message speaks of. */
export interface AlertHost extends Pick<StoredAlert, 'host' | 'severity' | 'at' | 'resolved'> {
  isAccepted: boolean;
}

/** A line of a thread. */
export interface AlertLine {
  id: number;
  at: number;
  text: string;
  /** Id of the person who is mentioned in it. */
  mention: string | null;
}

/** An alert whose channel does not know all of it yet. */
export interface OwedAlert extends StoredAlert {
  version: number;
  /** Those that were not handed over yet. */
  lines: AlertLine[];
  /** True once its message was handed over as it then was. */
  isTold: boolean;
}

/** What a channel said of its alerts. */
export interface AlertSetting {
  channel: string;
  /** Least severity; that of before where they are off. */
  severity: Severity;
  /** What stands behind “on” for the only hosts that are told of; null: every host of the channel. */
  host: string | null;
  isOff: boolean;
}

export interface StoredAlertSetting extends AlertSetting {
  changedBy: string;
  changedAt: number;
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
  /** Since when the channel is told of the host: with what began before nobody is late. */
  since?: number | null;
}

/** Key of the trouble that a finding is: the same in every channel and as long as it keeps its name. */
export const findingKey = (host: string, fingerprint: string) => `finding:${host}:${fingerprint}`;

/** Group of everything about one container, by its stable name. */
export const containerGroup = (host: string, name: string) => `container:${host}:${name}`;

/** Key of the trouble that commands with more power than their container are; `key` is its `containerKey`. */
export const execKey = (host: string, key: string) => `exec:${host}:${key}`;

/** Key in the outbox of a message of an alert: `post`, `state` (its last form) or `line:1` and on. */
export const alertKey = (id: number, what: string): string => `alert:${id}:${what}`;

/** How far the news of a host had been looked through, and how far they are now. */
export interface CursorMove {
  host: string;
  from: AlertCursor;
  to: AlertCursor;
}

export interface AlertStore {
  /** Where a channel stands with hosts, by name and in their order; a new one begins now, without news of the past. */
  findCursors(
    channel: string,
    hosts: readonly string[],
    at: number,
  ): Promise<ReadonlyMap<string, AlertCursor>>;
  /**
   * The news of hosts since these cursors, in their order and as they were at one moment. Of at least one of them: where much is
   * new, of as many as fit into memory.
   */
  readNews(
    channel: string,
    cursors: ReadonlyMap<string, AlertCursor>,
    at: number,
  ): Promise<readonly HostNews[]>;
  /**
   * Moves the cursors of those of the hosts whose news change no alert of the channel, in one transaction, where no other process
   * moved them meanwhile. The names of the others, of which nothing is done: `apply` is for them.
   */
  pass(
    channel: string,
    looks: readonly (CursorMove & { news: AlertNews })[],
    limits: AlertLimits,
    at: number,
  ): Promise<ReadonlySet<string>>;
  /**
   * Counts, opens and ends alerts, decides which get a message, and moves the cursor, all of it in one
   * transaction. Nothing is done when another process moved the cursor meanwhile.
   */
  apply(
    place: CursorMove & { channel: string },
    news: AlertNews,
    limits: AlertLimits,
    at: number,
  ): Promise<void>;
  /** Alerts of a channel whose message is older than they are, the oldest first. */
  listStale(channel: string): Promise<OwedAlert[]>;
  /**
   * Puts the messages of an alert into the outbox and notes that they say how it is, in one transaction. False, and nothing
   * is done, when it changed meanwhile, or another process was first: what these messages say may be old by now.
   */
  show(
    alert: Pick<OwedAlert, 'id' | 'channel' | 'version' | 'lines'>,
    messages: readonly OutboxMessage[],
    at: number,
  ): Promise<boolean>;
  /** Null for one that is not known. */
  find(id: number): Promise<StoredAlert | null>;
  /**
   * Alerts of troubles in all channels, in order, by the key of each that has any. `messageId`: the alert whose message speaks of
   * it, which is another one in a flood; null when a snooze kept it quiet.
   */
  listAbout(keys: readonly string[]): Promise<ReadonlyMap<string, AlertAbout[]>>;
  /** What tells whether a look is needed, and at which hosts. */
  stamps(at: number): Promise<AlertStamps>;
  /** Hosts of the open alerts of a channel. */
  listOpenHosts(channel: string): Promise<string[]>;
  /** What channels said of their alerts. */
  listSettings(): Promise<StoredAlertSetting[]>;
  /** Says what a channel is told from now on; `before` is what held, for the audit. */
  setSetting(setting: AlertSetting, by: DoneBy & { before: object | null }): Promise<void>;
  // What people do to an alert. Null for one that is not known; the audit says who.
  /** Keeps a trouble quiet until then, also when it comes again; null ends that. */
  snooze(id: number, until: number | null, by: DoneBy): Promise<StoredAlert | null>;
  /** That somebody has seen it, or, with false, that nobody has. */
  acknowledge(id: number, isSeen: boolean, by: DoneBy): Promise<StoredAlert | null>;
  /** Owes the open alert of a message in Slack that message anew, with buttons that work; false where it has none. */
  redraw(message: { channel: string; ts: string }): Promise<boolean>;
  /** Gives it to a person of Slack, who is told unless they did it; null takes it away. */
  assign(id: number, to: string | null, by: DoneBy): Promise<StoredAlert | null>;
}

/** What differs from earlier stamps calls for a look; what comes by time alone does not show in them. */
export interface AlertStamps {
  /** By the name of a host: its scans, events, security defaults and acceptances. */
  hosts: ReadonlyMap<string, string>;
  /** Hosts that cannot be read or heard now: how long that lasts is news in itself. */
  away: ReadonlySet<string>;
  /** What channels are told, and what is snoozed. */
  everywhere: string;
  /** True while a message is older than its alert. */
  isOwed: boolean;
}

/** What a look makes of news. */
export interface AlertNews {
  signals: readonly AlertSignal[];
  /** How troubles are now that are no news: a message that speaks of one shows it, and none begins. */
  updates: readonly AlertSignal[];
  ends: readonly AlertEnd[];
  acceptances: readonly AlertAcceptance[];
  told: ToldAlerts;
}

/** An alert about one trouble. */
export interface AlertAbout
  extends Pick<
    StoredAlert,
    'channel' | 'firstAt' | 'resolved' | 'acknowledged' | 'assigned' | 'severity' | 'title'
  > {
  messageId: number | null;
}

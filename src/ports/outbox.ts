import type { Held, Lease } from './lease.ts';

/** What is owed to Slack. A message is a row until Slack took it, whatever happens in between. */

export type OutboxAction =
  /** A new message: in the channel, in the thread of an earlier row (its key), or in a thread that is there already. */
  | {
      kind: 'post';
      threadOf?: string | undefined;
      threadTs?: string | undefined;
      /** True for a message of a thread that the channel is to see as well. */
      isBroadcast?: boolean | undefined;
      /** Timestamp of a message of ours that it takes the place of; posted anew when that is gone. */
      replaces?: string | undefined;
    }
  /** Replaces the message that the row with this key posted. */
  | { kind: 'update'; of: string };

export interface OutboxMessage {
  /**
   * Unique for all time, e.g. `digest:C0123:2026-11-24:parent`; known for a month after it was sent. A `post` whose key is known adds
   * nothing; an `update` whose key is known takes the place of what it said before.
   */
  key: string;
  channel: string;
  action: OutboxAction;
  what: 'digest' | 'alert' | 'answer' | 'notice';
  /** What the chat edge sends, as JSON; opaque to the core and to the store. */
  payload: unknown;
  /** Epoch milliseconds at which it was due: one that arrives much later says how late it is. */
  dueAt: number;
}

/** No channel waits for longer; one that would was told so by a clock that was ahead. */
export const POSTPONED_MAX_MS = 10 * 60_000;

export interface Outbox {
  /** Stores all of them in one transaction and starts sending. Rejects with `OutsideError`. */
  put(messages: readonly OutboxMessage[]): Promise<void>;
}

/** A row whose turn it is, leased to one sender. Times are epoch milliseconds. */
export interface OwedMessage extends OutboxMessage {
  id: number;
  /** The lease of its channel. */
  held: Held;
  /** Counts what an update was made to say; one that changed meanwhile is sent again. */
  revision: number;
  putAt: number;
  /** Tries so far, this one included. */
  attempts: number;
  /** The first try of which nobody knows whether Slack took it; null when there is none. */
  unsureSince: number | null;
  /** What last kept it from being sent; null when nothing did. */
  lastError: string | null;
  /** Messages that were ever put for its channel. */
  channelPuts: number;
  /** The row whose message it changes, or whose thread it belongs to; null when it needs none. */
  target: OutboxTarget | null;
}

export interface OutboxTarget extends Pick<OwedMessage, 'dueAt' | 'putAt' | 'lastError'> {
  /** Null when it was never sent. */
  ts: string | null;
}

export interface OutboxState {
  key: string;
  state: 'pending' | 'sent' | 'dead';
  ts: string | null;
  lastError: string | null;
}

export interface OutboxBacklog {
  pending: number;
  /** When the oldest of them was due; null when there is none. */
  oldestDueAt: number | null;
  /** Channels that refuse messages, with Slack's reason. */
  deadChannels: { channel: string; since: number; reason: string }[];
}

/**
 * The rows behind an outbox, safe for several processes on one database: at most one sender holds a
 * channel. Within a channel the order is that of the rows.
 */
export interface OutboxStore {
  /**
   * Stores all or none. Throws when a message leans on a key that is not there: a bug. For answers alone, which
   * somebody waits for, a database that others hold is waited for no longer than some seconds.
   */
  put(messages: readonly OutboxMessage[], at: number): Promise<void>;
  /**
   * Leases a channel that may be sent to and gives its first row; null when there is none. Rows with an id of
   * `setAside`, and those that lean on one, let others go first.
   */
  claim(lease: Lease, at: number, setAside?: readonly number[]): Promise<OwedMessage | null>;
  /** Holds the lease as long again from now on. */
  renew(owed: OwedMessage): Promise<void>;
  /** Slack took it. Ends the lease; true when the channel had been dead until now. */
  markSent(owed: OwedMessage, ts: string): Promise<boolean>;
  /** Not taken yet: the channel waits until then, at most `POSTPONED_MAX_MS`. `isUnsure`: it may have been taken after all. */
  postpone(
    owed: OwedMessage,
    wait: { until: number; reason: string; isUnsure: boolean },
  ): Promise<void>;
  /** Not taken yet, and it may have been taken after all; the channel goes on, and whoever claims may pass the row over. */
  setAside(owed: OwedMessage, reason: string): Promise<void>;
  /**
   * Slack refuses this row for good; the channel goes on with the next. The notice is put with it, unless
   * the row says something else by now, which gets tries of its own.
   */
  markDead(
    owed: OwedMessage,
    refusal: { reason: string; at: number; notice: OutboxMessage | null },
  ): Promise<void>;
  /**
   * Slack refuses every message to the channel: all of its rows are dead. `news` when that is about
   * more than answers, and once only until the channel works again; then the notice is put. `again`
   * when a message was put since the claim: it deserves a try of its own, so nothing is dead yet.
   */
  markChannelDead(
    owed: OwedMessage,
    refusal: { reason: string; at: number; notice: OutboxMessage | null },
  ): Promise<'dead' | 'news' | 'again'>;
  /** Writes to every row that waits what keeps it from being sent. */
  holdAll(reason: string): Promise<void>;
  /** Makes rows dead that no try was made of; false when one of them may have been taken. */
  withdraw(keys: readonly string[], reason: string): Promise<boolean>;
  /** Gives the rows of dead channels another try, at most once a day and for a week, those of an alert as long as it is open. */
  reviveDeadChannels(at: number): Promise<void>;
  statesOf(keys: readonly string[]): Promise<OutboxState[]>;
  backlog(): Promise<OutboxBacklog>;
}

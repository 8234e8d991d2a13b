/** What is owed to Slack. A message is a row until Slack took it, whatever happens in between. */

export type OutboxAction =
  /** A new message: in the channel, in the thread of an earlier row (its key), or in a thread that is there already. */
  | { kind: 'post'; threadOf?: string | undefined; threadTs?: string | undefined }
  /** Replaces the message that the row with this key posted. */
  | { kind: 'update'; of: string };

export interface OutboxMessage {
  /**
   * Unique for all time, e.g. `digest:C0123:2026-11-24:parent`. A `post` whose key is known adds
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

export interface Outbox {
  /** Stores all of them in one transaction and starts sending. Rejects with `OutsideError`. */
  put(messages: readonly OutboxMessage[]): Promise<void>;
}

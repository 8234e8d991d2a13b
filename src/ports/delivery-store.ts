import type { Held, Lease } from './lease.ts';

/** What Slack delivered, in the one shape for commands, events and clicks. */
export interface Delivery {
  /** The same for a delivery that comes again. */
  key: string;
  /** As Slack sent it; null for what no other process could answer. Dropped once it is answered. */
  body: unknown;
  /** Whoever asked can be answered for so long, in milliseconds. */
  answerWithinMs: number;
}

/** One taking of a delivery, by whoever answers it. */
export interface TakenDelivery {
  key: string;
  held: Held;
}

/** A delivery whose process says nothing any more, and that was taken over. */
export interface LeftDelivery extends TakenDelivery {
  body: unknown;
  /** When it came first, in epoch milliseconds of the process that it came to. */
  seenAt: number;
  /** Processes that began with it, this one included. */
  tries: number;
  /** Timestamp of the message that showed how far the work was; null when there was none. */
  progressTs: string | null;
}

/** Deliveries, safe for several processes on one database, whose clock says what is over. */
export interface DeliveryStore {
  /**
   * Claims a delivery that came at `at`, in epoch milliseconds: for the first within a day, whichever process
   * that is; null for all others.
   */
  claim(delivery: Delivery, lease: Lease, at: number): Promise<Held | null>;
  /** Holds deliveries longer; gives those that are still held. */
  renew(deliveries: readonly TakenDelivery[]): Promise<TakenDelivery[]>;
  /** Keeps which message shows how far the work is, for whoever takes over. */
  keepProgress(delivery: TakenDelivery, ts: string): Promise<void>;
  /** It is answered. What it said is dropped. */
  finish(delivery: TakenDelivery): Promise<void>;
  /**
   * Takes over the oldest delivery whose lease ran out; null when there is none. Those that nobody could be
   * told the answer of any more are dropped. `own`: what the caller is answering, and may be late with.
   */
  takeOver(lease: Lease, own: readonly TakenDelivery[]): Promise<LeftDelivery | null>;
}

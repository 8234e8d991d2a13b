/** What Slack delivered, in the one shape for commands, events and clicks. Times are epoch milliseconds. */
export interface Delivery {
  /** The same for a delivery that comes again. */
  key: string;
  /** As Slack sent it; null for what no other process could answer. Dropped once it is answered. */
  body: unknown;
}

/** Who answers, and for how long that is believed without a word. */
export interface DeliveryLease {
  owner: string;
  at: number;
  leaseMs: number;
}

/** A delivery whose process says nothing any more. */
export interface LeftDelivery extends Delivery {
  /** When it came first. */
  seenAt: number;
  /** Processes that began with it, this one included. */
  tries: number;
  /** Timestamp of the message that showed how far the work was; null when there was none. */
  progressTs: string | null;
}

/** Deliveries, safe for several processes on one database. All of it rejects with `OutsideError`. */
export interface DeliveryStore {
  /** Claims a delivery; true for the first within a day, whichever process that is. */
  claim(delivery: Delivery, lease: DeliveryLease): Promise<boolean>;
  /** Holds deliveries longer; gives the keys of those that are still this owner's. */
  hold(keys: readonly string[], lease: DeliveryLease): Promise<string[]>;
  /** Keeps which message shows how far the work is, for whoever takes over. */
  keepProgress(key: string, ts: string): Promise<void>;
  /** It is answered, if it is still this owner's. What it said is dropped. */
  finish(key: string, owner: string): Promise<void>;
  /**
   * Takes over the oldest delivery whose lease ran out; null when there is none. Those that came at
   * `seenAfter` or before are dropped: nobody could be answered any more.
   */
  takeOver(lease: DeliveryLease, seenAfter: number): Promise<LeftDelivery | null>;
}

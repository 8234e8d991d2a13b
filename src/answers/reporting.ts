/** Whether a channel was told of a finding, and when. */
export interface Reporting {
  channel: string;
  /** The first digest that spoke of it; null when none did, `reason` then says why. */
  digest: {
    day: string;
    /** ISO time at which it was composed. */
    at: string;
    /** True for the first digest of the channel, which counts what there is and names the worst. */
    isFirst: boolean;
    delivery: Delivery;
    /** What keeps or kept the message from being sent; null when nothing did. */
    trouble: string | null;
  } | null;
  reason: string | null;
}

/** An alert that a channel got about a finding. */
export interface AlertReport {
  channel: string;
  /** ISO time at which it was raised. */
  at: string;
  /** `silent`: a snooze kept it quiet. */
  delivery: Delivery | 'silent';
  trouble: string | null;
}

/** `unknown`: its message is not in the outbox. */
export type Delivery = 'sent' | 'pending' | 'dead' | 'unknown';

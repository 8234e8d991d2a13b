export interface Place {
  channel: string;
  /** Timestamp of the thread's first message. */
  threadTs?: string | undefined;
}

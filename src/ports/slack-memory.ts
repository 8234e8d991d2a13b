/** Slack took the app's rights away. */
export interface SlackLoss {
  /** ISO time. */
  at: string;
  reason: string;
}

/** What is remembered of the Slack workspace itself. */
export interface SlackMemory {
  /** Null while nothing is known to be wrong. */
  findLoss(): Promise<SlackLoss | null>;
  /** The bot was removed: deletes what only made sense in that workspace. Findings stay. */
  rememberLoss(loss: { at: number; reason: string }): Promise<void>;
  /** The bot token works (again). */
  forgetLoss(): Promise<void>;
  /**
   * Claims the introduction of a channel: false when there was one within a month. A unique key in
   * the database, so that replicas agree.
   */
  claimIntroduction(channel: string, at: number): Promise<boolean>;
  /** Gives a claim back, when the message could not be posted. */
  releaseIntroduction(channel: string): Promise<void>;
}

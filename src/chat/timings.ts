/** How long Slack is waited for, and when it is asked again. Milliseconds. */
export interface ChatTimings {
  /** Of one Web API call; the library would wait for ever. */
  callTimeoutMs: number;
  /** Before the second try of a call; it doubles from then on. */
  backoffMs: number;
  /** Of one post to a response_url. */
  responseTimeoutMs: number;
  /** Longest that a question waits for the members of a user group. */
  groupWaitMs: number;
}

export const chatTimings: ChatTimings = {
  callTimeoutMs: 10_000,
  backoffMs: 1_000,
  responseTimeoutMs: 10_000,
  groupWaitMs: 5_000,
};

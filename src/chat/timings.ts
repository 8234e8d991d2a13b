/** How long Slack is waited for, and when it is asked again. Milliseconds. */
export interface ChatTimings {
  /** Of one Web API call; the library would wait for ever. */
  callTimeoutMs: number;
  /** Before the second try of a call; it doubles from then on. */
  backoffMs: number;
  /** Of one post to a response_url. */
  responseTimeoutMs: number;
  /** A question that is answered sooner shows no status. */
  statusAfterMs: number;
  /** Longest that a question waits for the members of a user group. */
  groupWaitMs: number;
  /** After a try of which nobody knows whether Slack took it: what it takes late shows by then. */
  doubtWaitMs: number;
  /** Of one wait of a message in the outbox, however often Slack failed. */
  backoffMaxMs: number;
  /** Cron pattern, from its seconds on: looks for what other processes did or left behind. */
  look: string;
  /** A sender that says nothing for so long is taken for dead; more than any call takes. */
  outboxLeaseMs: number;
  /** A process that answers and says nothing for so long is taken for dead; another answers then. */
  deliveryLeaseMs: number;
  /** Before another try when Slack refuses the token. */
  tokenPauseMs: number;
  /** Tries of a message that Slack refuses with a word nobody knows go on for so long. */
  unknownRefusalMs: number;
  /** After so long of it the operators are told. */
  unknownToldMs: number;
  /** At the end of the program, for an answer that Slack has not taken yet. */
  closeWaitMs: number;
  /** A message that is this late says so. */
  lateAfterMs: number;
}

export const chatTimings: ChatTimings = {
  callTimeoutMs: 10_000,
  backoffMs: 1_000,
  responseTimeoutMs: 10_000,
  statusAfterMs: 800,
  groupWaitMs: 5_000,
  doubtWaitMs: 3_000,
  backoffMaxMs: 60_000,
  look: '*/3 * * * * *',
  outboxLeaseMs: 30_000,
  deliveryLeaseMs: 30_000,
  tokenPauseMs: 60_000,
  unknownRefusalMs: 6 * 60 * 60_000,
  unknownToldMs: 15 * 60_000,
  closeWaitMs: 10_000,
  lateAfterMs: 5 * 60_000,
};

/**
 * What is noted beside an answer is waited for no longer: another program may hold the database for minutes, and whoever
 * only asks can be answered without.
 */
export const NOTED_WITHIN_MS = 3_000;

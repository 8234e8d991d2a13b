/** How long Slack is waited for, and when it is asked again. Milliseconds. */
export const chatTimings = {
  /** Of one Web API call; the library would wait for ever. */
  callTimeoutMs: 10_000,
  /** Before the second try of a call; it doubles from then on. */
  backoffMs: 1_000,
  /** Of one post to a response_url. */
  responseTimeoutMs: 10_000,
  /** A question that is answered sooner shows no status. */
  statusAfterMs: 800,
  /** Longest that a question waits for the members of a user group. */
  groupWaitMs: 5_000,
  /** After a try of which nobody knows whether Slack took it: what it takes late shows by then. */
  doubtWaitMs: 3_000,
  /** Of one wait of a message in the outbox, however often Slack failed. */
  backoffMaxMs: 60_000,
  /** Cron pattern, from its seconds on: looks for what other processes did or left behind. */
  look: '*/3 * * * * *',
  /** A sender that says nothing for so long is taken for dead; more than any call takes. */
  outboxLeaseMs: 30_000,
  /** A process that answers and says nothing for so long is taken for dead; another answers then. */
  deliveryLeaseMs: 30_000,
  /** Before another try when Slack refuses the token. */
  tokenPauseMs: 60_000,
  /** Tries of a message that Slack refuses with a word nobody knows go on for so long. */
  unknownRefusalMs: 6 * 60 * 60_000,
  /** After so long of it the operators are told. */
  unknownToldMs: 15 * 60_000,
  /** At the end of the program, for an answer that Slack has not taken yet. */
  closeWaitMs: 10_000,
  /** A message that is this late says so. */
  lateAfterMs: 5 * 60_000,
};

export type ChatTimings = typeof chatTimings;

/**
 * What is noted beside an answer is waited for no longer: another program may hold the database for minutes, and whoever
 * only asks can be answered without.
 */
export const NOTED_WITHIN_MS = 3_000;

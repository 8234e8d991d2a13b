/**
 * For a queue in which nothing may go wrong. One thing is no fault of it: a PostgreSQL that stands still with its machine
 * misses the beat of who listens, who then connects anew.
 */
export function throwUnlessSilent(error: Error): void {
  if (!error.message.includes('LISTEN/NOTIFY heartbeat timed out')) throw error;
}

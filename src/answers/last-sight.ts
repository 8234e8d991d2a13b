/** What is known of the end of a container that is gone. */
export interface LastSight {
  /** ISO time at which its process last ended; null when nobody saw that. */
  endedAt: string | null;
  /** Null when nobody saw it. */
  exitCode: number | null;
  /** ISO time of the last scan that judged it; null when none did, so that its findings are unknown. */
  judgedAt: string | null;
}

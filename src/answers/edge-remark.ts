/** Something that people should know of hosts that dial out. */
export type EdgeRemark =
  /** They say to be one engine: machines that were copied from each other. */
  | { kind: 'clones'; hosts: string[]; engineId: string }
  /** Somebody else showed a key of the host; `what` is a clause, `at` an ISO time. */
  | { kind: 'copy'; host: string; at: string; address: string; what: string }
  /** Its edge has not come yet; `until` as ISO time, null when its one-time key has expired. */
  | { kind: 'waiting'; host: string; until: string | null };

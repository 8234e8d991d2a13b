/** The user a container or an image declares, as a number where that is known. */
export interface UserFact {
  /** As written in the configuration; empty when nothing is declared. */
  declared: string;
  /** Numeric user id; null when a name could not be resolved, `reason` then says why. */
  uid: number | null;
  reason: string | null;
}

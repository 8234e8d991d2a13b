/** What a store is asked about these hosts alone. */
export interface OfHosts {
  hosts: readonly string[];
}

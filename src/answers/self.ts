import type { OwnProbes } from '../ports/watch-store.ts';

/** What of a host's containers is Seawall itself. */
export interface Self {
  /** That of the program that answers, in the list like any other; null when there is none. */
  container: { host: string; name: string; id: string } | null;
  /** Its probes, which stand in no list; hosts on which none was seen are left out. */
  probes: OwnProbes[];
}

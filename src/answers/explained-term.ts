import type { StoredFinding } from '../ports/stored-finding.ts';

/** A term with where it applies here. */
export interface ExplainedTerm {
  id: string;
  name: string;
  text: string;
  source: string;
  /** Containers that it is about; null when it is about none, or when nothing was scanned yet. */
  containers: {
    /** What the list is headed by, e.g. `Sharing the host’s`. */
    label: string;
    found: { host: string; name: string }[];
    /** Those for which it could not be judged. */
    unsure: { host: string; name: string }[];
    total: number;
  } | null;
  facts: { host: string; fact: string }[];
  /** Rules that judge it, without those that are explained in full. */
  related: { id: string; title: string; open: StoredFinding[]; unknown: number }[];
}

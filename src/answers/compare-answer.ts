import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Severity } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** What differs between two hosts. */
export interface CompareAnswer extends AnswerBase {
  kind: 'compare';
  /** The two hosts, in the order they were named. */
  hosts: HostState[];
  /** False when one of them was never read: then nothing is known of differences. */
  isComparable: boolean;
  /** Facts and judgements of the two engines that differ; null for unknown. */
  engine: { fact: string; values: (string | null)[] }[];
  /** Open on one host and not on the other, except findings of the engine. */
  findings: {
    finding: StoredFinding;
    /** On the other host: judged and fine, not judged, or the container is not there at all. */
    other: 'absent' | 'unknown' | 'no-container';
  }[];
  /** Open on both, with another severity. */
  severities: { rule: string; subject: string; values: Severity[] }[];
  /** Containers (by service, else by name) that exist on one host alone. */
  containers: { host: string; name: string }[];
}

import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Severity } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** An open finding with the severity that it had before. */
export interface SeverityChange {
  was: Severity;
  finding: StoredFinding;
}

export interface DiffAnswer extends AnswerBase {
  kind: 'diff';
  /** ISO time that was asked about. */
  since: string;
  hosts: HostState[];
  /** What stood against what, host by host; hosts without a good scan are left out. */
  compared: Omit<HostChanges, 'changes' | 'passing'>[];
  new: StoredFinding[];
  worse: SeverityChange[];
  /** Still open, less severe than before. */
  milder: SeverityChange[];
  /** Fixed, or gone with their subject. */
  fixed: StoredFinding[];
  /** Opened and closed again in between. */
  passing: StoredFinding[];
  /** Containers that are now no longer as approved, or as Compose made them. */
  drifted: DriftedContainer[];
}

/** A container that no longer is as it was approved, or as Compose made it. */
export interface DriftedContainer {
  host: string;
  name: string;
  /** Fields that differ. */
  fields: string[];
}

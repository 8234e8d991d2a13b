import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Glimpse } from '../ports/watch-store.ts';
import type { Severity } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { ShortLivedContainer } from './container-past.ts';
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
  /** Open and no longer accepted since then, though nothing else changed. */
  lapsed: StoredFinding[];
  /** New or worse, and accepted already. */
  newAccepted: StoredFinding[];
  /** Still open, less severe than before. */
  milder: SeverityChange[];
  /** Fixed, or gone with their subject. */
  fixed: StoredFinding[];
  /** Opened and closed again in between. */
  passing: StoredFinding[];
  /** Containers that came and went since then, as far as a scan or the watcher knows. */
  shortLived: ShortLivedContainer[];
  /** Containers since then whose configuration nobody could read. */
  glimpses: Glimpse[];
  /** Containers that the watcher heard being made since then, and that are there. */
  came: { host: string; name: string }[];
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

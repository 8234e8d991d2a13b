import type { Severity } from '../rules/rule.ts';
import type { AcceptedFinding } from './accepted-finding.ts';
import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** What one person sees on the Home tab. */
export interface HomeAnswer extends AnswerBase {
  kind: 'home';
  hosts: {
    host: HostState;
    /** Score a week ago by the scans of then; null when there was none. */
    scoreBefore: number | null;
    /** Open findings without the accepted ones; null when it was never scanned. */
    open: Record<Severity, number> | null;
  }[];
  /** Acceptances that ended by themselves: someone has to decide again. */
  lapsed: AcceptedFinding[];
  /** Acceptances that end soon. */
  expiring: AcceptedFinding[];
  /** How the app is set up; null for those who may not approve. */
  settings: { what: string; value: string }[] | null;
  /** What this person may run. */
  lines: string[];
}

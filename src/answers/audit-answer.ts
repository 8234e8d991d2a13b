import type { StoredAuditEntry } from '../ports/audit-log.ts';
import type { AnswerBase } from './answer-base.ts';

/** A page of the audit, the newest first. */
export interface AuditAnswer extends AnswerBase {
  kind: 'audit';
  /** Null for every verb. */
  verb: string | null;
  isRefusedOnly: boolean;
  /** ISO time that was asked about; null for all there is. */
  since: string | null;
  /** The channel, when only what was asked there is shown. */
  place: string | null;
  entries: StoredAuditEntry[];
  /** Older ones that fit as well. */
  more: number;
}

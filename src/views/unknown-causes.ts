import { withoutReplicas } from '../findings/replica-reason.ts';
import type { UndecidedCount } from '../ports/scan-store.ts';
import { clamp, counted } from '../shared/text.ts';

/** A judgement that could not be made. */
export interface Missing {
  rule: string;
  subject: string | null;
  reason: string;
}

/** Missing judgements that have one cause. */
export interface CauseGroup {
  cause: string;
  missing: Missing[];
}

const CAUSES_SAID = 2;
const CAUSE_LENGTH = 90;

/** Ids, and what a level would read, differ from subject to subject; what matters is the same. */
const withoutIds = (reason: string) =>
  reason.replace(/(sha256:)?[0-9a-f]{64}/g, '…').replace(/, which reads .*/s, '');

/** Names of controls or sections that a reason is about, such as `cap-ambient, seccomp and 1 more: `. */
const SUBJECTS = /^[a-z][A-Za-z-]*(, [a-z][A-Za-z-]*)*( and (\d+ more|[a-z][A-Za-z-]*))?: /;
/** What follows the first clause; that something is not verified, and what it needs, belongs to it. */
const REST = /( \((?!needs )|; (?!not verified)).*$/s;

/** The first clause of it: what was to be read, and what a person could do, differ too. */
const clauseOf = (reason: string) =>
  withoutReplicas(withoutIds(reason)).replace(SUBJECTS, '').replace(REST, '');

/** However a reason says that a level would tell it. */
const LEVEL = /needs evidence(?: level|:) ([a-z]+)/;

/** The same in as few words as a line has room for: the evidence level that would tell it, else what is missing. */
export function shortCause(reason: string): string {
  const level = LEVEL.exec(reason)?.[1];
  if (level !== undefined) return `needs evidence: ${level}`;
  const cause = clauseOf(reason).replace(/^configured; not verified: |: \/seawall attest .*/gs, '');
  return clamp(cause, CAUSE_LENGTH);
}

/** Missing judgements by reason, the most frequent first. */
export const groupByReason = (undecided: readonly Missing[]): CauseGroup[] =>
  grouped(undecided, withoutIds);

/** The same by the cause that reasons have in common. */
export const groupByCause = (undecided: readonly Missing[]): CauseGroup[] =>
  grouped(undecided, clauseOf);

function grouped(undecided: readonly Missing[], causeOf: (reason: string) => string): CauseGroup[] {
  const groups = Map.groupBy(undecided, ({ reason }) => causeOf(reason));
  return [...groups]
    .map(([cause, missing]) => ({ cause, missing }))
    .sort((a, b) => b.missing.length - a.missing.length);
}

/** `110 unknown: 80 × needs evidence: kernel; 20 × timeout; 10 for 3 other reasons`; empty for none. */
export const unknownText = (reasons: readonly UndecidedCount[]): string =>
  reasons.length === 0 ? '' : `${sumOf(reasons)} unknown: ${causesText(reasons)}`;

/** The cause that reasons have in common, or how many of them have which; in few words, and empty for none. */
export function causesOf(reasons: readonly string[]): string {
  const [cause = '', ...others] = new Set(reasons.map(shortCause));
  return others.length === 0 ? cause : causesText(reasons.map((reason) => ({ reason, count: 1 })));
}

/** `80 × needs evidence: kernel; 20 × timeout; 10 for 3 other reasons`, the most frequent first. */
function causesText(reasons: readonly UndecidedCount[]): string {
  const causes = Map.groupBy(reasons, ({ reason }) => shortCause(reason));
  const counts = [...causes]
    .map(([cause, alike]) => ({ cause, count: sumOf(alike) }))
    .sort((a, b) => b.count - a.count);
  const said = counts.slice(0, CAUSES_SAID).map(({ cause, count }) => `${count} × ${cause}`);
  const others = counts.slice(CAUSES_SAID);
  if (others.length > 0)
    said.push(`${sumOf(others)} for ${counted(others.length, 'other reason')}`);
  return said.join('; ');
}

/** How many judgements these are in all. */
export const sumOf = (counts: readonly { count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);

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
  reason
    .replace(/(sha256:)?[0-9a-f]{64}/g, '…')
    .replace(/, which reads .*/s, '')
    .replaceAll('`', '');

/** The first clause of it: what was to be read, and what a person could do, differ too. */
const clauseOf = (reason: string) =>
  withoutIds(reason)
    .replace(/^[a-z][A-Za-z]*: /, '')
    .replace(/( \(|; ).*$/s, '');

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

/** `110 unknown: 80 needs evidence level kernel; 20 timeout; 10 for 3 other reasons`; empty for none. */
export function unknownText(undecided: readonly Missing[]): string {
  if (undecided.length === 0) return '';
  const groups = groupByCause(undecided);
  const said = groups
    .slice(0, CAUSES_SAID)
    .map(({ cause, missing }) => `${missing.length} × ${clamp(cause, CAUSE_LENGTH)}`);
  const others = groups.slice(CAUSES_SAID);
  const count = others.reduce((sum, { missing }) => sum + missing.length, 0);
  if (count > 0) said.push(`${count} for ${counted(others.length, 'other reason')}`);
  return `${undecided.length} unknown: ${said.join('; ')}`;
}

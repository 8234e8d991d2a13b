import type { Undecided } from '../findings/result.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { Rule, Severity } from '../rules/rule.ts';

type Judged = Pick<Rule, 'id' | 'severity' | 'subject' | 'isOfDocker'>;

/**
 * Severities of the judgements that nobody could make because what they are about was not read: a
 * whole section, or all of one subject. What was read and does not decide is left out.
 */
export function unreadSeverities(
  {
    undecided,
    unreadSections,
  }: { undecided: readonly Undecided[]; unreadSections: readonly UnreadSection[] },
  rules: readonly Judged[],
): Severity[] {
  const severityOf = new Map(rules.map(({ id, severity }) => [id, severity]));
  const reasons = new Set(
    unreadSections.flatMap(({ section, reason }) => [reason, `${section}: ${reason}`]),
  );
  const open = new Set(undecided.map(({ rule, subjectKey }) => keyOf(rule, subjectKey)));
  const isSubjectUnread = ({ subjectKind, subjectKey }: Undecided) =>
    rules
      .filter(({ subject, isOfDocker }) => subject === subjectKind && !isOfDocker)
      .every(({ id }) => open.has(keyOf(id, subjectKey)) || open.has(keyOf(id, null)));
  return undecided
    .filter((one) => (one.subjectKey === null ? reasons.has(one.reason) : isSubjectUnread(one)))
    .flatMap(({ rule }) => severityOf.get(rule) ?? []);
}

const keyOf = (rule: string, subject: string | null) => JSON.stringify([rule, subject]);

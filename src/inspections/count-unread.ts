import type { AskedPast } from '../answers/container-past.ts';
import type { Count, Unread, UnreadHost } from '../answers/host-state.ts';
import type { Undecided } from '../findings/result.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';

/** Null when the newest scan of a host read its engine and its containers. */
export function unreadNow(
  last: Pick<StoredScan, 'id' | 'unreadSections'> | null,
  lastGood: Pick<StoredScan, 'id' | 'finishedAt'> | null,
): Unread | null {
  if (last === null) return { reason: 'it was never scanned', since: null };
  if (lastGood !== null && lastGood.id === last.id) return null;
  const missing = last.unreadSections.find(({ section }) => essential.includes(section));
  const reason = missing?.reason ?? 'its last scan could not read it';
  return { reason, since: lastGood?.finishedAt ?? null };
}

/** Sections without which a scan says nothing of a host. */
export const essential: readonly string[] = ['engine', 'containers'];

/** What the number found on hosts says, at the time that was asked about; `past` is null for now. */
export function countOn(
  count: number,
  asked: {
    hosts: readonly { name: string; unread: Unread | null }[];
    past: AskedPast | null;
    blind: readonly BlindInterval[];
  },
): Count {
  const unread = asked.hosts.flatMap((host): UnreadHost[] => {
    const why = asked.past === null ? host.unread : unreadThen(host.name, asked.past, asked.blind);
    return why === null ? [] : [{ host: host.name, ...why }];
  });
  const [first, ...others] = unread;
  return first !== undefined && count === 0 && unread.length === asked.hosts.length
    ? { count: null, unread: [first, ...others] }
    : { count, unread };
}

function unreadThen(
  host: string,
  { sights, to }: AskedPast,
  blind: readonly BlindInterval[],
): Unread | null {
  const { firstAt = null } = sights.find((sight) => sight.host === host) ?? {};
  if (firstAt === null) return { reason: 'it was never read', since: null };
  const at = Date.parse(to);
  if (Date.parse(firstAt) > at) {
    return { reason: `it was first read later, at ${firstAt}`, since: null };
  }
  const dark = blind.find(
    (one) =>
      one.kind === 'scan' &&
      one.host === host &&
      Date.parse(one.from) <= at &&
      (one.to === null || Date.parse(one.to) > at),
  );
  return dark === undefined ? null : { reason: dark.cause, since: dark.lastGood };
}

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

/** Sections that could not be read, without those that the host's evidence level leaves out: they are a choice, not a failure. */
export function unreadSections(snapshot: Snapshot): UnreadSection[] {
  const { host: _host, takenAt: _takenAt, ...sections } = snapshot;
  return Object.entries(sections).flatMap(([section, reading]) =>
    reading.state === 'unread' && !reading.isLeftOut
      ? { section: section as SectionId, reason: reading.reason }
      : [],
  );
}

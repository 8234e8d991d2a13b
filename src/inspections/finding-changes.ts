import type { DiffAnswer, SeverityChange } from '../answers/diff-answer.ts';
import type { FindingChange, HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { gravestFirst, severities } from '../rules/rule.ts';
import { isAccepted } from './accepted.ts';

/** Sorts changes into what is new, worse, milder, fixed and gone again; the worst first in each. */
export function sortChanges(
  hosts: readonly HostChanges[],
): Pick<DiffAnswer, 'new' | 'worse' | 'milder' | 'fixed' | 'passing'> {
  const changes = hosts.flatMap((host) => host.changes);
  const moved = changes.flatMap(toSeverityChange);
  const rise = ({ was, finding }: SeverityChange) =>
    severities.indexOf(finding.severity) - severities.indexOf(was);
  return {
    new: worstFirst(
      changes.flatMap(({ before, after }) => (before === null && after ? after : [])),
    ),
    worse: moved.filter((change) => rise(change) > 0),
    milder: moved.filter((change) => rise(change) < 0),
    fixed: worstFirst(
      changes.flatMap(({ before, after }) => (after === null && before ? before : [])),
    ),
    passing: worstFirst(hosts.flatMap((host) => host.passing)),
  };
}

type News = Pick<
  DiffAnswer,
  'new' | 'worse' | 'milder' | 'fixed' | 'passing' | 'lapsed' | 'newAccepted'
>;

/**
 * The changes since a time (epoch milliseconds) as people are told of them. What is accepted is no news; what was
 * accepted until then is, also when nothing else changed about it. `open` has what is open on the hosts now, at least what
 * was ever accepted of it.
 */
export function sortNews(
  hosts: readonly HostChanges[],
  open: readonly StoredFinding[],
  { since, now }: { since: number; now: number },
): News {
  const sorted = sortChanges(hosts);
  const risen = sorted.worse.map(({ finding }) => finding);
  const told = new Set([...sorted.new, ...risen].map(keyOf));
  return {
    ...sorted,
    new: sorted.new.filter((finding) => !isAccepted(finding)),
    worse: sorted.worse.filter(({ finding }) => !isAccepted(finding)),
    newAccepted: [...sorted.new, ...risen].filter(isAccepted),
    lapsed: worstFirst(
      open.filter((finding) => !told.has(keyOf(finding)) && endedWithin(finding, since, now)),
    ),
  };
}

const keyOf = ({ host, fingerprint }: StoredFinding): string => JSON.stringify([host, fingerprint]);

/** True when the acceptance of a finding ended in this time, by itself or by a person. */
function endedWithin({ acceptance }: StoredFinding, since: number, now: number): boolean {
  if (acceptance === null || acceptance.state === 'in-force') return false;
  const end = acceptance.state === 'expired' ? acceptance.until : acceptance.ended?.at;
  const endedAt = Date.parse(end ?? acceptance.until);
  return endedAt > since && endedAt <= now;
}

const toSeverityChange = ({ before, after }: FindingChange): SeverityChange[] =>
  before && after ? [{ was: before.severity, finding: after }] : [];

const worstFirst = (findings: readonly StoredFinding[]): StoredFinding[] =>
  findings.toSorted(gravestFirst);

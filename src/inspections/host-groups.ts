import type { HostGroup } from '../answers/host-state.ts';
import type { SeverityCounts } from '../findings/severity-counts.ts';
import { gradeOf } from '../posture/score.ts';
import { severities } from '../rules/rule.ts';
import { labelsOf } from '../shared/label-terms.ts';
import { compareText } from '../shared/text.ts';

export interface GroupedHost {
  name: string;
  labels: Readonly<Record<string, string>>;
  isUnread: boolean;
  grade: { score: number | null } | null;
  open: SeverityCounts | null;
}

/** Of fewer hosts nobody needs groups, unless the settings ask for them. */
const HOSTS_MIN = 20;
const VALUES_MAX = 50;

/**
 * The label by which hosts are told in groups: that of the settings, else, of many hosts, the one that most
 * of them have, with the fewest values. Null where there is none.
 */
export function groupLabel(
  hosts: readonly Pick<GroupedHost, 'name' | 'labels'>[],
  groupBy: string | null,
): string | null {
  const keys = Map.groupBy(labelsOf(hosts), ({ key }) => key);
  if (groupBy !== null) return keys.has(groupBy) && hosts.length > 1 ? groupBy : null;
  if (hosts.length <= HOSTS_MIN) return null;
  const coverage = (key: string) =>
    (keys.get(key) ?? []).reduce((sum, { count }) => sum + count, 0);
  const [best] = [...keys]
    .filter(([, values]) => values.length > 1 && values.length <= VALUES_MAX)
    .map(([key, values]) => ({ key, values: values.length }))
    .sort((a, b) => coverage(b.key) - coverage(a.key) || b.values - a.values);
  return best?.key ?? null;
}

/** The groups by a label, that with the lowest grade first. */
export function groupHosts(hosts: readonly GroupedHost[], label: string): HostGroup[] {
  const groups = Map.groupBy(hosts, ({ labels }) =>
    Object.hasOwn(labels, label) ? (labels[label] ?? null) : null,
  );
  return [...groups]
    .map(([value, of]) => groupOf(label, value, of))
    .sort(
      (a, b) =>
        (a.grade?.score ?? -1) - (b.grade?.score ?? -1) ||
        compareText(a.value ?? '', b.value ?? ''),
    );
}

function groupOf(label: string, value: string | null, of: readonly GroupedHost[]): HostGroup {
  const scores = of.flatMap(({ grade }) => grade?.score ?? []);
  // As the posture of several hosts: looking away from one never makes the group look better.
  const score = Math.round(scores.reduce((sum, one) => sum + one, 0) / of.length);
  const opens = of.flatMap(({ open }) => open ?? []);
  const open: SeverityCounts = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const one of opens) for (const severity of severities) open[severity] += one[severity];
  return {
    ...{ label, value, hosts: of.length },
    unread: of.filter(({ isUnread }) => isUnread).length,
    grade: scores.length === 0 ? null : { score, grade: gradeOf(score) },
    open: opens.length === 0 ? null : open,
  };
}

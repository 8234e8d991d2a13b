import type { DigestAnswer, DigestHost, FindingGroup } from '../answers/digest-answer.ts';
import { groupHosts, groupLabel } from './host-groups.ts';

/** Groups of hosts, each with what is new and what is better on it; `groupBy` as of `groupLabel`. */
export function digestHostGroups(
  states: readonly DigestHost[],
  groupBy: string | null,
  { news, better }: { news: readonly FindingGroup[]; better: readonly FindingGroup[] },
): DigestAnswer['groups'] {
  const label = groupLabel(states, groupBy);
  if (label === null) return [];
  const countBy = (groups: readonly FindingGroup[]) => {
    const counts = new Map<string, number>();
    for (const { host } of groups.flatMap(({ places }) => places)) {
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    return counts;
  };
  const [newOn, betterOn] = [countBy(news), countBy(better)];
  const sumOn = (counts: ReadonlyMap<string, number>, value: string | null) =>
    states
      .filter(({ labels }) => (labels[label] ?? null) === value)
      .reduce((sum, { name }) => sum + (counts.get(name) ?? 0), 0);
  const grouped = states.map((state) => ({
    ...state,
    isUnread: state.state === 'down' || state.state === 'never',
  }));
  return groupHosts(grouped, label).map((group) => ({
    ...group,
    news: sumOn(newOn, group.value),
    better: sumOn(betterOn, group.value),
  }));
}

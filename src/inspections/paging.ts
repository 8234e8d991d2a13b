import type { ListPage, ListPart } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { Paging } from '../ports/intent.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { severities } from '../rules/rule.ts';

/** The page that a list is asked for; null when it is asked for as a whole. */
export function listPage(
  line: string,
  hosts: readonly HostState[],
  asked: Paging | undefined,
  part: ListPart | null = null,
): ListPage | null {
  if (asked === undefined) return null;
  const newest = new Map(hosts.map(({ name, lastScanId }) => [name, lastScanId]));
  const known = [...newest].flatMap(([name, id]) => (id === null ? [] : [[name, id] as const]));
  const scans = asked.scans ?? Object.fromEntries(known);
  const rescanned = Object.entries(scans)
    .filter(([host, id]) => newest.get(host) !== id)
    .map(([host]) => host);
  return { line, after: asked.after, scans, rescanned, part };
}

/** Position of a finding in a list, as text that sorts: worst first, then rule, host, subject. */
export const findingOrder = (finding: StoredFinding): string =>
  `${groupOrder(finding)}\n${finding.subjectKey}\n${finding.fingerprint}`;

/** The same for all findings of one severity, rule and host. */
export const groupOrder = ({ severity, rule, host }: StoredFinding): string =>
  `${severities.length - severities.indexOf(severity)}\n${rule}\n${host}`;

/** Position of a container in a list. */
export const containerOrder = ({ host, facts }: StoredContainer): string =>
  `${host}\n${facts.name}\n${facts.id}`;

/** Sorts by text keys, the same on every machine. */
export function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

import type { DigestGroup } from '../answers/digest-answer.ts';
import type { HostGroup } from '../answers/host-state.ts';
import { clamp, counted } from '../shared/text.ts';
import { list, type Part, type Span, strong } from './document.ts';
import { countsText } from './finding-lists.ts';
import { gradeText } from './grade.ts';

const VALUE_LENGTH = 40;

/** A line for each group, the lowest grade first, and one that counts the groups beyond `most`. */
export function groupParts(groups: readonly HostGroup[], most: number): Part[] {
  const shown = groups.slice(0, most).map((group) => [...groupSpans(group), '.']);
  const hidden = groups.slice(most);
  return list([...shown, hidden.length > 0 && [`${hiddenText(hidden)}.`]]);
}

function hiddenText(hidden: readonly Pick<HostGroup, 'hosts' | 'unread'>[]): string {
  const hosts = hidden.reduce((sum, group) => sum + group.hosts, 0);
  const unread = hidden.reduce((sum, group) => sum + group.unread, 0);
  const missing = unread > 0 ? `, ${unread} of them unread` : '';
  return `… and ${counted(hidden.length, 'group')} more with ${counted(hosts, 'host')}${missing}`;
}

/** `team=shop: 12 hosts, grade D (62), open 3 critical, 8 high; 1 unread`. */
export function groupSpans({ label, value, hosts, unread, grade, open }: HostGroup): Span[] {
  const key = clamp(label, VALUE_LENGTH);
  const name = value === null ? `without ${key}` : `${key}=${clamp(value, VALUE_LENGTH)}`;
  const missing = unread > 0 ? `; ${unread} unread` : '';
  return [
    strong(name),
    `: ${counted(hosts, 'host')}, grade ${gradeText(grade)}, open `,
    open === null ? 'unknown' : countsText(open),
    missing,
  ];
}

/** A line for each group: those with most that is new first, then those with the lowest grade. */
export function groupLines(groups: readonly DigestGroup[], most: number): Part[] {
  const sorted = groups.toSorted((a, b) => b.news - a.news);
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const hidden = sorted.slice(shown.length);
  const lines = shown.map((group): Span[] => [...groupSpans(group), changesText(group)]);
  const news = hidden.reduce((sum, group) => sum + group.news, 0);
  return list([...lines, hidden.length > 0 && [`${hiddenText(hidden)}, ${news} new.`]]);
}

const changesText = ({ news, better }: DigestGroup): string =>
  news + better === 0 ? '.' : `; ${news} new, ${better} better.`;

import type { DigestGroup } from '../answers/digest-answer.ts';
import { counted } from '../shared/text.ts';
import { list, type Part, type Span } from './document.ts';
import { groupSpans } from './host-groups.ts';

/** A line for each group: those with most that is new first, then those with the lowest grade. */
export function groupLines(groups: readonly DigestGroup[], most: number): Part[] {
  const sorted = groups.toSorted((a, b) => b.news - a.news);
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const hidden = sorted.slice(shown.length);
  const lines = shown.map((group): Span[] => [...groupSpans(group), changesText(group)]);
  if (hidden.length > 0) {
    const sum = (pick: (group: DigestGroup) => number) =>
      hidden.reduce((total, group) => total + pick(group), 0);
    const unread = sum((group) => group.unread);
    lines.push([
      `… and ${counted(hidden.length, 'group')} more with ${counted(
        sum((group) => group.hosts),
        'host',
      )}${unread > 0 ? `, ${unread} of them unread` : ''}, ${sum((group) => group.news)} new.`,
    ]);
  }
  return list(lines);
}

const changesText = ({ news, better }: DigestGroup): string =>
  news + better === 0 ? '.' : `; ${news} new, ${better} better.`;

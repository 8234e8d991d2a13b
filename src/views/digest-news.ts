import type { DigestAnswer, FindingGroup } from '../answers/digest-answer.ts';
import { clamp, counted } from '../shared/text.ts';
import { changeCounts, findingsIn, groupLine, narrowed } from './digest-lines.ts';
import { vulnerabilityLine } from './digest-vulnerabilities.ts';
import { list, type Part, type Rows, type Span, strong } from './document.ts';

/** Lines on what is new: a phone has room for little. */
const NEWS_LINES = 3;
const OWNER_NAME_LENGTH = 60;

const words = { new: 'New: ', worse: 'Worse: ', lapsed: 'No longer accepted: ' } as const;
const wordOf = ({ change }: FindingGroup): string =>
  change in words ? words[change as keyof typeof words] : '';

/** What is new or worse in at most three lines, by owner when the settings know owners. */
export function newsParts(answer: DigestAnswer): Part[] {
  const { news, owners } = answer;
  const last = vulnerabilityLine(answer);
  const room = NEWS_LINES - last.length;
  const lines = owners === null ? groupLines(news, room) : ownerLines(news, owners, room);
  return list([...lines, ...last]);
}

const newsLine = (group: FindingGroup): Span[] => [strong(wordOf(group)), ...groupLine(group)];

/** The gravest groups; the last line counts what it does not name. */
function groupLines(news: readonly FindingGroup[], most: number): Rows {
  const shown = news.length > most ? news.slice(0, most - 1) : news;
  const hidden = findingsIn(news.slice(shown.length));
  return [
    ...shown.map(newsLine),
    hidden > 0 && [`… and ${counted(hidden, 'more finding')}: by host in the thread.`],
  ];
}

/** A line for each owner that has a user group, which is called in it, and one for what is nobody's. */
function ownerLines(
  news: readonly FindingGroup[],
  owners: NonNullable<DigestAnswer['owners']>,
  most: number,
): Rows {
  const reachable = owners.flatMap(({ name, group }) => (group === null ? [] : [{ name, group }]));
  const isReachable = new Set(reachable.map(({ name }) => name));
  const unowned = narrowed(news, ({ owner }) => owner === null || !isReachable.has(owner));
  const own = (name: string) => narrowed(news, ({ owner }) => owner === name);
  const room = most - (unowned.length > 0 ? 1 : 0);
  const shown = reachable.length > room ? reachable.slice(0, room - 1) : reachable;
  const others = reachable.slice(shown.length);
  const rest = findingsIn(narrowed(news, ({ owner }) => others.some(({ name }) => name === owner)));
  return [
    ...shown.map(({ name, group }): Span[] => [
      { group, name },
      strong(` (${clamp(name, OWNER_NAME_LENGTH)}): ${changeCounts(own(name))}`),
      ...worstOf(own(name)),
    ]),
    // Who finds no line is called all the same.
    others.length > 0 && [
      ...others.flatMap(({ name, group }): Span[] => [{ group, name }, ' ']),
      `have ${counted(rest, 'more finding')}, by host in the thread.`,
    ],
    unowned.length > 0 && [strong(`Unowned: ${changeCounts(unowned)}`), ...worstOf(unowned)],
  ];
}

const worstOf = ([worst, ...others]: readonly FindingGroup[]): Span[] => {
  if (!worst) return [];
  const more = findingsIn(others);
  return [
    '. ',
    ...groupLine(worst),
    ...(more > 0 ? [`; … and ${counted(more, 'more finding')} in the thread`] : []),
  ];
};

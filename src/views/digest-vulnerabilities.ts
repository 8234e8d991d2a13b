import type { DigestAnswer, DigestVulnerability, FindingGroup } from '../answers/digest-answer.ts';
import { telling } from '../inspections/first-screen.ts';
import { gravestFirst } from '../rules/rule.ts';
import { clamp, clamped, counted, listed } from '../shared/text.ts';
import { changeCounts, findingsIn, groupLine, narrowed } from './digest-lines.ts';
import { code, list, type Part, type Rows, type Span, strong, titled } from './document.ts';

/** Vulnerabilities that the line at the top names. */
const NAMED_AT_TOP = 3;

const kinds = [
  ['exploited', 'exploited'],
  ['new', 'new'],
  ['fixable', 'fixable now'],
] as const;

/** All of it in one line for the top of a digest, the exploited first; nothing where nothing is new. */
function vulnerabilityLine({ vulnerabilities }: DigestAnswer): Span[][] {
  if (vulnerabilities === null) return [];
  const { new: fresh, fixable } = vulnerabilities;
  if (fresh.count + fixable.count === 0) return [];
  const counts = kinds.flatMap(([kind, word]) =>
    vulnerabilities[kind].count > 0 ? [`${vulnerabilities[kind].count} ${word}`] : [],
  );
  // One that is exploited may be new as well.
  const all = kinds.flatMap(([kind]) => vulnerabilities[kind].worst);
  const byId = new Map(all.map((one) => [one.id, one]));
  const worst = [...byId.values()].slice(0, NAMED_AT_TOP);
  const [first] = worst;
  return [
    [
      strong(`Vulnerabilities: ${counts.join(', ')}`),
      ...(first
        ? [
            '. ',
            worst.map(inWords).join('; '),
            ' (',
            code(`exposure ${clamp(first.id, 40)} on all`),
            ')',
          ]
        : []),
    ],
  ];
}

/** A heading and at most five lines; nothing where nothing is to be said. */
export function vulnerabilityParts({ vulnerabilities }: DigestAnswer): Part[] {
  if (vulnerabilities === null) return [];
  const lines = kinds.flatMap(([kind, word]): Span[][] => {
    const { count, worst } = vulnerabilities[kind];
    const [first] = worst;
    if (first === undefined) return [];
    const more = count - worst.length;
    return [
      [
        strong(`${count} ${word}: `),
        worst.map(inWords).join('; '),
        ...(more > 0 ? [` and ${more} more`] : []),
        ' (',
        code(`exposure ${clamp(first.id, 40)} on all`),
        ')',
      ],
    ];
  });
  const { unknown, stale, unfetched } = vulnerabilities;
  if (unknown > 0) {
    lines.push([
      strong(`${unknown} unknown: `),
      'only feeds that are too old clear them (',
      code('feeds'),
      ')',
    ]);
  }
  const whys = [
    ...(stale.length > 0
      ? [`${listed(stale, 4)} ${stale.length === 1 ? 'is' : 'are'} too old`]
      : []),
    ...(unfetched.length > 0 ? [`never fetched: ${listed(unfetched, 4)}`] : []),
  ];
  if (whys.length > 0) {
    lines.push([`Not known what is new: ${whys.join('; ')} (`, code('feeds'), ')']);
  }
  return titled('Vulnerabilities', list(lines));
}

function inWords({ id, severity, packages, hosts, isFixable }: DigestVulnerability): string {
  const short = (names: readonly string[], most: number) => listed(clamped(names, 40), most);
  const fix = isFixable ? ', a fix exists' : '';
  return `${clamp(id, 40)} (${severity ?? 'severity unknown'}) in ${short(packages, 1)} on ${short(hosts, 2)}${fix}`;
}

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
  const lines = owners === null ? freshLines(news, room) : ownerLines(news, owners, room);
  return list([...lines, ...last]);
}

const newsLine = (group: FindingGroup): Span[] => [strong(wordOf(group)), ...groupLine(group)];

/** By rule, or by subject where that says more: a container with a dozen of them is one line. */
function freshLines(news: readonly FindingGroup[], most: number): Rows {
  const subjects = news.length > most ? subjectsOf(news) : [];
  return subjects.length > 0 && subjects.length < news.length
    ? subjectLines(subjects, most)
    : groupLines(news, most);
}

/** Groups of one finding each, all of one subject. */
const subjectsOf = (news: readonly FindingGroup[]): FindingGroup[][] => [
  ...Map.groupBy(
    news.flatMap((group) => group.places.map((place) => ({ ...group, places: [place] }))),
    ({ places }) => JSON.stringify(places.map(({ host, subjects }) => [host, subjects])),
  ).values(),
];

const rankOf = ({ rule }: FindingGroup): number => {
  const rank = telling.indexOf(rule);
  return rank < 0 ? telling.length : rank;
};

/** The gravest subjects, each with what says most of it. */
function subjectLines(subjects: readonly FindingGroup[][], most: number): Rows {
  const shown = subjects.length > most ? subjects.slice(0, most - 1) : subjects;
  const hidden = findingsIn(subjects.slice(shown.length).flat());
  return [
    ...shown.flatMap((found) => {
      const [worst, ...others] = found.toSorted(
        (a, b) => gravestFirst(a, b) || rankOf(a) - rankOf(b),
      );
      if (worst === undefined) return [];
      const more = others.length > 0 ? [` and ${counted(others.length, 'more finding')}`] : [];
      return [[...newsLine(worst), ...more]];
    }),
    hidden > 0 && [`… and ${counted(hidden, 'more finding')}: by host in the thread.`],
  ];
}

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

import type { DigestAnswer, FindingGroup } from '../answers/digest-answer.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import {
  blindLine,
  changeCounts,
  findingsIn,
  groupList,
  narrowed,
  type Times,
} from './digest-lines.ts';
import { code, list, note, type Part, paragraph, type Span, strong } from './document.ts';

// Sections of a digest's parent message. How many lines each shows: a phone has room for little.
const NEWS_SHOWN = 8;
const OWNER_LINES = 4;
const OWNERS_SHOWN = 6;
const WORST_SHOWN = 6;
const ACCEPTANCES_SHOWN = 3;
const EXPOSURE_SHOWN = 3;
const SHORT_LIVED_SHOWN = 3;
const GLIMPSES_SHOWN = 5;
const BLIND_SHOWN = 6;

const inThread: Span[] = ['by host in the thread.'];

/** What is new or worse, by owner when the settings know owners. */
export function newsParts(answer: DigestAnswer): Part[] {
  const { news, newAccepted, owners } = answer;
  const taken =
    newAccepted > 0 ? [note(`${counted(newAccepted, 'new finding')} accepted already.`)] : [];
  if (news.length === 0) return taken;
  if (owners !== null) return [...ownerParts(news, owners), ...taken];
  return [
    paragraph(strong(`New and worse: ${changeCounts(news)}`)),
    ...groupList(news, NEWS_SHOWN, inThread),
    ...taken,
  ];
}

/** One section for each owner that has a user group, and one for what is nobody's. */
function ownerParts(
  news: readonly FindingGroup[],
  owners: NonNullable<DigestAnswer['owners']>,
): Part[] {
  const reachable = owners.flatMap(({ name, group }) => (group === null ? [] : [{ name, group }]));
  const shown = reachable.slice(0, OWNERS_SHOWN);
  const sections = shown.flatMap(({ name, group }): Part[] => {
    const own = narrowed(news, ({ owner }) => owner === name);
    return [
      paragraph({ group, name }, strong(` (${clamp(name, 60)}): ${changeCounts(own)}`)),
      ...groupList(own, OWNER_LINES, inThread),
    ];
  });
  const others = reachable.slice(OWNERS_SHOWN);
  // A section that finds no room still calls its owner.
  const calls = others.flatMap(({ name, group }): Span[] => [
    { group, name },
    ` ${clamp(name, 60)} `,
  ]);
  const isReachable = new Set(reachable.map(({ name }) => name));
  const unowned = narrowed(news, ({ owner }) => owner === null || !isReachable.has(owner));
  const unreachable = owners
    .filter(({ group }) => group === null)
    .map(({ name }) => clamp(name, 60));
  return [
    ...sections,
    ...(calls.length > 0
      ? [paragraph(...calls, `have ${countOf(news, others)} more, `, ...inThread)]
      : []),
    ...(unowned.length > 0
      ? [
          paragraph(strong(`Unowned: ${changeCounts(unowned)}`)),
          ...groupList(unowned, OWNER_LINES, inThread),
        ]
      : []),
    ...(unreachable.length > 0
      ? [note(`Owners without a user group in the settings: ${listed(unreachable)}.`)]
      : []),
  ];
}

const countOf = (news: readonly FindingGroup[], owners: readonly { name: string }[]): number =>
  findingsIn(narrowed(news, ({ owner }) => owners.some(({ name }) => name === owner)));

/** The worst of what is there, for a channel that hears of it for the first time. */
export function baselineParts({ open, hosts }: DigestAnswer): Part[] {
  return [
    note('This is the baseline. From the next digest on, what changed comes first.'),
    ...(open.length > 0
      ? [
          paragraph(strong(`Worst of ${counted(findingsIn(open), 'open finding')}`)),
          ...groupList(open, WORST_SHOWN, [
            'by host in the thread, or ',
            code(hosts.length > 1 ? 'findings on all' : 'findings'),
            '.',
          ]),
        ]
      : []),
  ];
}

export function acceptanceParts({ expiring }: DigestAnswer): Part[] {
  if (expiring.length === 0) return [];
  const lines = expiring
    .slice(0, ACCEPTANCES_SHOWN)
    .map(({ rule, subjects, host, acceptance: { until, by, reason } }): Span[] => [
      strong(`until ${until.slice(0, 10)}`),
      ' ',
      code(rule),
      ` ${listed(
        subjects.map((name) => clamp(name, 60)),
        2,
      )} on ${host}`,
      `, accepted by ${clamp(by, 60)}: ${clamp(reason, 100)}`,
    ]);
  const hidden = expiring.length - lines.length;
  if (hidden > 0) lines.push([`… and ${hidden} more: `, code('findings expiring')]);
  return [
    paragraph(strong(`${counted(expiring.length, 'acceptance')} ending soon`)),
    ...list(lines),
  ];
}

export function fixParts({ bestFixes }: DigestAnswer): Part[] {
  if (bestFixes.length === 0) return [];
  const lines = bestFixes.map(({ hosts, sentence, gradeBefore, gradeAfter }): Span[] => [
    strong(
      listed(
        hosts.map((host) => clamp(host, 60)),
        3,
      ),
    ),
    `: ${clamp(sentence, 200)}`,
    gradeBefore === gradeAfter
      ? ` (grade stays ${gradeAfter})`
      : ` (grade ${gradeBefore} → ${gradeAfter})`,
  ]);
  return [paragraph(strong('Fix first')), ...list(lines)];
}

export function exposureParts({ exposure, takenAt }: DigestAnswer): Part[] {
  if (exposure.length === 0) return [];
  const hours = exposure.reduce((sum, one) => sum + one.hours, 0);
  const lines = exposure
    .slice(0, EXPOSURE_SHOWN)
    .map((one): Span[] => [
      strong(one.severity),
      ' ',
      code(one.rule),
      ` ${hoursText(one.hours)}, ${counted(one.findings, 'finding')} on ${listed(one.hosts, 2)}`,
      `, first seen ${ageBetween(one.oldest, takenAt)}`,
    ]);
  const rest = exposure.slice(EXPOSURE_SHOWN);
  if (rest.length > 0) {
    const restHours = rest.reduce((sum, one) => sum + one.hours, 0);
    lines.push([`… and ${hoursText(restHours)} of ${counted(rest.length, 'more rule')}.`]);
  }
  return [
    paragraph(strong(`Exposure since the digest before: ${hoursText(hours)} of serious findings`)),
    ...list(lines),
    note('From first to last sighting; what came and went between two scans is not known.'),
  ];
}

const hoursText = (hours: number): string => `${hours.toLocaleString('en')} h`;

export function shortLivedParts({ shortLived }: DigestAnswer, times: Times): Part[] {
  if (shortLived.length === 0) return [];
  const groups = [
    ...Map.groupBy(shortLived, ({ host, image, facets }) => JSON.stringify([host, image, facets])),
  ]
    .map(([, found]) => found)
    .sort((a, b) => b.length - a.length);
  const lines = groups.slice(0, SHORT_LIVED_SHOWN).map((found): Span[] => {
    const [first] = found;
    if (first === undefined) return [];
    const names = listed(
      found.map(({ name }) => clamp(name, 60)),
      3,
    );
    const facets = first.facets.length > 0 ? ` (${listed(first.facets)})` : '';
    const when =
      found.length === 1
        ? `, seen ${times.time(first.firstSeen)}, gone ${times.time(first.removedAt)}`
        : '';
    return [`${names} on ${first.host} from `, code(clamp(first.image, 100)), `${facets}${when}`];
  });
  const hidden = groups.slice(SHORT_LIVED_SHOWN).flat().length;
  if (hidden > 0) lines.push([`… and ${hidden} more: `, code('containers gone')]);
  return [
    paragraph(strong(`${counted(shortLived.length, 'short-lived container')} seen`)),
    ...list(lines),
    note('All of them where a host is watched; elsewhere only those that a scan happened to see.'),
  ];
}

/** What is known to have existed, and nothing more. */
export function glimpseParts({ glimpses }: DigestAnswer): Part[] {
  if (glimpses.length === 0) return [];
  const count = counted(glimpses.length, 'container');
  const names = glimpses.map(({ name, host }) => `${clamp(name, 60)} on ${host}`);
  return [
    paragraph(
      strong(`Configuration unknown of ${count}: `),
      `${listed(names, GLIMPSES_SHOWN)}; `,
      code('containers gone'),
      ' says why.',
    ),
  ];
}

/** Hosts that cannot be read now as `lines` say it, then the times that are over. */
export function blindParts(
  { blind }: DigestAnswer,
  lines: readonly Span[][],
  times: Times,
): Part[] {
  const over = blind.filter(({ to }) => to !== null).map((one) => [...blindLine(one, times), '.']);
  const all = [...lines, ...over];
  const shown = all.slice(0, BLIND_SHOWN);
  const hidden = all.length - shown.length;
  if (hidden > 0) shown.push([`… and ${hidden} more: `, code('status')]);
  return list(shown);
}

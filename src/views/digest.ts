import type { DigestAnswer, DigestHost } from '../answers/digest-answer.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { hostsTold } from '../inspections/digest-findings.ts';
import { severities } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { clockLine } from './clock-notes.ts';
import { digestDay } from './digest-day.ts';
import { digestHost } from './digest-host.ts';
import { changeCounts, newAcceptedText, type Times } from './digest-lines.ts';
import { blindParts } from './digest-parts.ts';
import { stateLines } from './digest-states.ts';
import { vanishedParts } from './digest-vanished.ts';
import { newsParts } from './digest-vulnerabilities.ts';
import { code, heading, note, type Part, paragraph, strong, type View } from './document.ts';
import { groupLines } from './host-groups.ts';
import { localTimes } from './local-time.ts';
import { firstScreenParts, seeAll, worstParts } from './worst-subjects.ts';

/**
 * The parent message fits a phone: of a normal day it has twelve lines at most. The replies have the day
 * and each host in more detail. What none has room for is counted, with the command that shows it.
 */
export const digest: View<DigestAnswer> = (answer) => {
  const times = localTimes(answer.timezone);
  if (isQuiet(answer)) return quietDay(answer, times);
  const title = titleOf(answer, times);
  const { pending } = answer;
  return {
    headline: `${title}, ${counted(answer.hosts.length, 'host')}${pendingText(answer)}`,
    summary: [
      heading(title),
      ...(answer.isBaseline ? baselineParts(answer) : dayParts(answer, times)),
      pending.length > 0 &&
        paragraph(strong('Still reporting: '), `${listed(pending, 8)}. This message will change.`),
      ...blindParts(answer, unreadLines(answer, times), times),
      note(...summaryText(answer, times)),
    ],
    details: digestDay(answer, times),
    replies: hostsTold(answer).map((host) => digestHost(answer, host, times)),
    actions: [seeAll(answer.hosts.length === 1 ? (answer.hosts[0] ?? null) : null)],
  };
};

/** What came and went, what is new, and what is worst now. */
function dayParts(answer: DigestAnswer, times: Times): Part[] {
  const { verdict, worst } = answer.firstScreen;
  return [
    paragraph(strong(verdict.sentence)),
    ...vanishedParts(answer, times),
    ...newsParts(answer),
    ...(answer.groups.length > 0 || worst.length === 0
      ? groupLines(answer.groups, GROUPS_SHOWN)
      : [paragraph(strong('Worst now')), ...worstParts(worst, answer.hosts.length === 1)]),
  ];
}

/** Groups of hosts with a line in the parent; the thread has more. */
const GROUPS_SHOWN = 4;
/** The worst of what is there, for a channel that hears of it for the first time. */
const baselineParts = ({ firstScreen, hosts }: DigestAnswer): Part[] => [
  ...firstScreenParts(firstScreen, hosts.length === 1),
  note('This is the baseline. From the next digest on, what changed comes first.'),
];

function titleOf(
  { isBaseline, day, news, better, states, shortLived, glimpses }: DigestAnswer,
  times: Times,
) {
  const date = times.day(day);
  if (isBaseline) {
    const isAnyRead = states.some(({ lastGoodAt }) => lastGoodAt !== null);
    const known = isAnyRead ? counted(sumOf(states), 'open finding') : 'nothing read yet';
    return `${date}: first digest, ${known}`;
  }
  // One that is there, and could not be read, did not go.
  const gone = shortLived.length + glimpses.filter(({ removedAt }) => removedAt !== null).length;
  const lasting = better.filter(({ change }) => change !== 'passing');
  const counts = [
    changeCounts([...news, ...lasting]),
    gone > 0 ? `${counted(gone, 'container')} came and went` : '',
  ].filter((text) => text !== '');
  const isAllRead = states.every(({ state }) => state === 'read');
  return `${date}: ${counts.join(', ') || (isAllRead ? 'no change' : 'no change seen')}`;
}

const sumOf = (states: readonly DigestHost[]): number =>
  states.reduce((sum, { open }) => sum + totalOf(open), 0);

const pendingText = ({ pending }: DigestAnswer): string =>
  pending.length > 0 ? ` (${pending.length} still reporting)` : '';

const unreadLines = ({ states, blind, takenAt: now }: DigestAnswer, times: Times) => {
  const clocks = clockLine(states);
  return [...(clocks === null ? [] : [clocks]), ...stateLines(states, { blind, now, times })];
};

/** In one line: how much was read, what else there is, and where it stands. */
function summaryText(answer: DigestAnswer, times: Times): string[] {
  const { hosts, since, states } = answer;
  const read = states.filter(({ state }) => state === 'read').length;
  const parts = [
    `${read} of ${counted(hosts.length, 'host')} read`,
    coverageText(states),
    ...alsoText(answer),
    ...(since === null ? [] : [`compared with ${times.time(since)}`]),
  ];
  return [`${parts.join('; ')}. Times in ${times.zone}; details in the thread.`];
}

/** What the thread tells beside findings. */
function alsoText({ expiring, drifted, newAccepted, vulnerabilities }: DigestAnswer): string[] {
  const exploited = vulnerabilities?.exploited.count ?? 0;
  const { unknown = 0, stale = [], unfetched = [] } = vulnerabilities ?? {};
  return [
    ...(newAccepted > 0 ? [newAcceptedText(newAccepted)] : []),
    ...(expiring.length > 0 ? [`${counted(expiring.length, 'acceptance')} ending soon`] : []),
    ...(drifted.length > 0 ? [`${counted(drifted.length, 'container')} drifted`] : []),
    ...(exploited > 0
      ? [counted(exploited, 'exploited vulnerability', 'exploited vulnerabilities')]
      : []),
    ...(stale.length > 0 ? [`${counted(stale.length, 'feed')} too old to know what is new`] : []),
    ...(unknown > 0
      ? [
          `${counted(unknown, 'vulnerability', 'vulnerabilities')} unknown, as only feeds that are too old clear them`,
        ]
      : []),
    ...(unfetched.length > 0 ? [`${counted(unfetched.length, 'feed')} never fetched`] : []),
  ];
}

function coverageText(states: readonly DigestHost[]): string {
  const sum = (count: 'answered' | 'unknown') =>
    states.reduce((total, { coverage }) => total + (coverage?.[count] ?? 0), 0);
  const [answered, unknown] = [sum('answered'), sum('unknown')];
  const unseen = states.filter(({ coverage }) => coverage === null).length;
  const missing = unseen > 0 ? `; ${counted(unseen, 'host')} never scanned` : '';
  return `${answered} of ${answered + unknown} checks answered, ${unknown} unknown${missing}`;
}

/** A day on which nothing happened. What is blind for longer is no event, but it is said. */
function isQuiet(answer: DigestAnswer): boolean {
  const { since, pending, news, better, newAccepted, shortLived, glimpses, blind, states } = answer;
  const began = (time: string | null) => time !== null && since !== null && time > since;
  return (
    since !== null &&
    [pending, news, better, shortLived, glimpses].every((list) => list.length === 0) &&
    newAccepted === 0 &&
    !hasNewVulnerabilities(answer) &&
    !blind.some(({ from, to }) => began(from) || began(to)) &&
    !states.some(({ isFirstRead }) => isFirstRead) &&
    states.some(({ state }) => state === 'read')
  );
}

const hasNewVulnerabilities = ({ vulnerabilities }: DigestAnswer): boolean =>
  vulnerabilities !== null && vulnerabilities.new.count + vulnerabilities.fixable.count > 0;

function quietDay(answer: DigestAnswer, times: Times): ReturnType<View<DigestAnswer>> {
  const { day, since, hosts, states, ruleCount, firstScreen } = answer;
  const read = states.filter(({ state }) => state === 'read').length;
  const who = read === hosts.length ? counted(read, 'host') : `${read} of ${hosts.length} hosts`;
  const compared = since === null ? '' : ` since ${times.time(since)} ${times.zone}`;
  const line = `${times.day(day)}: ${who} read, ${ruleCount} rules each, no change${compared}`;
  const open = severities
    .toReversed()
    .map((severity) => [sumOpen(states, severity), severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const notes = [`${open.join(', ') || 'nothing'} open`, coverageText(states), ...alsoText(answer)];
  const unread = unreadLines(answer, times);
  return {
    headline: line,
    summary: [
      paragraph(
        strong(line),
        `; ${notes.join('; ')}. ${firstScreen.verdict.sentence} `,
        ...unread.slice(0, 3).flatMap((spans) => [...spans, ' ']),
        ...(unread.length > 3
          ? [`${counted(unread.length - 3, 'more host')}: `, code('status')]
          : []),
      ),
    ],
    actions: [seeAll(hosts.length === 1 ? (hosts[0] ?? null) : null)],
    next: [],
  };
}

const sumOpen = (states: readonly DigestHost[], severity: (typeof severities)[number]): number =>
  states.reduce((sum, { open }) => sum + (open?.[severity] ?? 0), 0);

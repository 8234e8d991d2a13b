import type { DigestAnswer, DigestHost } from '../answers/digest-answer.ts';
import { severities } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { digestHost } from './digest-host.ts';
import { changeCounts, findingsIn, groupList, stateLine, type Times } from './digest-lines.ts';
import {
  acceptanceParts,
  baselineParts,
  blindParts,
  exposureParts,
  fixParts,
  glimpseParts,
  newsParts,
  shortLivedParts,
} from './digest-parts.ts';
import { vulnerabilityParts } from './digest-vulnerabilities.ts';
import { code, heading, note, type Part, paragraph, strong, table, type View } from './document.ts';
import { driftedParts } from './drift.ts';
import { historyChart } from './history-chart.ts';
import { hostRemark } from './host-notes.ts';
import { localTimes } from './local-time.ts';

/** Rows of the totals; a channel rarely has more hosts. */
const HOSTS_SHOWN = 20;
const BETTER_SHOWN = 4;
const CONTROLS_SHOWN = 4;

/**
 * The parent message is a summary that fits a phone, each part of it bounded; the replies have each
 * host in more detail. What neither has room for is counted, with the command that shows it.
 */
export const digest: View<DigestAnswer> = (answer) => {
  const times = localTimes(answer.timezone);
  if (isQuiet(answer)) return quietDay(answer, times);
  const title = titleOf(answer, times);
  return {
    headline: `${title}, ${counted(answer.hosts.length, 'host')}${pendingText(answer)}`,
    summary: [
      heading(title),
      ...introduction(answer, times),
      ...(answer.isBaseline ? baselineParts(answer) : newsParts(answer)),
      ...betterParts(answer),
      ...acceptanceParts(answer),
      ...fixParts(answer),
      ...vulnerabilityParts(answer),
      ...exposureParts(answer),
      ...shortLivedParts(answer, times),
      ...glimpseParts(answer),
      ...driftedParts(answer.drifted),
      ...coverageParts(answer, times),
      ...pictureParts(answer),
      ...totals(answer),
    ],
    details: [],
    replies: answer.states.map((host) => digestHost(answer, host, times)),
    next: answer.next,
  };
};

function titleOf({ isBaseline, day, news, better, open, states }: DigestAnswer, times: Times) {
  const date = times.day(day);
  if (isBaseline) {
    const isAnyRead = states.some(({ lastGoodAt }) => lastGoodAt !== null);
    const known = isAnyRead ? counted(findingsIn(open), 'open finding') : 'nothing read yet';
    return `${date}: first digest, ${known}`;
  }
  const counts = changeCounts([...news, ...better]);
  const isAllRead = states.every(({ state }) => state === 'read');
  return `${date}: ${counts || (isAllRead ? 'no change' : 'no change seen')}`;
}

const pendingText = ({ pending }: DigestAnswer): string =>
  pending.length > 0 ? ` (${pending.length} still reporting)` : '';

function introduction(answer: DigestAnswer, times: Times): Part[] {
  const { hosts, ruleCount, since, pending, states } = answer;
  const read = states.filter(({ state }) => state === 'read').length;
  const compared = since === null ? '' : `, compared with ${times.time(since)}`;
  return [
    note(
      `${read} of ${counted(hosts.length, 'host')} read, ${ruleCount} rules each${compared}. `,
      `Times in ${times.zone}; details by host in the thread.`,
    ),
    ...(pending.length > 0
      ? [paragraph(strong('Still reporting: '), `${listed(pending, 8)}. This message will change.`)]
      : []),
    ...remarkParts(states),
  ];
}

function remarkParts(states: readonly DigestHost[]): Part[] {
  const remarked = states.filter((one) => hostRemark(one) !== '');
  if (remarked.length === 0) return [];
  const groups = [...Map.groupBy(remarked, hostRemark)].map(
    ([remark, of]) => `${listed(of.map(({ name }) => name))}${remark}`,
  );
  return [note(`${listed(groups)}.`)];
}

function betterParts({ better }: DigestAnswer): Part[] {
  if (better.length === 0) return [];
  return [
    paragraph(strong(`Better: ${changeCounts(better)}`)),
    ...groupList(better, BETTER_SHOWN, ['by host in the thread.']),
  ];
}

/** None on a first day: one point is no line. */
function pictureParts({ history }: DigestAnswer): Part[] {
  const chart = history && historyChart(history);
  return chart ? [chart] : [];
}

/** How much of what was asked got an answer, and where nobody could look. */
function coverageParts(answer: DigestAnswer, times: Times): Part[] {
  const { states, blind, takenAt: now } = answer;
  const lines = [
    ...states
      .filter(({ state }) => state !== 'pending')
      .flatMap((host) => stateLine(host, { blind, now, times })),
  ];
  return [
    paragraph(strong('Coverage: '), coverageText(states)),
    ...unknownControlParts(states),
    ...blindParts(answer, lines, times),
  ];
}

/** Controls are not judgements: that nobody measured them stands beside what was judged. */
function unknownControlParts(states: readonly DigestHost[]): Part[] {
  const counts = new Map<string, number>();
  for (const { control, containers } of states.flatMap((host) => host.unknownControls)) {
    counts.set(control, (counts.get(control) ?? 0) + containers);
  }
  if (counts.size === 0) return [];
  const most = Math.max(...counts.values());
  return [
    paragraph(
      strong('Unknown controls: '),
      `${listed([...counts.keys()], CONTROLS_SHOWN)}, of up to ${counted(most, 'running container')}; see `,
      code('controls'),
      '.',
    ),
  ];
}

function coverageText(states: readonly DigestHost[]): string {
  const sum = (count: 'answered' | 'unknown') =>
    states.reduce((total, { coverage }) => total + (coverage?.[count] ?? 0), 0);
  const [answered, unknown] = [sum('answered'), sum('unknown')];
  const unseen = states.filter(({ coverage }) => coverage === null).length;
  const missing = unseen > 0 ? `; ${counted(unseen, 'host')} never scanned` : '';
  return `${answered} of ${answered + unknown} judgements made, ${unknown} unknown${missing}.`;
}

function totals({ states }: DigestAnswer): Part[] {
  const hidden = states.length - HOSTS_SHOWN;
  return [
    ...table(
      ['host', 'grade', 'critical', 'high', 'lower', 'accepted', 'containers'],
      states
        .slice(0, HOSTS_SHOWN)
        .map((host) => [
          host.state === 'read' ? host.name : `${host.name} (${host.state})`,
          host.grade ? `${host.grade.grade} (${host.grade.score})` : 'unknown',
          ...[
            host.open?.critical,
            host.open?.high,
            lowerOf(host),
            host.accepted,
            host.containers,
          ].map((count) => (count === undefined || count === null ? '–' : String(count))),
        ]),
    ),
    ...(hidden > 0 ? [note(`… and ${counted(hidden, 'more host')}: hosts`)] : []),
  ];
}

const lowerOf = ({ open }: DigestHost): number | null => open && open.medium + open.low;

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
  const { day, since, hosts, states, ruleCount, expiring, drifted, blind, takenAt: now } = answer;
  const exploited = answer.vulnerabilities?.exploited.count ?? 0;
  const read = states.filter(({ state }) => state === 'read').length;
  const who = read === hosts.length ? counted(read, 'host') : `${read} of ${hosts.length} hosts`;
  const compared = since === null ? '' : ` since ${times.time(since)} ${times.zone}`;
  const line = `${times.day(day)}: ${who} read, ${ruleCount} rules each, no change${compared}`;
  const open = severities
    .toReversed()
    .map((severity) => [sumOpen(states, severity), severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const notes = [
    `${open.join(', ') || 'nothing'} open`,
    coverageText(states).replace(/\.$/, ''),
    ...(expiring.length > 0 ? [`${counted(expiring.length, 'acceptance')} ending soon`] : []),
    ...(drifted.length > 0 ? [`${counted(drifted.length, 'container')} drifted`] : []),
    ...(exploited > 0
      ? [counted(exploited, 'exploited vulnerability', 'exploited vulnerabilities')]
      : []),
  ];
  const unread = states.flatMap((host) => stateLine(host, { blind, now, times }));
  return {
    headline: line,
    summary: [
      {
        kind: 'paragraph',
        spans: [
          strong(line),
          `; ${notes.join('; ')}. `,
          ...unread.slice(0, 3).flatMap((spans) => [...spans, ' ']),
          ...(unread.length > 3
            ? [`${counted(unread.length - 3, 'more host')}: `, code('status')]
            : []),
        ],
      },
    ],
    details: [],
    next: [],
  };
}

const sumOpen = (states: readonly DigestHost[], severity: (typeof severities)[number]): number =>
  states.reduce((sum, { open }) => sum + (open?.[severity] ?? 0), 0);

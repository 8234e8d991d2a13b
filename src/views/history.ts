import type { AnswerBase } from '../answers/answer-base.ts';
import type { History, HistoryPoint, HostHistory } from '../answers/history.ts';
import type { HostState } from '../answers/host-state.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { openWithoutAccepted } from '../inspections/count-open.ts';
import { historyShown, knownFrom, endsOf as stretchEnds } from '../inspections/history-of-hosts.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { counted } from '../shared/text.ts';
import {
  heading,
  list,
  note,
  type Parts,
  type Span,
  strong,
  table,
  titled,
  type View,
} from './document.ts';
import { gradeText } from './grade.ts';
import {
  hostsLeftOut,
  openChart,
  runsOf,
  scoreChart,
  stretchLabels,
  stretchWord,
} from './history-chart.ts';
import { HOSTS_SHOWN, hostNotes, restNotes } from './host-notes.ts';

export interface HistoryAnswer extends AnswerBase, History {
  kind: 'history';
  hosts: HostState[];
}

/** Of so many hosts each point is listed. */
const TABLES_SHOWN = 5;

const worstFirst = severities.toReversed();

export const history: View<HistoryAnswer> = (answer) => {
  const { histories, hosts, takenAt } = answer;
  const labels = stretchLabels(answer);
  const ends = stretchEnds(answer.stretches, answer.stretchMs);
  const told = worstOf(histories);
  const shown = told.filter(({ points }) => points.some((point) => point !== null));
  const tables = shown.slice(0, TABLES_SHOWN).map((one) => pointTable(one, labels));
  const [only = [], ...more] = tables;
  return {
    headline: headlineOf(answer, labels),
    summary: [
      heading(titleOf(answer)),
      ...list(told.map((one) => hostLine(one, answer, { labels, ends }))),
      ...restNotes(histories.length - told.length, unreadIn(answer), 'history on <host>'),
      ...chartParts(answer),
      ...changeParts(histories, labels),
      note(...countedNote(answer)),
      ...hostNotes(hosts, takenAt),
    ],
    details: only,
    replies: more,
  };
};

function titleOf({ histories, stretches, stretchMs }: History): string {
  const [first] = histories;
  const whom = first && histories.length === 1 ? first.host : counted(histories.length, 'host');
  if (stretches.length === 0) return `${whom}: no history yet`;
  return `${whom} over ${spanText(stretches.length, stretchMs)}`;
}

/** `30 days`, `26 times 7 days`. */
function spanText(count: number, stretchMs: number): string {
  const word = stretchWord(stretchMs);
  return word === 'day' ? counted(count, 'day') : `${count} times ${word}`;
}

function headlineOf(answer: History, labels: readonly string[]): string {
  if (answer.histories.length > HOSTS_SHOWN) return fleetHeadline(answer, labels);
  const lines = answer.histories.map(({ host, points }) => {
    const { first, last } = endsOf(points, labels);
    if (!first || !last) return `${host}: not read`;
    const before =
      first.at === last.at ? ` on ${last.label}` : `, was ${gradeText(first)} on ${first.label}`;
    return `${host}: ${gradeText(last)}${before}`;
  });
  return lines.join(' · ');
}

/** All of a few hosts; of many those that are read and have the lowest score now. */
function worstOf(histories: readonly HostHistory[]): HostHistory[] {
  if (histories.length <= HOSTS_SHOWN) return [...histories];
  const lastOf = ({ points }: HostHistory) => points.findLast((point) => point !== null);
  return histories
    .filter((one) => lastOf(one) !== undefined)
    .sort((a, b) => (lastOf(a)?.score ?? -1) - (lastOf(b)?.score ?? -1))
    .slice(0, historyShown.hosts);
}

const unreadIn = ({ histories, rest }: History): number =>
  rest?.unread ?? histories.filter(({ points }) => points.every((point) => point === null)).length;

function fleetHeadline({ fleet, histories }: History, labels: readonly string[]): string {
  const points = fleet ?? [];
  const last = points.findLastIndex((point) => point !== null);
  const scored = points[last];
  const now =
    scored?.score === undefined || scored.score === null
      ? ''
      : `: mean score ${scored.score} on ${labels[last]}`;
  return `${counted(histories.length, 'host')}${now}`;
}

type Labelled = HistoryPoint & { label: string };

/** The first and the last point that are known. */
function endsOf(points: HostHistory['points'], labels: readonly string[]) {
  const labelled = (index: number): Labelled | undefined => {
    const point = points[index];
    return point ? { ...point, label: labels[index] ?? '' } : undefined;
  };
  const isKnown = (point: HistoryPoint | null) => point !== null;
  return {
    first: labelled(points.findIndex(isKnown)),
    last: labelled(points.findLastIndex(isKnown)),
  };
}

/** What each stretch is called, and when it ends. */
interface Stretches {
  labels: readonly string[];
  ends: readonly string[];
}

function hostLine(one: HostHistory, answer: History, stretches: Stretches): Span[] {
  const { labels } = stretches;
  const { first, last } = endsOf(one.points, labels);
  if (!first || !last) return [strong(one.host), ': could not be read in this time.'];
  const isLone = first.at === last.at;
  return [
    strong(one.host),
    isLone
      ? `: grade ${gradeText(last)} and ${counted(totalOf(openWithoutAccepted(last)), 'open finding')} on ${last.label}, the only ${stretchWord(answer.stretchMs)} with a good scan.`
      : `: grade ${gradeText(first)} on ${first.label}, ${gradeText(last)} on ${last.label}; open findings ${totalOf(openWithoutAccepted(first))}, then ${totalOf(openWithoutAccepted(last))} (${severityText(openWithoutAccepted(first), openWithoutAccepted(last))}).`,
    ...unreadText(one, answer, stretches),
  ];
}

const severityText = (before: Record<Severity, number>, after: Record<Severity, number>): string =>
  worstFirst
    .map((severity) =>
      before[severity] === after[severity]
        ? `${severity} ${after[severity]}`
        : `${severity} ${before[severity]} → ${after[severity]}`,
    )
    .join(', ');

/** Days before the first good scan are not missing: the host was not known yet. */
function unreadText(one: HostHistory, { stretchMs }: History, { labels, ends }: Stretches): Span[] {
  const known = knownFrom(one, ends);
  const isUnread = (index: number) => known >= 0 && index >= known && one.points[index] === null;
  const unread = labels.filter((_, index) => isUnread(index)).length;
  return [
    ...(known > 0 ? [` Known since ${labels[known]}.`] : []),
    ...(unread > 0
      ? [
          ` Not read on ${unread} of ${spanText(labels.length - known, stretchMs)}: ${runsOf(labels, isUnread)}.`,
        ]
      : []),
  ];
}

function chartParts(answer: History): Parts {
  const charts = [scoreChart(answer), openChart(answer)].filter((chart) => chart !== null);
  const leftOut = hostsLeftOut(answer);
  const hasFleetGap = answer.fleet?.some((point) => point === null) ?? false;
  return [
    ...charts,
    charts.length === 0 &&
      answer.stretches.length > 0 &&
      note('No chart yet: it needs good scans at two different times.'),
    leftOut > 0 &&
      note(`Drawn are the hosts with the lowest scores; ${counted(leftOut, 'more host')} not.`),
    hasFleetGap &&
      note('All hosts together are drawn only where every host known at that time was scanned.'),
  ];
}

function changeParts(histories: readonly HostHistory[], labels: readonly string[]): Parts {
  const changes: { history: HostHistory; index: number; size: number }[] = [];
  for (const history of histories) {
    for (const [index, point] of history.points.entries()) {
      const size = point?.changes ? point.changes.new + point.changes.fixed : 0;
      if (size > 0) changes.push({ history, index, size });
    }
  }
  const biggest = changes.toSorted((a, b) => b.size - a.size).slice(0, historyShown.changes);
  const byTime = biggest.toSorted((a, b) => a.index - b.index);
  return titled(
    changes.length > historyShown.changes ? 'Biggest changes' : 'Changes',
    list(byTime.map(({ history, index }) => changeLine(history, index, labels[index] ?? ''))),
  );
}

function changeLine({ host, points }: HostHistory, index: number, label: string): Span[] {
  const point = points[index];
  if (!point?.changes) return [];
  const before = points.slice(0, index).findLast((earlier) => earlier !== null);
  const score = before ? scoreStep(before, point) : '';
  const { new: opened, fixed } = point.changes;
  return [strong(label), ` ${host}: ${opened} new, ${fixed} fixed or gone${score}`];
}

const scoreStep = (before: HistoryPoint, after: HistoryPoint) =>
  before.score === after.score ? '' : `; score ${scoreText(before)} → ${scoreText(after)}`;

const scoreText = ({ score }: HistoryPoint) => (score === null ? 'unknown' : String(score));

function countedNote({ stretchMs, stretches }: History): string[] {
  if (stretches.length === 0) return ['Nothing was scanned in this time.'];
  return [
    `Each point is the last good scan of each ${stretchWord(stretchMs)} (UTC). `,
    'Open findings are those after that scan, without the ones that were accepted then.',
  ];
}

/** Every point of a host, the newest first; those that follow each other and are alike are one row. */
function pointTable(one: HostHistory, labels: readonly string[]): Parts {
  const { host, points, firstReadAt } = one;
  const firstPoint = points.findIndex((point) => point !== null);
  const rows = points
    .map((point, index) => [labels[index] ?? '', ...cellsOf(point)])
    .slice(firstReadAt === null ? 0 : firstPoint)
    .toReversed();
  const shown = alikeRows(rows).map(([newest, oldest]) => {
    const [to = '', ...cells] = newest;
    const [from = ''] = oldest;
    return [from === to ? to : `${from} to ${to}`, ...cells];
  });
  return [heading(host), ...table(['time', 'grade', ...worstFirst, 'new', 'fixed'], shown)];
}

/** The first and the last of rows that follow each other and differ in their times alone, with nothing that is new or fixed. */
function alikeRows(rows: readonly string[][]): [string[], string[]][] {
  const runs: [string[], string[]][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const isQuiet = row.slice(-2).every((cell) => cell === '0' || cell === '–');
    const isAlike = run?.[0].slice(1).join('\n') === row.slice(1).join('\n');
    if (run !== undefined && isQuiet && isAlike) run[1] = row;
    else runs.push([row, row]);
  }
  return runs;
}

function cellsOf(point: HistoryPoint | null): string[] {
  if (point === null) return ['not read', ...worstFirst.map(() => '–'), '–', '–'];
  const { changes } = point;
  const open = openWithoutAccepted(point);
  return [
    gradeText(point),
    ...worstFirst.map((severity) => String(open[severity])),
    changes ? String(changes.new) : '–',
    changes ? String(changes.fixed) : '–',
  ];
}

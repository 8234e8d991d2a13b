import type { History, HistoryPoint, HostHistory } from '../answers/history.ts';
import { openWithoutAccepted } from '../inspections/count-open.ts';
import { endsOf, historyShown, knownFrom } from '../inspections/history-of-hosts.ts';
import { severities } from '../rules/rule.ts';
import { clamp, listed } from '../shared/text.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';
import type { ChartPart } from './document.ts';

type Series = ChartPart['series'][number];
type Point = Pick<HistoryPoint, 'open' | 'accepted'> | null;

const NAME_LENGTH = 40;
const JOINS_SAID = 3;

/** Score of each host, the worst first, and of all together. Null when nothing can be drawn. */
export function scoreChart(history: History): ChartPart | null {
  const { histories, fleet } = history;
  const all = fleet
    ? [{ name: 'all hosts', isOfAll: true, values: fleet.map((point) => point?.score ?? null) }]
    : [];
  const hosts = histories.map(({ host, points }) => ({
    name: host,
    values: points.map((point) => point?.score ?? null),
  }));
  const worstFirst = hosts.filter(isDrawn).toSorted((a, b) => lastOf(a) - lastOf(b));
  const series = [...all.filter(isDrawn), ...worstFirst].slice(0, historyShown.lines);
  return toChart(`Score of ${whom(history)}, of 100`, series, history, all.some(isDrawn));
}

/** Open findings by severity, of the host or of all together. Null when nothing can be drawn. */
export function openChart(history: History): ChartPart | null {
  const points: readonly Point[] = history.fleet ?? history.histories[0]?.points ?? [];
  const series = severities.toReversed().map((severity) => ({
    name: severity,
    severity,
    isOfAll: history.fleet !== null,
    values: points.map((point) => point && openWithoutAccepted(point)[severity]),
  }));
  const isFleet = history.fleet !== null;
  return toChart(`Open findings on ${whom(history)}`, series.filter(isDrawn), history, isFleet);
}

/** A line takes two points. */
const isDrawn = ({ values }: Series) => values.filter((value) => value !== null).length > 1;
const lastOf = ({ values }: Series) => values.findLast((value) => value !== null) ?? 0;

function whom({ histories }: History): string {
  const [only, second] = histories;
  return only && !second ? clamp(only.host, NAME_LENGTH) : `${histories.length} hosts`;
}

function toChart(
  title: string,
  series: Series[],
  history: History,
  hasSum: boolean,
): ChartPart | null {
  if (series.length === 0) return null;
  const categories = stretchLabels(history);
  const breaks = hasSum ? joinsOf(history) : [];
  const sentences = series.map((one) => sentenceOf(one, categories));
  const joins = breaks.map(({ index, label }) => `${label} counts from ${categories[index]} on.`);
  const alternative = [
    `${title}.`,
    ...sentences,
    ...joins.slice(0, JOINS_SAID),
    gapSentence(series, categories),
  ];
  return {
    kind: 'chart',
    title,
    categories,
    series,
    ...(breaks.length > 0 && { breaks }),
    alternative: alternative.filter((sentence) => sentence !== '').join(' '),
  };
}

/**
 * Where the sum of all hosts begins to count one more: a jump there says nothing of security. The first
 * stretch begins all lines anyway.
 */
function joinsOf(history: History): NonNullable<ChartPart['breaks']> {
  const ends = endsOf(history.stretches, history.stretchMs);
  const joined = history.histories.flatMap((one) => {
    const index = knownFrom(one, ends);
    return index > 0 ? [{ index, host: clamp(one.host, NAME_LENGTH) }] : [];
  });
  return [...Map.groupBy(joined, ({ index }) => index)]
    .sort(([a], [b]) => a - b)
    .map(([index, hosts]) => {
      const names = hosts.map(({ host }) => host);
      return { index, label: listed(names, 2) };
    });
}

/** `web-1: 58 (26 Oct) to 74 (24 Nov), lowest 52 (3 Nov), highest 78 (20 Nov).` */
function sentenceOf({ name, values }: Series, labels: readonly string[]): string {
  const known = values.flatMap((value, index) =>
    value === null ? [] : [{ value, label: labels[index] ?? '' }],
  );
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return '';
  const who = clamp(name, NAME_LENGTH);
  const sorted = known.toSorted((a, b) => a.value - b.value);
  const [lowest = first] = sorted;
  const highest = sorted.findLast(({ value }) => value === sorted.at(-1)?.value) ?? last;
  if (lowest.value === highest.value) return `${who}: ${first.value} all the time.`;
  const show = ({ value, label }: typeof first) => `${value} (${label})`;
  const ends = [Math.min(first.value, last.value), Math.max(first.value, last.value)];
  const extremes = [
    ...(lowest.value < (ends[0] ?? 0) ? [`lowest ${show(lowest)}`] : []),
    ...(highest.value > (ends[1] ?? 0) ? [`highest ${show(highest)}`] : []),
  ];
  return `${[`${who}: ${show(first)} to ${show(last)}`, ...extremes].join(', ')}.`;
}

/** Days without a value in a line, before its first one aside: then it was not known yet. */
function gapSentence(series: readonly Series[], labels: readonly string[]): string {
  const isGap = (index: number) =>
    series.some(({ values }) => {
      const first = values.findIndex((value) => value !== null);
      return index > first && values[index] === null;
    });
  const runs = runsOf(labels, isGap);
  return runs === '' ? '' : `Not read, so not drawn: ${runs}.`;
}

/** How many of the hosts that could be drawn have no line. */
export function hostsLeftOut({ histories, rest, fleet }: History): number {
  const isDrawable = ({ points }: HostHistory) =>
    points.filter((point) => point?.score != null).length > 1;
  const drawable = rest?.drawable ?? histories.filter(isDrawable).length;
  return Math.max(0, drawable - (historyShown.lines - (fleet ? 1 : 0)));
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Names of stretches: `24 Nov`, with the year where several are meant, `24 Nov 06:30` for less. */
export function stretchLabels({ stretches, stretchMs }: Pick<History, 'stretches' | 'stretchMs'>) {
  const years = new Set(stretches.map((stretch) => stretch.slice(0, 4)));
  return stretches.map((stretch) => {
    const [year = '', month = '', day = ''] = stretch.slice(0, 10).split('-');
    const date = `${Number(day)} ${MONTHS[Number(month) - 1]}${years.size > 1 ? ` ${year}` : ''}`;
    return stretchMs < DAY_MS ? `${date} ${stretch.slice(11, 16)}` : date;
  });
}

/** What one point stands for: `day`, `10 minutes`, `7 days`. */
export function stretchWord(stretchMs: number): string {
  if (stretchMs === DAY_MS) return 'day';
  if (stretchMs > DAY_MS) return `${stretchMs / DAY_MS} days`;
  return stretchMs === MINUTE_MS ? 'minute' : `${stretchMs / MINUTE_MS} minutes`;
}

/** Runs of stretches in words: `12 Nov to 14 Nov, 20 Nov`. `isIn` tells which belong to a run. */
export function runsOf(labels: readonly string[], isIn: (index: number) => boolean): string {
  const runs: string[] = [];
  for (let index = 0; index < labels.length; index += 1) {
    if (!isIn(index)) continue;
    const first = index;
    while (index + 1 < labels.length && isIn(index + 1)) index += 1;
    runs.push(first === index ? `${labels[first]}` : `${labels[first]} to ${labels[index]}`);
  }
  return listed(runs, 5);
}

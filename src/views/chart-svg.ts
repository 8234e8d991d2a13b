import { clamp, visible } from '../shared/text.ts';
import { chartLegend, strokeOf } from './chart-legend.ts';
import type { ChartPart } from './document.ts';
import { ink, svgNumber, svgText } from './svg.ts';

// On a phone the picture is some 330 pixels wide, so that its text is half as large as here.
const WIDTH = 600;
const TOP = 62;
const LEFT = 56;
const RIGHT = WIDTH - 66;
const BOTTOM = 330;
const FONT = 22;
/** Widest letters aside, one of Inter takes so much of its size; no text is measured here. */
const LETTER_WIDTH = 0.58;
const VALUE_DISTANCE = 24;
const NAME_LENGTH = 20;
const TITLE_LENGTH = 44;
/** More marks than this run into each other. */
const MARKS_MAX = 31;

type Line = ChartPart['series'][number];
type Breaks = NonNullable<ChartPart['breaks']>;

interface Scale {
  x(index: number): number;
  y(value: number): number;
  /** Values at which a grid line stands. */
  ticks: number[];
  /** Half of the way from one point to the next. */
  half: number;
}

/**
 * A chart as an SVG, 600 wide, with text in the font Inter that is large enough for a phone. Lines
 * differ by colour, dashes and the shape of their marks; those of a severity look as it does
 * everywhere. What is not known is a gap on grey ground, and a break begins each line anew. Six lines
 * at most are told apart; text of any kind is harmless in it.
 */
export function chartSvg({ title, categories, series, breaks = [] }: ChartPart): string {
  const lines = series.slice(0, 6);
  const scale = toScale(categories.length, lines);
  const hasGap = lines.some(({ values }) => values.includes(null));
  const notes = [...(hasGap ? [gapWords(lines)] : []), ...breakWords(breaks)];
  const legend = chartLegend(lines, { left: LEFT, width: WIDTH - LEFT - 16, top: BOTTOM + 66 });
  const notesAt = legend.bottom + 10;
  const height = notesAt + notes.length * 26 + 6;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter" font-size="${FONT}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    svgText(16, 36, clamp(visible(title), TITLE_LENGTH), { size: 24 }),
    ...gapBands(lines, scale),
    ...gridLines(scale),
    ...categoryLabels(categories, scale),
    ...breakLines(breaks, scale),
    ...lines.flatMap((line, index) => drawLine(line, index, scale, line.isOfAll ? breaks : [])),
    ...lastValues(lines, scale),
    ...legend.drawn,
    ...notes.map((words, row) =>
      svgText(LEFT, notesAt + 16 + row * 26, words, { fill: ink.soft, size: 19 }),
    ),
    '</svg>',
  ].join('\n');
}

function toScale(count: number, lines: readonly Line[]): Scale {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const step = niceStep(Math.max(1, ...known));
  const steps = Math.max(1, Math.ceil(Math.max(1, ...known) / step));
  const width = RIGHT - LEFT;
  return {
    half: count > 1 ? width / (count - 1) / 2 : width / 2,
    x: (index) => (count > 1 ? LEFT + (index * width) / (count - 1) : LEFT + width / 2),
    y: (value) => BOTTOM - (value * (BOTTOM - TOP)) / (steps * step),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * step),
  };
}

/** A step of 1, 2 or 5 with zeros, of which at most five make the highest value. */
function niceStep(highest: number): number {
  for (let size = 1; ; size *= 10) {
    const step = [1, 2, 5].find((digit) => highest / (digit * size) <= 5);
    if (step !== undefined) return step * size;
  }
}

const gridLines = ({ ticks, y }: Scale): string[] =>
  ticks.flatMap((tick) => [
    `<line x1="${LEFT}" y1="${svgNumber(y(tick))}" x2="${RIGHT}" y2="${svgNumber(y(tick))}" stroke="${tick === 0 ? ink.soft : ink.grid}"/>`,
    svgText(LEFT - 10, y(tick) + 7, shortNumber(tick), { anchor: 'end', fill: ink.soft }),
  ]);

const shortNumber = (value: number): string =>
  value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(value);

/** As many categories as there is room for, the last one always. */
function categoryLabels(categories: readonly string[], { x }: Scale): string[] {
  const letters = Math.max(1, ...categories.map((label) => clamp(label, NAME_LENGTH).length));
  const room = Math.max(1, Math.floor((RIGHT - LEFT) / (letters * FONT * LETTER_WIDTH + 30)));
  const every = Math.max(1, Math.ceil(categories.length / room));
  return categories.flatMap((label, index) => {
    if ((categories.length - 1 - index) % every !== 0) return [];
    const shown = clamp(visible(label), NAME_LENGTH);
    return [
      `<line x1="${svgNumber(x(index))}" y1="${BOTTOM}" x2="${svgNumber(x(index))}" y2="${BOTTOM + 6}" stroke="${ink.soft}"/>`,
      svgText(x(index), BOTTOM + 30, shown, { anchor: 'middle', fill: ink.soft }),
    ];
  });
}

/** Grey ground where no line is known, neighbours in one. */
function gapBands(lines: readonly Line[], { x, half }: Scale): string[] {
  const count = lines[0]?.values.length ?? 0;
  const isUnknown = (index: number) => lines.every(({ values }) => values[index] === null);
  const bands: string[] = [];
  for (let index = 0; index < count; index += 1) {
    if (!isUnknown(index)) continue;
    const first = index;
    while (index + 1 < count && isUnknown(index + 1)) index += 1;
    const from = Math.max(LEFT, x(first) - half);
    const to = Math.min(RIGHT, x(index) + half);
    bands.push(
      `<rect x="${svgNumber(from)}" y="${TOP}" width="${svgNumber(to - from)}" height="${BOTTOM - TOP}" fill="${ink.gap}"/>`,
    );
  }
  return bands;
}

function gapWords(lines: readonly Line[]): string {
  const isShaded = lines[0]?.values.some((_, index) =>
    lines.every(({ values }) => values[index] === null),
  );
  return isShaded ? 'Grey: not read.' : 'Gap in a line: not read.';
}

/** A thin line before the first point that counts more. */
const breakLines = (breaks: Breaks, { x, half }: Scale): string[] =>
  breaks.map(({ index }) => {
    const at = svgNumber(Math.max(LEFT, x(index) - half));
    return `<line x1="${at}" y1="${TOP}" x2="${at}" y2="${BOTTOM}" stroke="${ink.soft}" stroke-dasharray="2 4"/>`;
  });

function breakWords(breaks: Breaks): string[] {
  const labels = breaks.map(({ label }) => clamp(visible(label), NAME_LENGTH));
  const more = labels.length > 2 ? ` and ${labels.length - 2} more` : '';
  return labels.length > 0
    ? [`Thin line: from here on with ${labels.slice(0, 2).join(', ')}${more}.`]
    : [];
}

function drawLine(line: Line, index: number, { x, y }: Scale, breaks: Breaks): string[] {
  const { values } = line;
  const { color, dashes, mark } = strokeOf(line, index);
  const isStart = (place: number) =>
    place === 0 ||
    (values[place - 1] ?? null) === null ||
    breaks.some((one) => one.index === place);
  const path = values
    .map((value, place) =>
      value === null
        ? ''
        : `${isStart(place) ? 'M' : 'L'}${svgNumber(x(place))} ${svgNumber(y(value))}`,
    )
    .join('');
  const isLone = (place: number) =>
    isStart(place) &&
    (place + 1 >= values.length || isStart(place + 1) || values[place + 1] === null);
  const every = Math.ceil(values.length / MARKS_MAX);
  const marks = values.flatMap((value, place) =>
    value !== null && ((values.length - 1 - place) % every === 0 || isLone(place))
      ? [mark(x(place), y(value), color)]
      : [],
  );
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return [
    `<path d="${path}" fill="none" stroke="${color}" stroke-width="3" stroke-linejoin="round"${dash}/>`,
    ...marks,
  ];
}

/** The last value of each line at its end; pushed apart where they would overlap. */
function lastValues(lines: readonly Line[], { x, y }: Scale): string[] {
  const ends = lines
    .map((line, index) => {
      const place = line.values.findLastIndex((value) => value !== null);
      const value = line.values[place] ?? 0;
      return { color: strokeOf(line, index).color, place, value, at: y(value) };
    })
    .filter(({ place }) => place >= 0)
    .toSorted((a, b) => a.at - b.at);
  const spread = spreadOut(ends.map(({ at }) => at));
  return ends.map(({ color, value, at, place }, order) =>
    svgText(x(place) + 12, (spread[order] ?? at) + 7, shortNumber(value), { fill: color }),
  );
}

/** Heights in order, moved so that neighbours keep their distance and none leaves the picture. */
function spreadOut(heights: readonly number[]): number[] {
  const placed: number[] = [];
  for (const height of heights) {
    placed.push(Math.max(height, (placed.at(-1) ?? Number.NEGATIVE_INFINITY) + VALUE_DISTANCE));
  }
  let lowest = BOTTOM + 4;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    placed[index] = Math.min(placed[index] ?? lowest, lowest);
    lowest = (placed[index] ?? lowest) - VALUE_DISTANCE;
  }
  return placed;
}

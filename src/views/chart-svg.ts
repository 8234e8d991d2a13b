import { clamp, visible } from '../shared/text.ts';
import type { ChartPart } from './document.ts';
import { ink, svgNumber, svgText } from './svg.ts';

const WIDTH = 1_000;
const HEIGHT = 460;
const TOP = 66;
const LEFT = 66;
const BOTTOM = HEIGHT - 62;
const FONT = 18;
/** Widest letters aside, one of Inter takes so much of its size; no text is measured here. */
const LETTER_WIDTH = 0.58;
const SAMPLE_WIDTH = 34;
const LABEL_DISTANCE = 25;
const NAME_LENGTH = 20;
/** More dots than this run into each other. */
const DOTS_MAX = 45;

/** Told apart without colour by the dashes. Okabe and Ito's colours, darkened for white ground. */
const strokes = [
  { color: '#0b5fa5', dashes: '' },
  { color: '#c2410c', dashes: '10 5' },
  { color: '#00755a', dashes: '3 4' },
  { color: '#8b3a80', dashes: '14 4 3 4' },
  { color: '#6b5300', dashes: '6 3' },
  { color: '#333a40', dashes: '2 7' },
] as const;

type Line = ChartPart['series'][number];

interface Scale {
  x(index: number): number;
  y(value: number): number;
  right: number;
  /** Values at which a grid line stands. */
  ticks: number[];
  /** Half of the way from one point to the next. */
  half: number;
}

/**
 * A chart as an SVG of 1,000 by 460, with text in the font Inter. What is not known is a gap on grey
 * ground. Six lines at most are told apart; text of any kind is harmless in it.
 */
export function chartSvg({ title, categories, series }: ChartPart): string {
  const lines = series.slice(0, strokes.length);
  const scale = toScale(categories.length, lines);
  const hasGap = lines.some(({ values }) => values.includes(null));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter" font-size="${FONT}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    svgText(24, 38, clamp(visible(title), 90), { size: 23 }),
    ...gapBands(lines, scale),
    ...gridLines(scale),
    ...categoryLabels(categories, scale),
    ...(hasGap ? [gapNote(lines)] : []),
    ...lines.flatMap((line, index) => drawLine(line, index, scale)),
    ...endLabels(lines, scale),
    '</svg>',
  ].join('\n');
}

function toScale(count: number, lines: readonly Line[]): Scale {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const step = niceStep(Math.max(1, ...known));
  const steps = Math.max(1, Math.ceil(Math.max(1, ...known) / step));
  const letters = Math.max(4, ...lines.map((line) => labelOf(line).length));
  const right = WIDTH - 40 - SAMPLE_WIDTH - letters * FONT * LETTER_WIDTH;
  const width = right - LEFT;
  return {
    right,
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

function gridLines({ ticks, y, right }: Scale): string[] {
  return ticks.flatMap((tick) => [
    `<line x1="${LEFT}" y1="${svgNumber(y(tick))}" x2="${svgNumber(right)}" y2="${svgNumber(y(tick))}" stroke="${tick === 0 ? ink.soft : ink.grid}"/>`,
    svgText(LEFT - 10, y(tick) + 5, String(tick), { anchor: 'end', fill: ink.soft }),
  ]);
}

/** As many categories as there is room for, the last one always. */
function categoryLabels(categories: readonly string[], { x, right }: Scale): string[] {
  const letters = Math.max(1, ...categories.map((label) => clamp(label, NAME_LENGTH).length));
  const room = Math.max(1, Math.floor((right - LEFT) / (letters * FONT * LETTER_WIDTH + 24)));
  const every = Math.max(1, Math.ceil(categories.length / room));
  return categories.flatMap((label, index) => {
    if ((categories.length - 1 - index) % every !== 0) return [];
    const shown = clamp(visible(label), NAME_LENGTH);
    return [
      `<line x1="${svgNumber(x(index))}" y1="${BOTTOM}" x2="${svgNumber(x(index))}" y2="${BOTTOM + 6}" stroke="${ink.soft}"/>`,
      svgText(x(index), BOTTOM + 26, shown, { anchor: 'middle', fill: ink.soft }),
    ];
  });
}

/** Grey ground where no line is known, neighbours in one. */
function gapBands(lines: readonly Line[], { x, half, right }: Scale): string[] {
  const count = lines[0]?.values.length ?? 0;
  const isUnknown = (index: number) => lines.every(({ values }) => values[index] === null);
  const bands: string[] = [];
  for (let index = 0; index < count; index += 1) {
    if (!isUnknown(index)) continue;
    const first = index;
    while (index + 1 < count && isUnknown(index + 1)) index += 1;
    const from = Math.max(LEFT, x(first) - half);
    const to = Math.min(right, x(index) + half);
    bands.push(
      `<rect x="${svgNumber(from)}" y="${TOP}" width="${svgNumber(to - from)}" height="${BOTTOM - TOP}" fill="${ink.gap}"/>`,
    );
  }
  return bands;
}

function gapNote(lines: readonly Line[]): string {
  const isShaded = lines[0]?.values.some((_, index) =>
    lines.every(({ values }) => values[index] === null),
  );
  const words = isShaded ? 'Grey: not read.' : 'Gap in a line: not read.';
  return svgText(LEFT, HEIGHT - 12, words, { fill: ink.soft, size: 14 });
}

function drawLine({ values }: Line, index: number, { x, y }: Scale): string[] {
  const { color, dashes } = strokeOf(index);
  const path = values
    .map((value, place) => {
      if (value === null) return '';
      const isStart = place === 0 || values[place - 1] === null;
      return `${isStart ? 'M' : 'L'}${svgNumber(x(place))} ${svgNumber(y(value))}`;
    })
    .join('');
  const isLone = (place: number) =>
    (values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null;
  const dots = values.flatMap((value, place) =>
    value !== null && (values.length <= DOTS_MAX || isLone(place))
      ? [
          `<circle cx="${svgNumber(x(place))}" cy="${svgNumber(y(value))}" r="3.5" fill="${color}"/>`,
        ]
      : [],
  );
  return [
    `<path d="${path}" fill="none" stroke="${color}" stroke-width="3" stroke-linejoin="round"${dashText(dashes)}/>`,
    ...dots,
  ];
}

/** Each line's name and last value, at its end; pushed apart where they would overlap. */
function endLabels(lines: readonly Line[], { x, y, right }: Scale): string[] {
  const ends = lines
    .map((line, index) => {
      const place = line.values.findLastIndex((value) => value !== null);
      return { line, index, place, at: y(line.values[place] ?? 0) };
    })
    .filter(({ place }) => place >= 0)
    .toSorted((a, b) => a.at - b.at);
  const spread = spreadOut(ends.map(({ at }) => at));
  return ends.flatMap(({ line, index, place, at }, order) => {
    const { color, dashes } = strokeOf(index);
    const labelAt = spread[order] ?? at;
    const from = right + 14;
    return [
      `<path d="M${svgNumber(x(place) + 5)} ${svgNumber(at)}L${svgNumber(from)} ${svgNumber(labelAt)}" fill="none" stroke="${ink.grid}"/>`,
      `<line x1="${svgNumber(from)}" y1="${svgNumber(labelAt)}" x2="${svgNumber(from + SAMPLE_WIDTH - 6)}" y2="${svgNumber(labelAt)}" stroke="${color}" stroke-width="3"${dashText(dashes)}/>`,
      svgText(from + SAMPLE_WIDTH, labelAt + 5, labelOf(line), { fill: color }),
    ];
  });
}

/** Heights in order, moved so that neighbours keep their distance and none leaves the picture. */
function spreadOut(heights: readonly number[]): number[] {
  const placed: number[] = [];
  for (const height of heights) {
    placed.push(Math.max(height, (placed.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_DISTANCE));
  }
  let lowest = BOTTOM + 10;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    placed[index] = Math.min(placed[index] ?? lowest, lowest);
    lowest = (placed[index] ?? lowest) - LABEL_DISTANCE;
  }
  return placed;
}

const labelOf = ({ name, values }: Line) =>
  `${clamp(visible(name), NAME_LENGTH)} ${values.findLast((value) => value !== null) ?? ''}`;

const strokeOf = (index: number) => strokes[index % strokes.length] ?? strokes[0];
const dashText = (dashes: string) => (dashes === '' ? '' : ` stroke-dasharray="${dashes}"`);

import type { Severity } from '../rules/rule.ts';
import { clamp, visible } from '../shared/text.ts';
import type { ChartPart } from './document.ts';
import { severityMarks } from './severity-marks.ts';
import { svgNumber, svgText } from './svg.ts';

type Line = ChartPart['series'][number];
/** Draws the mark of a line at a point. */
type Mark = (x: number, y: number, color: string) => string;

const FONT = 22;
/** As in `chart-svg.ts`: no text is measured. */
const LETTER_WIDTH = 0.6;
const SAMPLE = 44;
const ROW = 32;
const NAME_LENGTH = 24;

const shape =
  (points: (x: number, y: number) => readonly (readonly [number, number])[]): Mark =>
  (x, y, color) => {
    const path = points(x, y).map(([px, py]) => `${svgNumber(px)} ${svgNumber(py)}`);
    return `<path d="M${path.join('L')}Z" fill="${color}"/>`;
  };
const triangle = shape((x, y) => [
  [x, y - 6],
  [x + 6, y + 5],
  [x - 6, y + 5],
]);
const diamond = shape((x, y) => [
  [x, y - 6],
  [x + 6, y],
  [x, y + 6],
  [x - 6, y],
]);
const square = shape((x, y) => [
  [x - 4, y - 4],
  [x + 4, y - 4],
  [x + 4, y + 4],
  [x - 4, y + 4],
]);
const dot: Mark = (x, y, color) =>
  `<circle cx="${svgNumber(x)}" cy="${svgNumber(y)}" r="4.5" fill="${color}"/>`;

/** The same shapes as the marks of severities in text. */
const severityShapes: Readonly<Record<Severity, Mark>> = {
  critical: triangle,
  high: diamond,
  medium: dot,
  low: square,
};

/** Of lines that are no severity. Okabe and Ito's colours, darkened for white ground. */
const strokes = [
  { color: '#17202a', dashes: '', mark: dot },
  { color: '#8b3a80', dashes: '10 5', mark: square },
  { color: '#00755a', dashes: '3 4', mark: diamond },
  { color: '#0b5fa5', dashes: '14 4 3 4', mark: triangle },
  { color: '#6b5300', dashes: '6 3', mark: dot },
  { color: '#5c6670', dashes: '2 7', mark: square },
] as const;

/** What a line looks like: as its severity, else as its place among the lines. */
export function strokeOf(
  { severity }: Line,
  index: number,
): { color: string; dashes: string; mark: Mark } {
  const other = strokes[index % strokes.length] ?? strokes[0];
  if (severity === undefined) return other;
  const { color, dashes } = severityMarks[severity];
  return { color, dashes, mark: severityShapes[severity] };
}

/** A sample and the name of each line, in rows as wide as there is room. */
export function chartLegend(
  lines: readonly Line[],
  { left, width, top }: { left: number; width: number; top: number },
): { drawn: string[]; bottom: number } {
  let x = 0;
  let y = top;
  const drawn = lines.flatMap((line, index) => {
    const name = clamp(visible(line.name), NAME_LENGTH);
    const taken = SAMPLE + 8 + name.length * FONT * LETTER_WIDTH + 22;
    if (x > 0 && x + taken > width) {
      x = 0;
      y += ROW;
    }
    const at = left + x;
    x += taken;
    const { color, dashes, mark } = strokeOf(line, index);
    const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
    return [
      `<line x1="${svgNumber(at)}" y1="${y}" x2="${svgNumber(at + SAMPLE)}" y2="${y}" stroke="${color}" stroke-width="3"${dash}/>`,
      mark(at + SAMPLE / 2, y, color),
      svgText(at + SAMPLE + 8, y + 7, name, { fill: color }),
    ];
  });
  return { drawn, bottom: y + 8 };
}

import { clamp, counted, visible } from '../shared/text.ts';
import type { HostMapPart, HostMapWay } from './document.ts';
import { ink, svgNumber, svgText } from './svg.ts';

// As narrow as three containers side by side allow: a phone makes it half as large.
const WIDTH = 760;
const LEFT = 24;
const COLUMNS = 3;
const ROWS_MAX = 7;
const OUTSIDE = { y: 58, height: 30 };
const GRID_TOP = 118;
const CELL = { width: 188, height: 104 };
/** Lines run in the space between boxes: from outside to their left, to the kernel to their right. */
const GUTTER = 22;
const BOX = { width: CELL.width - 2 * GUTTER, height: 80 };
const ENGINE = { x: LEFT + COLUMNS * CELL.width + 8, width: 140 };
const LINE_DISTANCE = 4;
const TEXT_LENGTH = 18;
const LEGEND_ROW = 28;

type Level = HostMapPart['containers'][number]['level'];
type Box = HostMapPart['containers'][number] & { x: number; y: number; row: number };

/** Ground and border of a box; the words in it say the same. */
const styles: Readonly<
  Record<Exclude<Level, null> | 'unknown', readonly [string, string, string]>
> = {
  'on-the-host': ['#fbd5d0', '#b3261e', 'on the host'],
  'shared-kernel': ['#fde8c8', '#9a5b00', 'shared kernel'],
  'user-namespace': ['#fdf6c3', '#6b5b00', 'own users'],
  rootless: ['#e3f1d4', '#3f6b1e', 'rootless engine'],
  sandbox: ['#d3eaf7', '#0b5fa5', 'sandbox'],
  'virtual-machine': ['#dcd7f5', '#4b3aa0', 'virtual machine'],
  unknown: ['#ffffff', '#5c6670', 'unknown'],
};

const strokes: Readonly<Record<HostMapWay['certainty'], readonly [string, string, string]>> = {
  direct: ['#b3261e', '', 'works as it is'],
  unproven: ['#c2410c', '9 5', 'hangs on what was not read'],
  conditional: ['#5c6670', '2 5', 'needs another weakness first'],
};

/**
 * A host as an SVG, 760 wide: the world above, the kernel below, between them the engine and at
 * most 21 containers, whose colours and words say their level; the others are counted. Lines lead
 * down to root on the host, dashed where they are not sure.
 */
export function hostMapSvg(map: HostMapPart): string {
  const boxes = map.containers.slice(0, COLUMNS * ROWS_MAX).map((container, index): Box => {
    const row = Math.floor(index / COLUMNS);
    const x = LEFT + (index % COLUMNS) * CELL.width + GUTTER;
    return { ...container, x, y: GRID_TOP + row * CELL.height, row };
  });
  const rows = Math.ceil(boxes.length / COLUMNS);
  const left = map.containers.length - boxes.length;
  const gridEnd = GRID_TOP + rows * CELL.height;
  const legendEnd = gridEnd + 74 + LEGEND_ROW * Math.max(1, usedStrokes(map.ways).length);
  const height = legendEnd + 34;
  const engine = { y: GRID_TOP, height: gridEnd - 30 - GRID_TOP };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter" font-size="18">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    svgText(LEFT, 36, clamp(visible(map.title), 60), { size: 22 }),
    bar(OUTSIDE.y, OUTSIDE.height, '#eef1f3', ink.soft),
    svgText(LEFT + 14, OUTSIDE.y + 20, 'outside', { fill: ink.soft }),
    bar(gridEnd, 44, '#17202a', '#17202a'),
    svgText(LEFT + 14, gridEnd + 28, `root on ${clamp(visible(map.host), 28)}: its Linux kernel`, {
      fill: '#ffffff',
    }),
    ...(left > 0 ? [leftOut(left, gridEnd + 28)] : []),
    ...engineBox(map, engine, gridEnd),
    ...map.ways.flatMap((way) => drawWay(way, { boxes, engine, gridEnd })),
    ...boxes.flatMap(drawBox),
    ...legend(map.ways, gridEnd + 78),
    ...notDrawn(map, boxes, legendEnd + 8),
    '</svg>',
  ].join('\n');
}

const leftOut = (count: number, y: number) =>
  svgText(WIDTH - LEFT - 14, y, `${counted(count, 'more container')}, not drawn`, {
    fill: '#ffffff',
    anchor: 'end',
  });

/** Lines of containers without a box, and ways that have no line at all. */
function notDrawn({ ways, waysLeftOut }: HostMapPart, boxes: readonly Box[], y: number): string[] {
  const hasBox = (place: HostMapWay['from'] | HostMapWay['to']) =>
    typeof place === 'string' || boxes.some(({ name }) => name === place.container);
  const count = waysLeftOut + ways.filter(({ from, to }) => !hasBox(from) || !hasBox(to)).length;
  if (count === 0) return [];
  return [svgText(LEFT, y, `${counted(count, 'more way')}, not drawn`, { fill: ink.text })];
}

const bar = (y: number, height: number, fill: string, stroke: string) =>
  `<rect x="${LEFT}" y="${y}" width="${WIDTH - 2 * LEFT}" height="${height}" rx="6" fill="${fill}" stroke="${stroke}"/>`;

interface Frame {
  boxes: readonly Box[];
  engine: { y: number; height: number };
  gridEnd: number;
}

function engineBox(
  { engineVersion: version }: HostMapPart,
  { y, height }: Frame['engine'],
  end: number,
) {
  const { x, width } = ENGINE;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#eef1f3" stroke="${ink.text}"/>`,
    svgText(x + 10, y + 26, 'Docker Engine', { size: 17 }),
    svgText(x + 10, y + 48, clamp(visible(version), 14), { fill: ink.soft, size: 15 }),
    arrow(`M${x + width / 2} ${y + height}`, { x: x + width / 2, y: end }, ['#17202a', '']),
  ];
}

function drawBox({ name, level, holds, x, y }: Box): string[] {
  const [fill, stroke, words] = styles[level ?? 'unknown'];
  const dashes = level === null ? ' stroke-dasharray="5 4"' : '';
  const line = (below: number, text: string, size: number, color: string) =>
    svgText(x + 10, y + below, clamp(visible(text), TEXT_LENGTH), { size, fill: color });
  return [
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${fill}" stroke="${stroke}" stroke-width="1.5"${dashes}/>`,
    svgText(x + 10, y + 26, clamp(visible(name), 13)),
    line(48, words, 15, stroke),
    ...(holds.length > 0 ? [line(69, holds.join(', '), 14, ink.text)] : []),
  ];
}

/** Nothing for a container that is not drawn. */
function drawWay({ from, to, certainty }: HostMapWay, frame: Frame): string[] {
  const { boxes, engine, gridEnd } = frame;
  const boxOf = (place: HostMapWay['from'] | HostMapWay['to']) =>
    typeof place === 'string' ? undefined : boxes.find(({ name }) => name === place.container);
  const [color, dashes] = strokes[certainty];
  const drawn = (path: string, end: Point) => [arrow(path, end, [color, dashes])];
  const [source, target] = [boxOf(from), boxOf(to)];
  if (from === 'outside') {
    if (to === 'engine') {
      const x = ENGINE.x + ENGINE.width / 2;
      return drawn(`M${x} ${OUTSIDE.y + OUTSIDE.height}`, { x, y: engine.y });
    }
    if (!target) return [];
    const x = target.x - GUTTER / 2 - target.row * LINE_DISTANCE + LINE_DISTANCE;
    const y = target.y + BOX.height / 2;
    return drawn(`M${x} ${OUTSIDE.y + OUTSIDE.height}L${x} ${y}`, { x: target.x, y });
  }
  if (from === 'engine') return [];
  if (!source) return [];
  const right = { x: source.x + BOX.width, y: source.y + BOX.height / 2 };
  const gutter = right.x + 6 + source.row * LINE_DISTANCE;
  if (to === 'kernel')
    return drawn(`M${right.x} ${right.y}L${gutter} ${right.y}`, { x: gutter, y: gridEnd });
  if (to === 'engine') {
    // Below the boxes of its row, where nothing else is.
    const y = source.y + BOX.height + 8;
    const end = { x: ENGINE.x, y: Math.min(y, engine.y + engine.height - 6) };
    return drawn(
      `M${source.x + BOX.width / 2} ${source.y + BOX.height}L${source.x + BOX.width / 2} ${end.y}`,
      end,
    );
  }
  if (!target) return [];
  const isRight = target.x >= source.x;
  const start = { x: isRight ? right.x : source.x, y: right.y - 10 };
  return drawn(`M${start.x} ${start.y}`, {
    x: isRight ? target.x : target.x + BOX.width,
    y: target.y + BOX.height / 2 - 10,
  });
}

interface Point {
  x: number;
  y: number;
}

/** The path, a last straight stretch to `end`, and a dot there. */
function arrow(path: string, end: Point, [color, dashes]: readonly [string, string]): string {
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<path d="${path}L${svgNumber(end.x)} ${svgNumber(end.y)}" fill="none" stroke="${color}" stroke-width="2.5"${dash}/><circle cx="${svgNumber(end.x)}" cy="${svgNumber(end.y)}" r="4.5" fill="${color}"/>`;
}

function legend(ways: readonly HostMapWay[], y: number): string[] {
  const used = usedStrokes(ways);
  if (used.length === 0)
    return [svgText(LEFT, y, 'No way to root on the host is known.', { fill: ink.soft })];
  return used.flatMap(([color, dashes, words], index) => {
    const row = y + index * LEGEND_ROW;
    return [
      arrow(`M${LEFT} ${row - 6}`, { x: LEFT + 44, y: row - 6 }, [color, dashes]),
      svgText(LEFT + 58, row, words, { fill: ink.soft }),
    ];
  });
}

/** What the lines mean that there are. */
const usedStrokes = (ways: readonly HostMapWay[]) =>
  Object.entries(strokes).flatMap(([certainty, stroke]) =>
    ways.some((way) => way.certainty === certainty) ? [stroke] : [],
  );

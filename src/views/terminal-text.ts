import { visible } from '../shared/text.ts';
import { columnsOf, padColumns, wrapText } from '../shared/text-width.ts';
import {
  type ChartPart,
  type Document,
  type HostMapPart,
  type Part,
  plainText,
  type Span,
} from './document.ts';

/** How a text is laid out for whoever reads it. */
export interface TextLook {
  /** Columns of a line; null where lines may be of any length, as in a file. */
  columns: number | null;
  hasColor: boolean;
}

export const plainLook: TextLook = { columns: null, hasColor: false };

/**
 * A document as lines for a terminal: no escape sequence of untrusted text survives, and no line is wider
 * than the look allows. What is coloured is a word that says the same without its colour.
 */
export function terminalText(document: Document, look: TextLook = plainLook): string {
  const columns = look.columns === null ? null : Math.max(COLUMNS_MIN, look.columns);
  const replies = document.replies?.flat() ?? [];
  const parts = [...document.summary, ...(document.details ?? []), ...replies].map((part) =>
    partText(part, columns),
  );
  const lines = `Next: ${document.next.map(visible).join(' | ')}`;
  const next = document.next.length > 0 ? [wrapText(lines, columns, { next: '  ' })] : [];
  const text = `${[...parts, ...next].join('\n')}\n`;
  return look.hasColor ? colored(text) : text;
}

/** In fewer nothing can be read. */
const COLUMNS_MIN = 20;
const RULER_MAX = 72;

function partText(part: Part, columns: number | null): string {
  switch (part.kind) {
    case 'heading': {
      const text = wrapText(visible(part.text), columns);
      const ruler = Math.min(RULER_MAX, columns ?? RULER_MAX, columnsOf(visible(part.text)));
      return `\n${text}\n${RULER.repeat(ruler)}`;
    }
    case 'paragraph':
      return wrapText(spansText(part.spans), columns);
    case 'note':
      return wrapText(spansText(part.spans), columns, { first: INDENT });
    case 'list':
      return part.items.map((item) => itemText(spansText(item), columns)).join('\n');
    case 'table':
      return tableText(part.columns, part.rows, columns);
    case 'plan': {
      const tasks = part.tasks.map(({ title, spans }) =>
        itemText(`${visible(title)} ${spansText(spans)}`, columns),
      );
      return [wrapText(visible(part.title), columns), ...tasks].join('\n');
    }
    case 'chart':
      return chartText(part, columns);
    case 'host-map':
      return waysText(part, columns);
  }
}

const INDENT = '  ';
const RULER = '─';
const itemText = (text: string, columns: number | null) =>
  wrapText(text, columns, { first: '  • ', next: '    ' });

/** The ways of the picture; what else it shows stands in the answer around it. */
function waysText({ waysSaid: [first = '', ...ways] }: HostMapPart, columns: number | null) {
  return [
    wrapText(visible(first), columns),
    ...ways.map((way) => itemText(visible(way), columns)),
  ].join('\n');
}

const spansText = (spans: readonly Span[]): string =>
  spans.map((span) => visible(plainText(span))).join('');

/** One row of bars for each line, with its numbers, over its first and last category. */
function chartText({ title, categories, series }: ChartPart, columns: number | null): string {
  const bars = Math.min(WIDTH_MAX, (columns ?? WIDTH_MAX) - INDENT.length);
  const rows = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return [name, sparkline(values, bars), 'unknown', ''];
    const range = `lowest ${Math.min(...known)}, highest ${Math.max(...known)}`;
    return [name, sparkline(values, bars), `${known[0]} → ${known.at(-1)}`, range];
  });
  const hasGap = series.some(({ values }) => values.includes(null));
  const span = `${visible(categories[0] ?? '')} to ${visible(categories.at(-1) ?? '')}`;
  const headline = `${visible(title)}, ${span}${hasGap ? `; ${GAP} not read` : ''}`;
  const isWide = columns === null || rowsWidth(rows) <= columns;
  const drawn = isWide
    ? alignedText(rows)
    : rows
        .map(([name = '', drawing = '', change = '', range = '']) =>
          [`${INDENT}${drawing}`, itemText(visible([name, change, range].join(' ')), columns)].join(
            '\n',
          ),
        )
        .join('\n');
  return [`\n${wrapText(headline, columns, { first: INDENT })}`, drawn].join('\n');
}

/** A table in columns, or as a list with the name of each column where it is too wide for that. */
function tableText(
  names: readonly string[],
  rows: readonly string[][],
  columns: number | null,
): string {
  const shown = [[...names], ...rows].map((row) => row.map(visible));
  if (columns === null || rowsWidth(shown) <= columns) return alignedText(shown);
  const [head = [], ...body] = shown;
  return body
    .map(([first = '', ...cells]) => {
      const told = cells
        .map((cell, index) => ({ cell: cell.trim(), name: head[index + 1] ?? '' }))
        .filter(({ cell }) => cell !== '' && cell !== '–' && cell !== '-')
        .map(({ cell, name }) => (name === '' ? cell : `${name}: ${cell}`));
      return itemText([first, ...told].join(' · '), columns);
    })
    .join('\n');
}

const GUTTER = 2;

const widthsOf = (rows: readonly string[][]): number[] =>
  Array.from({ length: Math.max(0, ...rows.map(({ length }) => length)) }, (_, column) =>
    Math.max(0, ...rows.map((row) => columnsOf(visible(row[column] ?? '')))),
  );

const rowsWidth = (rows: readonly string[][]): number =>
  widthsOf(rows).reduce((sum, width) => sum + GUTTER + width, 0);

function alignedText(rows: readonly string[][]): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) => row.map(visible))
    .map((row) =>
      row
        .map((cell, column) => padColumns(cell, widths[column] ?? 0))
        .join(' '.repeat(GUTTER))
        .trimEnd(),
    )
    .map((line) => `${INDENT}${line}`)
    .join('\n');
}

const sgr = (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`;
const colorOf = { critical: 91, high: 31, medium: 33, low: 36 } as const;

/** Severities in their colours and headings in bold. The text itself holds no escape sequence. */
const colored = (text: string): string =>
  text
    .replace(/(?<![\w./=-])(critical|high|medium|low)(?![\w/=-]|\.\w)/gi, (word) =>
      sgr(colorOf[word.toLowerCase() as keyof typeof colorOf], word),
    )
    .replace(
      new RegExp(`^(.+)\n(?=${RULER})`, 'gm'),
      (_all, title: string) => `${sgr(1, title)}\n`,
    );

const BARS = '▁▂▃▄▅▆▇█';
/** Stands for what is not known. */
export const GAP = '·';
const WIDTH_MAX = 60;

/**
 * A row of numbers as a row of bars, from its own lowest to its own highest. Several values share a
 * bar where there are more than `columns`; it is a gap when one of them is not known.
 */
export function sparkline(values: readonly (number | null)[], columns: number = WIDTH_MAX): string {
  const known = values.filter((value) => value !== null);
  const lowest = Math.min(...known);
  const height = Math.max(...known) - lowest;
  return cellsOf(values, columns)
    .map((value) => {
      if (value === null) return GAP;
      const share = height === 0 ? flatShare(value) : (value - lowest) / height;
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
    })
    .join('');
}

/** A row that never changes stands in the middle, one of zeros on the ground. */
const flatShare = (value: number) => (value === 0 ? 0 : 0.5);

function cellsOf(values: readonly (number | null)[], columns: number): (number | null)[] {
  const width = Math.min(columns, values.length);
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const group = values.slice(from, Math.floor(((index + 1) * values.length) / width));
    return group.includes(null) ? null : (group.at(-1) ?? null);
  });
}

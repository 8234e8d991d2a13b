import { visible } from '../shared/text.ts';
import type { ChartPart, Document, Part, Span } from './document.ts';
import { plainText } from './plain-text.ts';

/** A document as lines for a terminal: no escape sequence of untrusted text survives. */
export function terminalText(document: Document): string {
  const replies = document.replies?.flat() ?? [];
  const parts = [...document.summary, ...document.details, ...replies].map(partText);
  const next = document.next.length > 0 ? [`Next: ${document.next.map(visible).join(' | ')}`] : [];
  return `${[...parts, ...next].join('\n')}\n`;
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'heading':
      return `\n${visible(part.text)}\n${'─'.repeat(Math.min(72, visible(part.text).length))}`;
    case 'paragraph':
      return spansText(part.spans);
    case 'note':
      return `  ${spansText(part.spans)}`;
    case 'list':
      return part.items.map((item) => `  • ${spansText(item)}`).join('\n');
    case 'table':
      return tableText([part.columns, ...part.rows]);
    case 'chart':
      return chartText(part);
    case 'host-map':
      return `  ${visible(part.alternative)}`;
  }
}

const spansText = (spans: readonly Span[]): string =>
  spans.map((span) => visible(plainText(span))).join('');

/** One row of bars for each line, with its numbers, over its first and last category. */
function chartText({ title, categories, series }: ChartPart): string {
  const rows = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return [name, sparkline(values), 'unknown', ''];
    const range = `lowest ${Math.min(...known)}, highest ${Math.max(...known)}`;
    return [name, sparkline(values), `${known[0]} → ${known.at(-1)}`, range];
  });
  const hasGap = series.some(({ values }) => values.includes(null));
  const span = `${visible(categories[0] ?? '')} to ${visible(categories.at(-1) ?? '')}`;
  return [
    `\n  ${visible(title)}, ${span}${hasGap ? `; ${GAP} not read` : ''}`,
    tableText(rows),
  ].join('\n');
}

function tableText(rows: readonly string[][]): string {
  const shown = rows.map((row) => row.map(visible));
  const widths = (shown[0] ?? []).map((_, column) =>
    Math.max(...shown.map((row) => row[column]?.length ?? 0)),
  );
  return shown
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

const BARS = '▁▂▃▄▅▆▇█';
/** Stands for what is not known. */
export const GAP = '·';
const WIDTH_MAX = 60;

/**
 * A row of numbers as a row of bars, from its own lowest to its own highest. Several values share a
 * bar where there are more than sixty; it is a gap when one of them is not known.
 */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const lowest = Math.min(...known);
  const height = Math.max(...known) - lowest;
  return cellsOf(values)
    .map((value) => {
      if (value === null) return GAP;
      const share = height === 0 ? flatShare(value) : (value - lowest) / height;
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
    })
    .join('');
}

/** A row that never changes stands in the middle, one of zeros on the ground. */
const flatShare = (value: number) => (value === 0 ? 0 : 0.5);

function cellsOf(values: readonly (number | null)[]): (number | null)[] {
  const width = Math.min(WIDTH_MAX, values.length);
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const group = values.slice(from, Math.floor(((index + 1) * values.length) / width));
    return group.includes(null) ? null : (group.at(-1) ?? null);
  });
}

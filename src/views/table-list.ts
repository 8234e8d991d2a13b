import type { Part, Span } from './document.ts';
import { list, note, strong } from './document.ts';

type Table = Extract<Part, { kind: 'table' }>;

/** Cells that say nothing. */
const empty: readonly string[] = ['', '–'];

/**
 * A table as a list, for who reads on a phone: one line for each row, its first cell as the name. What
 * all rows have is said once below.
 */
export function tableAsList({ columns, rows }: Table): Part[] {
  const isCommon = columns.map((_, column) => {
    const values = new Set(rows.map((row) => row[column]));
    return column > 0 && rows.length > 2 && values.size === 1;
  });
  const facets = (row: readonly string[], isShown: (column: number) => boolean): string[] =>
    row.flatMap((cell, column) =>
      column === 0 || !isShown(column) || empty.includes(cell)
        ? []
        : [`${columns[column]} ${cell}`],
    );
  const items = rows.map((row): Span[] => {
    const said = facets(row, (column) => !isCommon[column]);
    return [strong(row[0] ?? ''), said.length > 0 ? `: ${said.join(' · ')}` : ''];
  });
  const common = facets(rows[0] ?? [], (column) => isCommon[column] === true);
  return [
    ...list(items),
    ...(common.length > 0 ? [note(`All of them: ${common.join(' · ')}.`)] : []),
  ];
}

import { list, note, type Part, type Span, strong } from './document.ts';

type Table = Extract<Part, { kind: 'table' }>;

/** Cells that say nothing. */
const empty: readonly string[] = ['', '–'];

/** Characters of a row that a phone shows side by side. */
const PHONE_COLUMNS = 40;
/** Columns that it shows without scrolling sideways. */
const COLUMNS_MAX = 3;
/** Words of one cell that are named; the others are counted. */
const WORDS_SHOWN = 3;

/** True for a table of which a phone would show blanks, or a part. */
export function isTooWide({ columns, rows }: Table): boolean {
  const widths = columns.map((name, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), name.length),
  );
  const width = widths.reduce((sum, one) => sum + one, 0);
  return columns.length > COLUMNS_MAX || width > PHONE_COLUMNS;
}

/**
 * A table as a list, for who reads on a phone: one line for each row, its first cell as the name. What
 * all rows have is said once below. Of many words in a cell the three are named that fewest rows have.
 */
export function tableAsList({ columns, rows: given }: Table): Part[] {
  // A name and its value: whoever asked for it wants all of it.
  const isPair = columns.length === 2;
  const rows = isPair ? given : withFewWords(given);
  const isCommon = columns.map((_, column) => {
    const values = new Set(rows.map((row) => row[column]));
    return column > 0 && !isPair && rows.length > 2 && values.size === 1;
  });
  const facets = (row: readonly string[], isShown: (column: number) => boolean): string[] =>
    row.flatMap((cell, column) =>
      column === 0 || !isShown(column) || empty.includes(cell)
        ? []
        : [isPair ? cell : `${columns[column]}: ${cell}`],
    );
  const items = rows.map((row): Span[] => {
    const said = facets(row, (column) => !isCommon[column]);
    return [strong(row[0] ?? ''), said.length > 0 ? `: ${said.join(' · ')}` : ''];
  });
  const common = [
    ...facets(rows[0] ?? [], (column) => isCommon[column] === true),
    ...(isPair ? [] : commonWords(given)).flatMap((words, column) =>
      words.length > 0 ? [`${columns[column]}: ${words.join(', ')}`] : [],
    ),
  ];
  return [
    ...list(items),
    ...(common.length > 0 ? [note(`All of them: ${common.join(' · ')}.`)] : []),
  ];
}

/** How a cell ends of which something was cut before: see `listed`. */
const CUT = / and (\d+) more$/;

/** Cells that hold several words, separated by commas. */
const wordsOf = (cell = ''): string[] => cell.replace(CUT, '').split(', ');
/** How many words of a cell were cut before. */
const cutFrom = (cell: string): number => Number(CUT.exec(cell)?.[1] ?? 0);

/** For each column the words that each of more than two rows has, where cells hold many. */
function commonWords(rows: readonly string[][]): string[][] {
  return (rows[0] ?? []).map((cell, column) => {
    const isList = rows.some((row) => wordsOf(row[column]).length > WORDS_SHOWN);
    const isSame = rows.every((row) => row[column] === cell);
    if (column === 0 || rows.length <= 2 || !isList || isSame) return [];
    return wordsOf(cell).filter((word) => rows.every((row) => wordsOf(row[column]).includes(word)));
  });
}

function withFewWords(rows: readonly string[][]): string[][] {
  const common = commonWords(rows);
  const counts = common.map((_, column) => {
    const all = rows.flatMap((row) => wordsOf(row[column]));
    return new Map(
      [...Map.groupBy(all, (word) => word)].map(([word, same]) => [word, same.length]),
    );
  });
  return rows.map((row) =>
    row.map((cell, column) => {
      const own = wordsOf(cell).filter((word) => !common[column]?.includes(word));
      if (column === 0 || wordsOf(cell).length <= WORDS_SHOWN) return cell;
      const rare = own.toSorted(
        (a, b) => (counts[column]?.get(a) ?? 0) - (counts[column]?.get(b) ?? 0),
      );
      const hidden = Math.max(own.length - WORDS_SHOWN, 0) + cutFrom(cell);
      const shown = rare.slice(0, WORDS_SHOWN).join(', ');
      if (shown === '') return hidden > 0 ? `${hidden} more` : '–';
      return hidden > 0 ? `${shown} and ${hidden} more` : shown;
    }),
  );
}

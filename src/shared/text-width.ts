/** Letters that terminals draw two columns wide: East Asian wide and fullwidth ones, and emoji. */
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const withoutWidth = /\p{M}/u;

/** Columns that a terminal needs for a text in one line. */
export function columnsOf(text: string): number {
  // Nearly all of what is measured.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/** A text with blanks behind it, up to so many columns. */
export const padColumns = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/**
 * Breaks a text at blanks into lines of at most so many columns; a word that is longer than a line is cut.
 * The first line begins with `first`, the others with `next`, which must leave two columns. Without a
 * number of columns it stays one line.
 */
export function wrapText(
  text: string,
  columns: number | null,
  { first = '', next = first }: { first?: string; next?: string } = {},
): string {
  if (columns === null || columnsOf(first) + columnsOf(text) <= columns) return first + text;
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const begin = () => {
    lines.push(line.trimEnd());
    line = next;
    isEmpty = true;
  };
  for (const word of text.split(' ')) {
    if (!isEmpty && columnsOf(line) + 1 + columnsOf(word) > columns) begin();
    if (!isEmpty) line += ' ';
    for (const character of word) {
      if (columnsOf(line) + widthOf(character) > columns) begin();
      line += character;
      isEmpty = false;
    }
  }
  lines.push(line.trimEnd());
  return lines.join('\n');
}

function widthOf(character: string): number {
  if (wide.test(character)) return 2;
  return withoutWidth.test(character) ? 0 : 1;
}

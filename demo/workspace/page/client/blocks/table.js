import { h } from 'preact';
import { drawRichText } from './rich-text.js';

/** @import { ComponentChild } from 'preact' */
/** @import { Part } from './text.js' */

/**
 * @param {Part} cell
 * @param {Record<string, string>} names
 * @returns {ComponentChild}
 */
const drawCell = (cell, names) =>
  cell.type === 'rich_text' ? drawRichText(cell, names) : String(cell.text ?? cell.value ?? '');

/**
 * A table whose first row names the columns; it scrolls by itself.
 * @param {{ rows: Part[][], caption?: string, names: Record<string, string>, columns?: Part[] }} table
 */
export function Table({ rows, caption, names, columns = [] }) {
  const [head = [], ...body] = rows;
  /** @param {number} index */
  const align = (index) => ({ class: `align-${columns[index]?.align ?? 'left'}` });
  return h(
    'div',
    // Who has no mouse scrolls it with the arrow keys.
    { class: 'scroll', tabIndex: 0, role: 'group', 'aria-label': caption ?? 'Table' },
    h(
      'table',
      null,
      caption ? h('caption', null, caption) : null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          head.map((cell, index) =>
            h('th', { scope: 'col', ...align(index) }, drawCell(cell, names)),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        body.map((row) =>
          h(
            'tr',
            null,
            row.map((cell, index) => h('td', align(index), drawCell(cell, names))),
          ),
        ),
      ),
    ),
  );
}

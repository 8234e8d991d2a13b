import { h } from 'preact';
import { LineChart } from './line-chart.js';
import { Table } from './table.js';

/** @import { Part } from './text.js' */

/** @param {unknown} text */
const cell = (text) => ({ type: 'raw_text', text: String(text) });

/**
 * The numbers of a chart as rows, the first with the names.
 * @param {Part} chart
 * @returns {Part[][]}
 */
function rowsOf(chart) {
  const head = [cell('Point'), ...chart.series.map((/** @type {Part} */ { name }) => cell(name))];
  const rows = chart.axis_config.categories.map((/** @type {string} */ label) => [
    cell(label),
    ...chart.series.map((/** @type {Part} */ { data }) =>
      cell(data.find((/** @type {Part} */ point) => point.label === label)?.value ?? '–'),
    ),
  ]);
  return [head, ...rows];
}

/**
 * A chart of lines as a drawing, with a table for those who do not see it.
 * @param {{ block: Part }} input
 */
export function Chart({ block }) {
  const { chart, title } = block;
  const caption = `${title} (line chart)`;
  const table = h(Table, { rows: rowsOf(chart), caption, names: {} });
  return h(
    'figure',
    null,
    h('figcaption', null, title),
    h(LineChart, { chart }),
    h('details', null, h('summary', null, 'As a table'), table),
  );
}

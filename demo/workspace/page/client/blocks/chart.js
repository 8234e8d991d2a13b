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
  if (chart.type === 'pie') {
    const rows = chart.segments.map((/** @type {Part} */ { label, value }) => [
      cell(label),
      cell(value),
    ]);
    return [[cell('Part'), cell('Value')], ...rows];
  }
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
 * A chart: lines as a drawing with a table for those who do not see it, other kinds as a table.
 * @param {{ block: Part }} input
 */
export function Chart({ block }) {
  const { chart, title } = block;
  const table = h(Table, {
    rows: rowsOf(chart),
    caption: `${title} (${chart.type} chart)`,
    names: {},
  });
  if (chart.type !== 'line') return table;
  return h(
    'figure',
    null,
    h('figcaption', null, title),
    h(LineChart, { chart }),
    h('details', null, h('summary', null, 'As a table'), table),
  );
}

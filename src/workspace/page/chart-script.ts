/**
 * The part of the page's script that draws a chart: lines as SVG for those who see them, and the
 * same numbers as a table for those who do not. Comes first; uses `element` and `drawTable` of the
 * next part once the page draws.
 */
export const chartScript = `
'use strict';
const svgElement = (name, attributes, ...children) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
};
const chartBox = { width: 760, height: 300, left: 44, right: 190, top: 14, bottom: 42 };
const stepFor = (highest) => {
  for (let size = 1; ; size *= 10) {
    const step = [1, 2, 5].find((digit) => highest / (digit * size) <= 5);
    if (step) return step * size;
  }
};
/** Heights of labels in order, kept apart. */
const keptApart = (heights, distance, lowest) => {
  const placed = [];
  for (const height of heights) placed.push(Math.max(height, (placed.at(-1) ?? -99) + distance));
  let limit = lowest;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    placed[index] = Math.min(placed[index], limit);
    limit = placed[index] - distance;
  }
  return placed;
};
const valueAt = (series, label) => (series.data.find((point) => point.label === label) || {}).value;
const drawAxes = (categories, ticks, x, y) => {
  const { width, right, left, height, bottom } = chartBox;
  const every = Math.ceil(categories.length / 7);
  const shown = categories.map((label, index) => ({ label, index }))
    .filter(({ index }) => (categories.length - 1 - index) % every === 0);
  return [
    ...ticks.flatMap((tick) => [
      svgElement('line', { class: 'grid', x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      svgElement('text', { x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, String(tick))]),
    ...shown.map(({ label, index }) => svgElement('text',
      { x: x(index), y: height - bottom + 20, 'text-anchor': 'middle' }, label)),
  ];
};
const drawLines = (chart) => {
  const { width, height, left, right, top, bottom } = chartBox;
  const { categories, x_label: note } = chart.axis_config;
  const highest = Math.max(1, ...chart.series.flatMap((one) => one.data.map((point) => point.value)));
  const step = stepFor(highest);
  const steps = Math.ceil(highest / step);
  const x = (index) => left
    + (index * (width - right - left)) / Math.max(1, categories.length - 1);
  const y = (value) => height - bottom - (value * (height - bottom - top)) / (steps * step);
  const lines = chart.series.map((series, order) => {
    const values = categories.map((label) => valueAt(series, label));
    return { name: series.name, values, last: values.at(-1), line: 'line' + (order % 6) };
  });
  const ends = lines.toSorted((a, b) => b.last - a.last);
  const heights = keptApart(ends.map((one) => y(one.last)), 19, height - bottom + 6);
  const ticks = Array.from({ length: steps + 1 }, (_, index) => index * step);
  return svgElement('svg',
    { class: 'chart', viewBox: '0 0 ' + width + ' ' + height, 'aria-hidden': 'true' },
    ...drawAxes(categories, ticks, x, y),
    ...lines.map(({ values, line }) => svgElement('polyline', { class: line,
      points: values.map((value, index) => x(index) + ',' + y(value)).join(' ') })),
    ...ends.flatMap(({ name, last, line }, order) => [
      svgElement('line', { class: line, x1: width - right + 8, x2: width - right + 32,
        y1: heights[order], y2: heights[order] }),
      svgElement('text', { class: 'end', x: width - right + 38, y: heights[order] + 4 },
        name + ' ' + last)]),
    ...(note ? [svgElement('text', { x: left, y: height - 4 }, note)] : []));
};
const drawChart = (block) => {
  const chart = block.chart;
  const cell = (text) => ({ type: 'raw_text', text: String(text) });
  if (chart.type === 'pie') {
    return drawTable([[cell(''), cell('')],
      ...chart.segments.map((segment) => [cell(segment.label), cell(segment.value)])], block.title);
  }
  const head = [cell(''), ...chart.series.map((series) => cell(series.name))];
  const rows = chart.axis_config.categories.map((label) => [cell(label),
    ...chart.series.map((series) => cell(valueAt(series, label)))]);
  const table = drawTable([head, ...rows], block.title + ' (' + chart.type + ' chart)');
  if (chart.type !== 'line') return table;
  table.classList.add('unseen');
  return element('figure', {}, element('figcaption', {}, block.title), drawLines(chart), table);
};
`;

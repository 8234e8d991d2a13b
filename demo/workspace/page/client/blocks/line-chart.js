import { h } from 'preact';

/** @import { ComponentChild } from 'preact' */
/** @import { Part } from './text.js' */

// Narrow, so that its text can be read where a phone makes it smaller.
const box = { width: 520, height: 300, left: 44, right: 150, top: 14, bottom: 42 };
const STYLES = 6;
const LABELS_MOST = 4;
/** Lines of these names look as severities do everywhere. */
const severities = ['critical', 'high', 'medium', 'low'];
const LABEL_DISTANCE = 19;

/**
 * A round distance between grid lines, so that there are five at most.
 * @param {number} highest
 * @returns {number}
 */
function stepFor(highest) {
  for (let size = 1; ; size *= 10) {
    const step = [1, 2, 5].find((digit) => highest / (digit * size) <= 5);
    if (step) return step * size;
  }
}

/**
 * Heights of labels in order, kept apart.
 * @param {number[]} heights
 * @param {number} lowest
 */
function keptApart(heights, lowest) {
  /** @type {number[]} */
  const placed = [];
  for (const height of heights) {
    placed.push(Math.max(height, (placed.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_DISTANCE));
  }
  let limit = lowest;
  return placed
    .toReversed()
    .map((height) => {
      const kept = Math.min(height, limit);
      limit = kept - LABEL_DISTANCE;
      return kept;
    })
    .toReversed();
}

/**
 * @param {string[]} categories
 * @param {number[]} ticks
 * @param {{ x: (index: number) => number, y: (value: number) => number }} scale
 * @returns {ComponentChild[]}
 */
function drawAxes(categories, ticks, { x, y }) {
  const { width, right, left, height, bottom } = box;
  const every = Math.ceil(categories.length / LABELS_MOST);
  const labels = categories.flatMap((label, index) =>
    (categories.length - 1 - index) % every === 0
      ? [h('text', { x: x(index), y: height - bottom + 20, 'text-anchor': 'middle' }, label)]
      : [],
  );
  const lines = ticks.flatMap((tick) => [
    h('line', { class: 'grid', x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
    h('text', { x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, String(tick)),
  ]);
  return [...lines, ...labels];
}

/**
 * The lines of a chart, for those who see them; the same numbers stand in a table beside it.
 * @param {{ chart: Part }} input
 */
export function LineChart({ chart }) {
  const { width, height, left, right, top, bottom } = box;
  /** @type {string[]} */
  const categories = chart.axis_config.categories;
  /** @type {{ name: string, values: number[] }[]} */
  const series = chart.series.map((/** @type {Part} */ { name, data }) => ({
    name,
    values: data.map((/** @type {Part} */ { value }) => value),
  }));
  const highest = Math.max(1, ...series.flatMap(({ values }) => values));
  const step = stepFor(highest);
  const steps = Math.ceil(highest / step);
  const x = (/** @type {number} */ index) =>
    left + (index * (width - right - left)) / Math.max(1, categories.length - 1);
  const y = (/** @type {number} */ value) =>
    height - bottom - (value * (height - bottom - top)) / (steps * step);
  const ticks = Array.from({ length: steps + 1 }, (_, index) => index * step);
  const lines = series.map((one, order) => ({
    ...one,
    last: one.values.at(-1) ?? 0,
    style: severities.includes(one.name) ? `line-${one.name}` : `line${order % STYLES}`,
  }));
  const ends = lines.toSorted((a, b) => b.last - a.last);
  const heights = keptApart(
    ends.map(({ last }) => y(last)),
    height - bottom + 6,
  );
  const note = chart.axis_config.x_label;
  return h(
    'svg',
    { class: 'chart', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
    drawAxes(categories, ticks, { x, y }),
    lines.map(({ values, style }) =>
      h('polyline', {
        class: style,
        points: values.map((value, index) => `${x(index)},${y(value)}`).join(' '),
      }),
    ),
    ends.flatMap(({ name, last, style }, order) => {
      const end = heights[order] ?? 0;
      return [
        h('line', {
          class: style,
          x1: width - right + 8,
          x2: width - right + 32,
          y1: end,
          y2: end,
        }),
        h('text', { class: 'end', x: width - right + 38, y: end + 4 }, `${name} ${last}`),
      ];
    }),
    note ? h('text', { x: left, y: height - 4 }, note) : null,
  );
}

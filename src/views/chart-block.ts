import type { ChartSeries, DataVisualizationBlock } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import type { ChartPart } from './document.ts';

/**
 * A chart as Slack's own block. Null for what the block cannot say: it has no gaps, and takes six
 * lines. More than twenty points are sampled evenly, the first and the last among them, and the
 * axis says so.
 */
export function chartBlock({
  title,
  categories,
  series,
}: ChartPart): DataVisualizationBlock | null {
  const hasGap = series.some(({ values }) => values.includes(null));
  const isTooMuch = series.length > limits.chartSeries.value;
  if (hasGap || isTooMuch || series.length === 0 || categories.length === 0) return null;
  const indexes = sample(categories.length, limits.chartPoints.value);
  const labels = distinct(indexes.map((index) => categories[index] ?? ''));
  const names = distinct(series.map(({ name }) => name));
  const isSampled = indexes.length < categories.length;
  return {
    type: 'data_visualization',
    title: shown(title, limits.chartTitle.value),
    chart: {
      type: 'line',
      series: series.map(
        ({ values }, line): ChartSeries => ({
          name: names[line] ?? '',
          data: indexes.map((index, place) => ({
            label: labels[place] ?? '',
            value: values[index] ?? 0,
          })),
        }),
      ),
      axis_config: {
        categories: labels,
        ...(isSampled && { x_label: `${indexes.length} of ${categories.length} points drawn` }),
      },
    },
  };
}

function sample(count: number, most: number): number[] {
  const all = Array.from({ length: Math.min(count, most) }, (_, place) => place);
  return count <= most ? all : all.map((place) => Math.round((place * (count - 1)) / (most - 1)));
}

const shown = (text: string, lengthMax: number) => clamp(visible(text).trim() || '–', lengthMax);

/** Slack refuses a name that comes twice, as two long ones do once they are cut. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = shown(name, limits.chartLabel.value);
    for (let count = 2; taken.has(candidate); count += 1) {
      const suffix = ` (${count})`;
      candidate = `${shown(name, limits.chartLabel.value - suffix.length)}${suffix}`;
    }
    taken.add(candidate);
    return candidate;
  });
}

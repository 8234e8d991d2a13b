import type { Block, ChartSeries, DataVisualizationBlock } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import { chartSvg } from './chart-svg.ts';
import type { ChartPart, PicturePart } from './document.ts';
import { hostMapSvg } from './host-map-svg.ts';
import { plainNotice, type SlackChart, type SlackMessage } from './slack-messages.ts';

/** How the picture of a message is shown: by Slack itself, as an uploaded image, or in words with why. */
export type Shown =
  | { kind: 'block' }
  | { kind: 'image'; fileId: string }
  | { kind: 'words'; why: string | null };

/** True when Slack's own block can say all of the picture. */
export const fitsBlock = (picture: PicturePart): boolean => blockOf(picture) !== null;

const blockOf = (picture: PicturePart) => (picture.kind === 'chart' ? chartBlock(picture) : null);

/** The message with each of its pictures as `show` says; the words of each stay below it. */
export function withPictures(
  { text, blocks, charts = [] }: SlackMessage,
  show: (chart: SlackChart) => Shown,
): SlackMessage {
  const shown = blocks.flatMap((block, index) => {
    const here = charts.filter(({ before }) => before === index);
    return [...here.flatMap((one) => toBlocks(one, show(one))), block];
  });
  return { text, blocks: shown };
}

function toBlocks({ chart }: SlackChart, shown: Shown): Block[] {
  if (shown.kind === 'image') {
    const words = visible(chart.alternative || chart.title) || 'picture';
    const alt_text = clamp(words, limits.imageAltText.value);
    return [{ type: 'image', slack_file: { id: shown.fileId }, alt_text }];
  }
  if (shown.kind === 'words') {
    return shown.why === null ? [] : plainNotice(`No picture here: ${shown.why}.`).blocks;
  }
  const block = blockOf(chart);
  return block === null ? [] : [block];
}

/** A picture as an SVG with text in the font Inter; no text is harmful in it. */
export const pictureSvg = (picture: PicturePart): string =>
  picture.kind === 'chart' ? chartSvg(picture) : hostMapSvg(picture);

/**
 * A chart as Slack's own block. Null for what the block cannot say: it has no gaps and no breaks, and
 * takes six lines. More than twenty points are sampled evenly, the first and the last among them, and the
 * axis says so.
 */
export function chartBlock(chart: ChartPart): DataVisualizationBlock | null {
  const { title, categories, series, breaks = [] } = chart;
  const hasGap = series.some(({ values }) => values.includes(null));
  const isTooMuch = series.length > limits.chartSeries.value;
  if (hasGap || isTooMuch || breaks.length > 0 || series.length === 0 || categories.length === 0)
    return null;
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

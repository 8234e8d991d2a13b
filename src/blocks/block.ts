import type { KnownBlock } from '@slack/types';

export interface DataPoint {
  label: string;
  value: number;
}

export interface ChartSeries {
  name: string;
  /** Exactly one point for each of the chart's categories. */
  data: DataPoint[];
}

export interface Chart {
  type: 'line';
  series: ChartSeries[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
}

/**
 * The chart block, released on 16 June 2026 and not yet in @slack/types.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export interface DataVisualizationBlock {
  type: 'data_visualization';
  block_id?: string;
  title: string;
  chart: Chart;
}

/** Every block that may be sent to Slack. */
export type Block = KnownBlock | DataVisualizationBlock;

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

export type { HomeView, ModalView, RichTextSection } from '@slack/types';

import { table } from '../shared/table.ts';
import type { Surface } from './block.ts';
import { limits } from './limits.ts';
import type { Problem, ProblemRule } from './problem.ts';
import { isJson, type Located, measureBlockText, walkBlocks, walkObjects } from './walk.ts';

type Check = (blocks: readonly unknown[], surface: Surface) => Problem[];

const problem = (rule: ProblemRule, pointer: string, message: string): Problem => ({
  pointer,
  message,
  rule,
});

const checkCount: Check = (blocks, surface) => {
  const most = surface === 'message' ? limits.blocksPerMessage.value : limits.blocksPerView.value;
  if (blocks.length <= most) return [];
  return [problem('block-count', '/blocks', `no more than ${most} items allowed`)];
};

const checkSurface: Check = (blocks, surface) =>
  [...walkBlocks(blocks, '/blocks')]
    .filter(({ value }) => !isAllowedOn(surface, String(value.type)))
    .map(({ pointer, value }) =>
      problem('surface', `${pointer}/type`, `${String(value.type)} is not allowed in a ${surface}`),
    );

/** The blocks of these types, those inside containers among them. */
const ofTypes = (blocks: readonly unknown[], ...types: readonly string[]): Located[] =>
  [...walkBlocks(blocks, '/blocks')].filter(({ value }) => types.includes(String(value.type)));

const checkSurplus = (
  blocks: readonly unknown[],
  types: readonly string[],
  most: number,
  rule: ProblemRule,
): Problem[] =>
  ofTypes(blocks, ...types)
    .slice(most)
    .map(({ pointer }) => problem(rule, pointer, `no more than ${most} of ${types.join(', ')}`));

const checkTables: Check = (blocks) =>
  checkSurplus(blocks, ['table', 'data_table'], limits.tablesPerMessage.value, 'only-one-table');

const checkChartCount: Check = (blocks) =>
  checkSurplus(blocks, ['data_visualization'], limits.chartsPerMessage.value, 'chart');

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function checkChart({ pointer, value }: Located): Problem[] {
  const chart = isJson(value.chart) ? value.chart : {};
  const axis = isJson(chart.axis_config) ? chart.axis_config : {};
  const categories = list(axis.categories);
  const series = list(chart.series).filter(isJson);
  const names = new Set(series.map((entry) => entry.name));
  const here = `${pointer}/chart/series`;
  const problems: Problem[] = [];
  if (names.size < series.length) problems.push(problem('chart', here, 'series names must differ'));
  for (const [index, entry] of series.entries()) {
    const labels = list(entry.data).map((point) => (isJson(point) ? point.label : undefined));
    const isComplete =
      labels.length === categories.length && categories.every((name) => labels.includes(name));
    if (!isComplete) {
      const message = 'must have exactly one point for each category';
      problems.push(problem('chart', `${here}/${index}/data`, message));
    }
  }
  return problems;
}

const checkCharts: Check = (blocks) => ofTypes(blocks, 'data_visualization').flatMap(checkChart);

const checkMarkdown: Check = (blocks) => {
  const length = ofTypes(blocks, 'markdown')
    .map(({ value }) => (typeof value.text === 'string' ? value.text.length : 0))
    .reduce((sum, part) => sum + part, 0);
  if (length <= limits.markdownText.value) return [];
  const message = `markdown blocks hold ${length} characters, ${limits.markdownText.value} allowed`;
  return [problem('markdown-length', '/blocks', message)];
};

function checkRepeated(located: Iterable<Located>, key: string): Problem[] {
  const seen = new Set<unknown>();
  const problems: Problem[] = [];
  for (const { pointer, value } of located) {
    const id = value[key];
    if (id === undefined) continue;
    if (seen.has(id)) {
      problems.push(problem('identifier', `${pointer}/${key}`, `${key} already exists`));
    }
    seen.add(id);
  }
  return problems;
}

const checkIdentifiers: Check = (blocks) => [
  ...checkRepeated(walkBlocks(blocks, '/blocks'), 'block_id'),
  ...checkRepeated(walkObjects(blocks, '/blocks'), 'action_id'),
];

function checkDataTable({ pointer, value }: Located): Problem[] {
  const rows = list(value.rows);
  const header = list(rows[0]);
  const column = value.row_header_column_index;
  const problems: Problem[] = [];
  for (const [index, cell] of header.entries()) {
    if (!isJson(cell) || cell.type !== 'rich_text') continue;
    const here = `${pointer}/rows/0/${index}`;
    problems.push(problem('data-table', here, 'rich_text is not allowed in the header row'));
  }
  if (typeof column === 'number' && column >= header.length) {
    const here = `${pointer}/row_header_column_index`;
    problems.push(problem('data-table', here, 'must point at a column'));
  }
  const length = measureBlockText(rows);
  if (length > limits.dataTableText.value) {
    const message = `holds ${length} characters, ${limits.dataTableText.value} allowed`;
    problems.push(problem('data-table', pointer, message));
  }
  return problems;
}

const checkDataTables: Check = (blocks) => ofTypes(blocks, 'data_table').flatMap(checkDataTable);

const checkFocus: Check = (blocks) =>
  walkObjects(blocks, '/blocks')
    .filter(({ value }) => value.focus_on_load === true)
    .slice(1)
    .map(({ pointer }) =>
      problem('input', `${pointer}/focus_on_load`, 'only one element may have the focus'),
    );

const optionOwners = ['overflow', 'checkboxes', 'radio_buttons'];

/** Length limits that are smaller than, or missing in, the schema; see `limits`. */
const checkLengths: Check = (blocks) => {
  const problems: Problem[] = [];
  for (const { pointer, value } of walkObjects(blocks, '/blocks')) {
    const isChoice =
      /select$/.test(String(value.type)) || optionOwners.includes(String(value.type));
    for (const [index, option] of (isChoice ? list(value.options) : []).entries()) {
      const length = isJson(option) && typeof option.value === 'string' ? option.value.length : 0;
      if (length <= limits.optionValue.value) continue;
      const message = `must not be longer than ${limits.optionValue.value} characters`;
      problems.push(problem('text', `${pointer}/options/${index}/value`, message));
    }
    const alertText = value.type === 'alert' && isJson(value.text) ? String(value.text.text) : '';
    if (alertText.length > limits.alertText.value) {
      const message = `must not be longer than ${limits.alertText.value} characters`;
      problems.push(problem('text', `${pointer}/text/text`, message));
    }
  }
  return problems;
};

const checks: readonly Check[] = [
  checkCount,
  checkSurface,
  checkTables,
  checkChartCount,
  checkCharts,
  checkMarkdown,
  checkIdentifiers,
  checkDataTables,
  checkFocus,
  checkLengths,
];

/** The rules that no schema of a single block can state. */
export const checkPayloadRules = (blocks: readonly unknown[], surface: Surface): Problem[] =>
  checks.flatMap((check) => check(blocks, surface));

const messageOnly: readonly Surface[] = ['message'];

/**
 * Block types that not every surface takes (https://docs.slack.dev/blocks.json). For container and
 * data_visualization the sources disagree on Home; the narrower one stands.
 */
const restricted = table<readonly Surface[]>({
  alert: ['modal'],
  context_actions: messageOnly,
  markdown: messageOnly,
  table: messageOnly,
  data_table: messageOnly,
  plan: messageOnly,
  task_card: messageOnly,
  container: messageOnly,
  data_visualization: messageOnly,
});

/** True when Slack shows a block of this type on the surface; unknown types count as shown. */
const isAllowedOn = (surface: Surface, blockType: string): boolean =>
  restricted.get(blockType)?.includes(surface) ?? true;

import fc from 'fast-check';
import { validateMessage } from '../../src/blocks/validate.ts';
import { severities } from '../../src/rules/rule.ts';
import { chartSvg } from '../../src/views/chart-svg.ts';
import type { ChartPart } from '../../src/views/document.ts';
import { chartBlock, withPictures } from '../../src/views/message-pictures.ts';
import { severityMarks } from '../../src/views/severity-marks.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { sparkline, terminalText } from '../../src/views/terminal-text.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import { hostileName, longName } from '../support/hostile-answers.ts';
import { findLiveText } from '../support/slack-text.ts';

const label = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.constantFrom('', hostileName, longName),
);
const value = fc.oneof(fc.nat(), fc.constant(0), fc.constant(null));
const anyChart: fc.Arbitrary<ChartPart> = fc
  .tuple(
    label,
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 8 }),
    label,
    fc.boolean(),
  )
  .chain(([title, points, lines, alternative, isWhole]) =>
    fc.record({
      kind: fc.constant('chart' as const),
      title: fc.constant(title),
      categories: fc.array(label, { minLength: points, maxLength: points }),
      series: fc.array(
        fc.record({
          name: label,
          values: fc.array(isWhole ? fc.nat() : value, { minLength: points, maxLength: points }),
        }),
        { minLength: lines, maxLength: lines },
      ),
      alternative: fc.constant(alternative),
    }),
  );

const chartOf = (points: number, lines = 1): ChartPart => ({
  kind: 'chart',
  title: 'Score',
  categories: Array.from({ length: points }, (_, index) => `day ${index}`),
  series: Array.from({ length: lines }, (_, line) => ({
    name: `line ${line}`,
    values: Array.from({ length: points }, (_, index) => index),
  })),
  alternative: 'in words',
});

test('any chart is valid for Slack in each of its forms, and parses nothing', () => {
  fc.assert(
    fc.property(anyChart, (chart) => {
      const document = { headline: 'h', summary: [chart, chart, chart], details: [], next: [] };
      const { message, thread } = slackReply(document);
      for (const each of [message, ...thread]) {
        const forms = [
          withPictures(each, () => ({ kind: 'block' })),
          withPictures(each, () => ({ kind: 'image', fileId: 'F0123' })),
          withPictures(each, () => ({ kind: 'words', why: hostileName })),
        ];
        for (const form of forms) {
          expect(validateMessage(form)).toEqual([]);
          expect(findLiveText(form)).toEqual([]);
        }
      }
      expect(terminalText(document)).not.toMatch(/NaN|Infinity|undefined|null/);
      expect(chartSvg(chart)).not.toMatch(/<(?!\/?(svg|rect|line|path|circle|text)[ >/])|NaN/);
    }),
    { numRuns: 60 },
  );
});

test('the words stand below the picture, and are the message when there is none', () => {
  const { message } = slackReply({ headline: 'h', summary: [chartOf(3)], details: [], next: [] });
  const types = (form: { blocks: readonly { type: string }[] }) =>
    form.blocks.map(({ type }) => type);

  expect(types(withPictures(message, () => ({ kind: 'block' })))).toEqual([
    'data_visualization',
    'context',
  ]);
  expect(withPictures(message, () => ({ kind: 'image', fileId: 'F1' })).blocks[0]).toEqual({
    type: 'image',
    slack_file: { id: 'F1' },
    alt_text: 'in words',
  });
  expect(types(withPictures(message, () => ({ kind: 'words', why: null })))).toEqual(['context']);
});

test('a block has every point up to twenty, and says when it has not', () => {
  const whole = chartBlock(chartOf(20));
  const sampled = chartBlock(chartOf(31));

  expect(whole?.chart).toMatchObject({ axis_config: { categories: chartOf(20).categories } });
  expect(whole?.chart).not.toHaveProperty('axis_config.x_label');
  expect(sampled?.chart).toMatchObject({ axis_config: { x_label: '20 of 31 points drawn' } });
  const [line] = sampled?.chart.type === 'line' ? sampled.chart.series : [];
  expect(line?.data).toHaveLength(20);
  expect([line?.data[0]?.value, line?.data[19]?.value]).toEqual([0, 30]);
});

test('a block is not made of what it cannot say', () => {
  const gap = chartOf(3);
  gap.series[0]?.values.splice(1, 1, null);

  expect(chartBlock(gap)).toBeNull();
  expect(chartBlock(chartOf(3, 7))).toBeNull();
  expect(chartBlock(chartOf(3, 6))).not.toBeNull();
});

test('names that are the same once they are cut stay different', () => {
  const chart = chartOf(2, 3);
  for (const [index, series] of chart.series.entries())
    series.name = `a-host-with-a-long-name-${index}`;
  const block = chartBlock(chart);
  const names = block?.chart.type === 'line' ? block.chart.series.map(({ name }) => name) : [];

  expect(new Set(names).size).toBe(3);
  expect(names.every((name) => name.length <= 20)).toBe(true);
});

test('a picture has a gap where nothing is known, on grey ground', () => {
  const chart = chartOf(4);
  chart.series[0]?.values.splice(1, 1, null);
  const svg = chartSvg(chart);

  expect(svg).toContain('fill="#eef1f3"');
  expect(svg).toContain('Grey: not read.');
  // Two starts: the line is not drawn across.
  expect(svg.match(/<path d="M[^"]*" fill="none" stroke="#17202a"/)?.[0].match(/M/g)).toHaveLength(
    2,
  );
  expect(chartSvg(chartOf(4))).not.toContain('not read');
});

test('lines differ without colour too, and each is named below with its mark', () => {
  const svg = chartSvg(chartOf(4, 6));
  const dashes = [
    ...svg.matchAll(/<path d="M[^"]*" fill="none" stroke="#[^"]*" stroke-width="3"[^>]*>/g),
  ].map(([path]) => /stroke-dasharray="([^"]*)"/.exec(path)?.[1] ?? 'solid');

  expect(new Set(dashes).size).toBe(6);
  for (let line = 0; line < 6; line += 1) expect(svg).toContain(`>line ${line}<`);
});

test('a severity has its colour, its dashes and the shape of its mark in every chart', () => {
  const chart = chartOf(4, 4);
  for (const [index, severity] of severities.entries()) {
    const line = chart.series[index];
    if (line) Object.assign(line, { severity, name: severity });
  }
  const reversed = { ...chart, series: chart.series.toReversed() };
  const looks = (svg: string) =>
    severities.map((severity) => new RegExp(`fill="(#\\w+)">${severity}<`).exec(svg)?.[1]);

  expect(looks(chartSvg(chart))).toEqual(looks(chartSvg(reversed)));
  expect(new Set(looks(chartSvg(chart))).size).toBe(4);
  expect(looks(chartSvg(chart))).toEqual(severities.map((one) => severityMarks[one].color));
});

test('a host that joins makes no jump: the line of all hosts begins anew, and is not for a block', () => {
  const chart = chartOf(4, 2);
  const [all] = chart.series;
  if (all) all.isOfAll = true;
  const joined = { ...chart, breaks: [{ index: 2, label: 'web-9' }] };
  const starts = [...chartSvg(joined).matchAll(/<path d="(M[^"]*)" fill="none"/g)].map(
    ([, path = '']) => path.match(/M/g)?.length,
  );

  expect(starts).toEqual([2, 1]);
  expect(chartSvg(joined)).toContain('from here on with web-9');
  expect(chartBlock(joined)).toBeNull();
});

/** What is left for a picture beside the margins of a phone 375 pixels wide. */
const PHONE_WIDTH = 330;

test('its smallest letters can be read on a phone', () => {
  const chart = chartOf(30, 6);
  chart.series[0]?.values.splice(1, 1, null);
  const svg = chartSvg({ ...chart, breaks: [{ index: 2, label: longName }] });
  const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
  const sizes = [...svg.matchAll(/font-size="(\d+)"/g)].map(([, size]) => Number(size));

  expect(Math.min(...sizes) * (PHONE_WIDTH / width)).toBeGreaterThanOrEqual(10);
});

test.each([
  [[1, 2, null, 8], '▁▂·█'],
  [[5, 5, 5], '▅▅▅'],
  [[0, 0], '▁▁'],
  [[null], '·'],
])('%j is the row %s', (values, row) => {
  expect(sparkline(values)).toBe(row);
});

test('a long row is cut to sixty bars and hides no gap', () => {
  const row = sparkline(Array.from({ length: 100 }, (_, index) => (index === 41 ? null : index)));

  expect(row).toHaveLength(60);
  expect(row).toContain('·');
});

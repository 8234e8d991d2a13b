import { drawPng } from '../../src/chat/draw-png.ts';
import { chartSvg } from '../../src/views/chart-svg.ts';
import type { ChartPart } from '../../src/views/document.ts';
import { hostileName, hostileText } from '../support/hostile-answers.ts';

const chart: ChartPart = {
  kind: 'chart',
  title: 'Open findings on web-1',
  categories: ['1 Nov', '2 Nov', '3 Nov', '4 Nov'],
  series: [
    { name: 'critical', values: [3, null, 2, 1] },
    { name: 'high', values: [9, null, 8, 12] },
  ],
  alternative: 'in words',
};

const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

test('is the same, byte for byte, each time', async () => {
  const first = await drawPng(chartSvg(chart));
  const second = await drawPng(chartSvg(chart));

  expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  expect(sizeOf(first)).toEqual([1_200, 892]);
});

test('really draws the text', async () => {
  const svg = chartSvg(chart);
  const withText = await drawPng(svg);
  const without = await drawPng(svg.replace(/<text.*<\/text>/g, ''));
  const otherwise = await drawPng(svg.replace('>critical<', '>uncritical<'));

  expect(withText.length).toBeGreaterThan(without.length + 5_000);
  expect(Buffer.from(otherwise).equals(Buffer.from(withText))).toBe(false);
});

test('draws what hostile names make of it', async () => {
  const names = [hostileName, hostileText, ']]><script/>', '\ud800lone', '\ufffe', 'x'.repeat(400)];
  const hostile = {
    ...chart,
    title: hostileName,
    categories: names.slice(0, 4),
    series: names.map((name, index) => ({ name, values: [index, null, 1e9, 0] })),
  };
  const svg = chartSvg(hostile);

  expect(svg).not.toMatch(/<(?!\/?(svg|rect|line|path|circle|text)[ >/])/);
  expect(sizeOf(await drawPng(svg))).toEqual([1_200, 1_084]);
});

test('rejects what is no SVG', async () => {
  await expect(drawPng('<svg')).rejects.toThrow();
});

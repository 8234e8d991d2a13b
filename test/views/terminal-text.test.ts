import fc from 'fast-check';
import { columnsOf, wrapText } from '../../src/shared/text-width.ts';
import { answerDocument } from '../../src/views/answer.ts';
import type { Document, Part } from '../../src/views/document.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const documentOf = (...summary: Part[]): Document => ({
  ...{ headline: 'x', summary, details: [], next: ['findings critical high', 'scan'] },
});
const table: Part = {
  kind: 'table',
  columns: ['Container', 'State', 'Facets'],
  rows: [
    ['debug-shell', 'running', 'privileged, docker-socket, host-network, host-pid'],
    ['web', 'running', ''],
  ],
};
const longest = (text: string) => Math.max(...text.split('\n').map(columnsOf));
const plain = { columns: null, hasColor: false };

test('a table that fits stays a table', () => {
  expect(terminalText(documentOf(table), { columns: 100, hasColor: false })).toMatch(
    /^ {2}Container {4}State {4}Facets$/m,
  );
});

test('a table that is too wide becomes a list, with the names of its columns', () => {
  const text = terminalText(documentOf(table), { columns: 60, hasColor: false });

  expect(text).toContain('  • debug-shell · State: running · Facets: privileged,\n');
  expect(text).toContain('  • web · State: running\n');
  expect(longest(text)).toBeLessThanOrEqual(60);
});

test.each([20, 40, 60, 80])('no line of any answer is wider than %i columns', (columns) => {
  for (const answer of Object.values(hostileAnswers)) {
    expect(
      longest(terminalText(answerDocument(answer), { columns, hasColor: false })),
    ).toBeLessThanOrEqual(columns);
  }
});

test('without a width nothing is broken', () => {
  expect(terminalText(documentOf(table), plain)).toContain('host-network, host-pid');
});

test('any text is broken into lines that fit, and says the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 4, max: 60 }),
      (text, columns) => {
        const line = text.replaceAll(/\s+/g, ' ').trim();
        const broken = wrapText(line, columns, { next: ' ' });

        expect(longest(broken)).toBeLessThanOrEqual(columns);
        expect(broken.replaceAll(/\s/g, '')).toBe(line.replaceAll(/\s/g, ''));
      },
    ),
  );
});

test('colours add to words that are there without them', () => {
  const part: Part = {
    kind: 'list',
    items: [['critical: no-privileged-container, high, highest, no-low-x']],
  };
  const colored = terminalText(documentOf({ kind: 'heading', text: 'Worst' }, part), {
    columns: 80,
    hasColor: true,
  });

  expect(colored).toContain('\u001b[91mcritical\u001b[0m: no-privileged-container');
  expect(colored).toContain('\u001b[31mhigh\u001b[0m, highest, no-low-x');
  expect(colored).toContain('\u001b[1mWorst\u001b[0m\n─');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(
    terminalText(documentOf({ kind: 'heading', text: 'Worst' }, part), {
      columns: 80,
      hasColor: false,
    }),
  );
});

describe('a chart', () => {
  const values = Array.from({ length: 60 }, (_, index) => index);
  const chart: Part = {
    kind: 'chart',
    title: 'Score',
    categories: values.map(String),
    series: [{ name: 'web-1', values }],
    alternative: '',
  };

  test('in a narrow terminal has its bars on a line of their own', () => {
    const text = terminalText(documentOf(chart), { columns: 40, hasColor: false });

    expect(longest(text)).toBeLessThanOrEqual(40);
    expect(text).toMatch(/^ {2}▁[▁-█]{37}$/m);
    expect(text).toContain('web-1 0 → 59 lowest 0, highest 59');
  });

  test('without a width has each line with its numbers beside it', () => {
    const text = terminalText(documentOf(chart), plain);

    expect(text).toMatch(/^ {2}web-1 +▁[▁-█]+ +0 → 59 +lowest 0, highest 59$/m);
  });
});

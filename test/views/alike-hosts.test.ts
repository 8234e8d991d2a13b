import type { ExposureResult } from '../../src/answers/exposure-answer.ts';
import { tableByHosts } from '../../src/views/alike-hosts.ts';
import { plainText } from '../../src/views/document.ts';
import { exposureColumns, exposureRows } from '../../src/views/exposure-rows.ts';
import { findingsByRule } from '../../src/views/finding-lists.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const hosts = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'];

describe('a table by hosts', () => {
  const columns = ['container', 'host', 'state'];
  const rowsOf = (rows: string[][]) =>
    tableByHosts(columns, rows).flatMap((part) => (part.kind === 'table' ? part.rows : []));

  it('has one row for what differs by the host alone, where the first of them stood', () => {
    const rows = [
      ['shop', 'db', 'running'],
      ...hosts.flatMap((host) => [
        ['agent', host, 'running'],
        ['job', host, host === 'web-2' ? 'exited' : 'running'],
      ]),
    ];

    expect(rowsOf(rows)).toEqual([
      ['shop', 'db', 'running'],
      ['agent', 'web-1, web-2, web-3 and 2 more', 'running'],
      ['job', 'web-1, web-3, web-4 and 1 more', 'running'],
      ['job', 'web-2', 'exited'],
    ]);
  });

  it('keeps apart what one host has twice', () => {
    const twice = hosts.slice(0, 2).flatMap((host) => [host, host]);

    expect(rowsOf(twice.map((host) => ['job', host, 'gone 1 h ago']))).toEqual([
      ['job', 'web-1, web-2', 'gone 1 h ago'],
      ['job', 'web-1, web-2', 'gone 1 h ago'],
    ]);
  });
});

describe('rows of exposure', () => {
  const [found] = hostileAnswers.exposure.results as [ExposureResult];
  const answer = { ...hostileAnswers.exposure, takenAt: '2026-12-02T12:00:00.000Z' };
  const on = (host: string, from: string, difference: Partial<ExposureResult> = {}) => {
    const window = { from, to: null };
    return { ...found, image: 'shop:1', host, window, windows: [window], ...difference };
  };
  const told = (results: ExposureResult[]) =>
    exposureRows(results, answer).map((cells) =>
      ['host', 'since'].map((name) => cells[exposureColumns.indexOf(name)]),
    );

  it('say once what many hosts have, and since when the last and the first of them', () => {
    const results = [
      on('web-1', '2026-11-29T12:00:00.000Z'),
      on('web-2', '2026-12-02T11:00:00.000Z'),
      on('web-3', '2026-11-25T12:00:00.000Z'),
    ];

    expect(told(results)).toEqual([['web-1, web-2, web-3', '1 h ago to 7 d ago']]);
  });

  it('say apart what other containers have, and what ended', () => {
    const from = '2026-12-02T11:00:00.000Z';
    const ended = { from, to: '2026-12-02T11:30:00.000Z' };
    const containers = found.containers.map((one) => ({ ...one, name: 'other' }));
    const results = [
      on('web-1', from),
      on('web-2', from, { containers }),
      on('web-3', from, { window: ended, windows: [ended] }),
    ];

    expect(told(results).map(([host]) => host)).toEqual(['web-1', 'web-2', 'web-3']);
  });
});

describe('findings by rule', () => {
  const [found] = hostileAnswers.findings.findings;
  if (found === undefined) throw new Error('no finding');
  const on = (host: string, difference = {}) => ({
    ...{ ...found, host, subjectKind: 'container' as const, subjects: ['web'] },
    ...{ rule: 'no-privileged-container', message: 'runs privileged', severity: 'high' as const },
    ...{ baselineState: 'unchanged' as const, unverifiedReason: null, acceptance: null },
    ...difference,
  });
  const lines = (...findings: Parameters<typeof findingsByRule>[0][number][]) =>
    findingsByRule(findings).flatMap((part) =>
      part.kind === 'list' ? part.items.map((spans) => spans.map(plainText).join('')) : [],
    );
  const many = 'no-privileged-container web on web-1, web-2, web-3 and 2 more: runs privileged';

  it('have one line for hosts of which it would be the same', () => {
    expect(lines(...hosts.map((host) => on(host)))).toEqual([`◆ high ${many}`]);
    const engine = { subjectKind: 'engine' as const, subjects: ['engine'] };
    expect(lines(...hosts.map((host) => on(host, engine)))).toEqual([
      `◆ high ${many.replace('web on', 'engine of')}`,
    ]);
  });

  it('have one of its own for a host where something else is so, and count what is new of all', () => {
    const said = lines(
      ...hosts.map((host) => on(host, { baselineState: 'new' })),
      on('db', { message: 'runs privileged, and is new here' }),
      on('ci', { unverifiedReason: 'timeout' }),
    );

    expect(said).toEqual([
      `◆ high ${many} (5 new)`,
      expect.stringMatching(/^◆ high no-privileged-container web on db [0-9a-f]+: .+ new here$/),
      expect.stringMatching(
        / web on ci [0-9a-f]+: runs privileged \(1 not verified again: timeout\)/,
      ),
    ]);
  });
});

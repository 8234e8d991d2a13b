import { lookOf } from '../../src/terminal/look.ts';
import { progressLine } from '../../src/terminal/run-in-terminal.ts';

test.each([
  ['a terminal', {}, 100, { columns: 100, hasColor: true }],
  ['a file or a pipe', {}, null, { columns: null, hasColor: false }],
  [
    'a pipe of somebody who says how wide it is',
    { COLUMNS: '60' },
    null,
    { columns: 60, hasColor: false },
  ],
  ['COLUMNS in a terminal', { COLUMNS: '60' }, 100, { columns: 60, hasColor: true }],
  ['COLUMNS that is no number', { COLUMNS: 'x' }, 100, { columns: 100, hasColor: true }],
  ['NO_COLOR', { NO_COLOR: '1' }, 100, { columns: 100, hasColor: false }],
  ['NO_COLOR without a value', { NO_COLOR: '' }, 100, { columns: 100, hasColor: true }],
  ['a terminal without colours', { TERM: 'dumb' }, 100, { columns: 100, hasColor: false }],
])('the look of %s', (_name, environment, columns, look) => {
  expect(lookOf(environment, columns)).toEqual(look);
});

describe('progress', () => {
  const progress = (done: number, section: string) => ({
    kind: 'scan-progress' as const,
    takenAt: '2026-11-24T09:00:00.000Z',
    next: [],
    hosts: [
      { host: 'web-1', done, total: 16, latest: { section, state: 'read' as const, reason: null } },
    ],
  });
  const run = (columns: number | null) => {
    const written: string[] = [];
    const line = progressLine((text) => written.push(text), columns);
    line.show(progress(1, 'containers') as never);
    line.show(progress(12, 'swarm') as never);
    line.clear();
    return written.join('');
  };

  test('is one line, written over, and gone at the end', () => {
    const written = run(80);

    expect(written).not.toContain('\n');
    expect(written.split('\r')).toEqual([
      '',
      'Scanning web-1 1/16: containers',
      'Scanning web-1 12/16: swarm    ',
      ' '.repeat('Scanning web-1 12/16: swarm'.length),
      '',
    ]);
  });

  test('is shorter than a line of the terminal', () => {
    expect(
      Math.max(
        ...run(20)
          .split('\r')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(20);
  });

  test('of feeds says which one is being taken', () => {
    const written: string[] = [];
    const line = progressLine((text) => written.push(text), 80);
    const feeds = [
      { source: 'osv/Debian', outcome: 'taken' as const, records: null },
      { source: 'kev', outcome: null, records: null, bytes: 3 * 1024 ** 2 },
    ];
    const common = { kind: 'feed-progress' as const, takenAt: '', next: [] };
    line.show({ ...common, from: 'publishers', feeds });
    line.show({
      ...{ ...common, from: 'files' },
      feeds: [{ source: 'osv/Debian', outcome: null, records: 41_000 }],
    });

    expect(written.map((text) => text.trim())).toEqual([
      'Fetching feeds 1/2: kev, 3 MB',
      'Importing: osv/Debian, 41,000 records',
    ]);
  });

  test('is none without a terminal', () => {
    expect(run(null)).toBe('');
  });
});

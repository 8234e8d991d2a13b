import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { AnswerOf } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { openChart } from '../../src/views/history-chart.ts';
import { answerJson } from '../../src/views/json.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askFor, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, hostPosture, morning, scanRecord } from '../support/scan-records.ts';
import { seedHistory } from '../support/seed-history.ts';

const HOUR_MS = 3_600_000;
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true), silentHost('web-2')]);
});
afterEach(() => core.remove());

/** Asks in the evening of a day, twelve hours after its scan. */
const ask = (text: string, day: number) =>
  askFor(core, 'history', text, { now: () => Date.parse(morning(day)) + 12 * HOUR_MS });
const scan = (day: number, difference: Partial<ScanRecord> = {}) => {
  const times = { startedAt: morning(day), finishedAt: morning(day) };
  return core.context.store.saveScan(scanRecord({ ...times, ...difference }));
};
const scored = (score: number | null) => ({ posture: hostPosture({ score, grade: 'D' }) });
const down = { engine: null, containers: null, undecided: [] };
const scoresOf = ({ histories }: AnswerOf<'history'>) =>
  histories.map(({ points }) => points.map((point) => point?.score ?? null));
const charts = (answer: AnswerOf<'history'>) =>
  answerDocument(answer).summary.filter((part) => part.kind === 'chart');
const shown = (answer: AnswerOf<'history'>) => terminalText(answerDocument(answer));

it('has one point a day, and a gap for a day that was not read', async () => {
  await scan(0, scored(60));
  await scan(1, { ...down, ...scored(0) });
  await scan(3, { ...scored(70), findings: [currentFinding()] });

  const answer = await ask('history', 3);

  expect(answer.stretches.map((stretch) => stretch.slice(0, 10))).toEqual([
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
    '2026-01-04',
  ]);
  expect(scoresOf(answer)).toEqual([[60, null, null, 70]]);
  expect(charts(answer)[0]?.series).toEqual([{ name: 'web-1', values: [60, null, null, 70] }]);
  expect(charts(answer)[0]?.alternative).toContain('Not read, so not drawn: 2 Jan to 3 Jan.');
  expect(shown(answer)).toContain('Not read on 2 of 4 days: 2 Jan to 3 Jan.');
  expect(shown(answer)).toMatch(/▁··█ +60 → 70 +lowest 60, highest 70/);
  expect(shown(answer)).toContain('4 Jan web-1: 1 new, 0 fixed or gone; score 60 → 70');
});

it('does not take the days before the first good scan, nor a morning without one, for gaps', async () => {
  await scan(5, scored(60));
  await scan(6, scored(61));

  const answer = await ask('history since 30d', 7);

  expect(scoresOf(answer)).toEqual([[60, 61]]);
  expect(shown(answer)).not.toContain('Not read');
});

it('shows thirty days when no time is named', async () => {
  for (let day = 0; day < 40; day += 1) await scan(day, scored(60));

  const answer = await ask('history', 39);

  expect(answer.stretches).toHaveLength(30);
  expect(answer.stretches[0]).toBe('2026-01-11T00:00:00.000Z');
});

it('adds hosts up only where each one that was known by then was read', async () => {
  await scan(0, { ...scored(60), findings: [currentFinding()] });
  await scan(1, { ...scored(60), findings: [currentFinding()] });
  await scan(1, { ...scored(80), host: 'web-2', findings: [currentFinding()] });
  await scan(2, { ...scored(90), host: 'web-2' });
  await scan(3, scored(70));
  await scan(3, { ...scored(null), host: 'web-2' });

  const answer = await ask('history on all', 3);

  expect(answer.fleet?.map((point) => point && [point.score, point.open.high])).toEqual([
    [60, 1],
    [70, 2],
    null,
    [null, 0],
  ]);
  expect(charts(answer).map(({ series }) => series.map(({ name }) => name))).toEqual([
    ['all hosts', 'web-1', 'web-2'],
    ['critical', 'high', 'medium', 'low'],
  ]);
  expect(shown(answer)).toContain('web-2: grade D (80) on 2 Jan');
  expect(shown(answer)).toContain('Known since 2 Jan.');
});

it('takes weeks for points where days are too many, and parts of an hour where they are few', async () => {
  for (let day = 0; day < 200; day += 1) await scan(day, scored(50 + Math.floor(day / 10)));

  const long = await ask('history since 180d', 199);
  expect(long.stretches.length).toBeLessThan(30);
  expect(shown(long)).toContain('last good scan of each 7 days');

  const quarter = await ask('history since 90d', 199);
  expect(quarter.stretches).toHaveLength(91);

  const short = await ask('history since 24h', 199);
  expect(short.stretches).toEqual([morning(199)]);
  expect(shown(short)).toContain('No chart yet: it needs good scans at two different times.');
});

it('says so when nothing is known', async () => {
  await scan(0, down);

  const text = shown(await ask('history on all', 2));

  expect(text).toContain('2 hosts: no history yet');
  expect(text).toContain('web-1: could not be read in this time.');
  expect(text).toContain('web-2 was never scanned');
});

it('is plain data for programs, unknown as null', async () => {
  await scan(0, scored(60));
  await scan(2, scored(62));

  expect(answerJson(await ask('history', 2))).toMatchObject({
    answer: 'history',
    stretchMs: 86_400_000,
    histories: [{ host: 'web-1', points: [{ score: 60, grade: 'D' }, null, { score: 62 }] }],
    fleet: null,
  });
});

it('gives the digest one picture of open findings by severity', async () => {
  const now = Date.parse(morning(20));
  await seedHistory(core.database, { now, days: 14 });

  const chart = openChart(await ask('history since 13d', 20));

  expect(chart?.series.map(({ name }) => name)).toEqual(['critical', 'high', 'medium', 'low']);
  expect(chart?.categories).toHaveLength(14);
  expect(chart?.series.every(({ values }) => values.length === 14)).toBe(true);
  expect(openChart(await ask('history since 1h', 20))).toBeNull();
});

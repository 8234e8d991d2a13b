import fc from 'fast-check';
import { historyOfHosts } from '../../src/inspections/history-of-hosts.ts';
import type { PastScans, ScanHistory } from '../../src/ports/past.ts';
import { gradeOf } from '../../src/posture/score.ts';
import { history } from '../../src/views/history.ts';

// Of many hosts a message tells of few. Whatever became of them, it says what it says of all their points.

const DAY_MS = 86_400_000;
const DAYS = 6;
const since = Date.parse('2026-11-01T00:00:00.000Z');
const first = since / DAY_MS;
const counts = fc.nat({ max: 3 });

/** What was found on a day, or that the host was unread, or that nobody tried. */
const day = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      score: fc.option(fc.nat({ max: 3 })),
      low: counts,
      opened: counts,
      closed: counts,
    }),
  },
  { weight: 1, arbitrary: fc.constant('unread' as const) },
  { weight: 1, arbitrary: fc.constant(null) },
);
// The last is later than the question: a scan of it ended meanwhile, and has no point.
const fleet = fc.array(fc.array(day, { minLength: DAYS + 1, maxLength: DAYS + 1 }), {
  minLength: 21,
  maxLength: 40,
});

function toHistory(
  host: string,
  days: readonly (typeof day extends fc.Arbitrary<infer T> ? T : never)[],
): ScanHistory {
  const none = { low: 0, medium: 0, high: 0, critical: 0 };
  const scans: PastScans = {
    ...{ stretch: [], at: [], score: [], grade: [], accepted: [], opened: [], closed: [] },
    open: { low: [], medium: [], high: [], critical: [] },
  };
  const unread: number[] = [];
  for (const [index, found] of days.entries()) {
    if (found === 'unread') unread.push(first + index);
    if (found === 'unread' || found === null) continue;
    scans.stretch.push(first + index);
    scans.at.push(since + index * DAY_MS + 1_000);
    scans.score.push(found.score);
    scans.grade.push(found.score === null ? null : gradeOf(found.score));
    scans.accepted.push(none);
    scans.opened.push(found.opened);
    scans.closed.push(found.closed);
    scans.open.low.push(found.low);
    for (const severity of ['medium', 'high', 'critical'] as const) scans.open[severity].push(0);
  }
  const [at] = scans.at;
  return { host, firstGoodAt: at === undefined ? null : new Date(at).toISOString(), scans, unread };
}

it('says the same by the points of few hosts', async () => {
  await fc.assert(
    fc.asyncProperty(fleet, async (days) => {
      const stored = days.map((of, index) => toHistory(`web-${index}`, of));
      const store = { listScanHistory: async () => stored };
      const asked = {
        hosts: stored.map(({ host }) => ({ name: host })),
        since,
        now: since + (DAYS - 0.5) * DAY_MS,
      };
      const shown = async (points?: 'told') => {
        const found = await historyOfHosts({ ...asked, ...(points && { points }) }, store);
        return {
          found,
          view: history({
            kind: 'history',
            takenAt: new Date(asked.now).toISOString(),
            hosts: [],
            next: [],
            ...found,
          }),
        };
      };
      const [all, told] = [await shown(), await shown('told')];
      expect(told.view).toEqual(all.view);
      expect(told.found.fleet).toEqual(all.found.fleet);
      expect(
        told.found.histories.filter(({ points }) => points.length > 0).length,
      ).toBeLessThanOrEqual(22);
    }),
    { numRuns: 200 },
  );
});

import type { Undecided } from '../../src/findings/result.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { SavedScan } from '../../src/ports/scan-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const finding = currentFinding();
const unjudged: Undecided = {
  rule: finding.rule,
  subjectKind: 'container',
  subjectKey: null,
  reason: 'containers: connection refused',
};
const scanOnDay = (day: number, difference: Partial<ScanRecord> = {}): Promise<SavedScan> =>
  store.scans.saveScan(scanRecord({ startedAt: morning(day), ...difference }));
const openFindings = () => store.scans.listOpenFindings({ hosts: ['web-1'] });
const countRows = (table: string): number =>
  place.values<number>(`select count(*) from ${table}`)[0] ?? 0;

describe('a finding over several scans', () => {
  it('is new in the scan that first saw it', async () => {
    const saved = await scanOnDay(0, { findings: [finding] });

    const expected = {
      ...finding,
      acceptance: null,
      host: 'web-1',
      firstSeen: morning(0),
      lastSeen: morning(0),
      baselineState: 'new',
      unverifiedReason: null,
    };
    expect(saved).toEqual({ open: [expected], closed: [], isFirstScan: true });
    expect(await openFindings()).toEqual([expected]);
  });

  it('is unchanged afterwards, and last seen by the last good scan', async () => {
    await scanOnDay(0, { findings: [finding] });

    const saved = await scanOnDay(1, { findings: [finding] });

    expect(saved.isFirstScan).toBe(false);
    expect(saved.open).toMatchObject([
      { baselineState: 'unchanged', firstSeen: morning(0), lastSeen: morning(1) },
    ]);
  });

  it('is updated when it got worse, and keeps the day it was first seen', async () => {
    await scanOnDay(0, { findings: [finding] });

    const worse = { ...finding, severity: 'critical', message: 'worse' } as const;
    const saved = await scanOnDay(1, { findings: [worse] });
    const later = await scanOnDay(2, { findings: [worse] });

    expect(saved.open).toMatchObject([
      { ...worse, baselineState: 'updated', firstSeen: morning(0) },
    ]);
    expect(later.open).toMatchObject([{ ...worse, baselineState: 'unchanged' }]);
  });

  it('is absent when it was judged and is gone', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1, { findings: [finding] });

    const saved = await scanOnDay(2);

    expect(saved.open).toEqual([]);
    expect(saved.closed).toMatchObject([
      {
        fingerprint: finding.fingerprint,
        baselineState: 'absent',
        firstSeen: morning(0),
        lastSeen: morning(1),
      },
    ]);
    expect(await openFindings()).toEqual([]);
  });

  it('is new again when it comes back', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1);

    const saved = await scanOnDay(2, { findings: [finding] });

    expect(saved.open).toMatchObject([{ baselineState: 'new', firstSeen: morning(2) }]);
    expect(countRows('finding')).toBe(2);
  });

  it('stays open, with the reason, while it cannot be judged', async () => {
    await scanOnDay(0, { findings: [finding] });

    const first = await scanOnDay(1, { undecided: [unjudged] });
    const second = await scanOnDay(2, { undecided: [unjudged] });

    for (const saved of [first, second]) {
      expect(saved.closed).toEqual([]);
      expect(saved.open).toMatchObject([
        {
          baselineState: 'unchanged',
          unverifiedReason: unjudged.reason,
          firstSeen: morning(0),
          lastSeen: morning(0),
        },
      ]);
    }
  });

  it('is verified again, or closed, by the next scan that can judge it', async () => {
    const other = currentFinding({ subjectKey: 'db' });
    await scanOnDay(0, { findings: [finding, other] });
    await scanOnDay(1, { undecided: [unjudged] });

    const saved = await scanOnDay(2, { findings: [finding] });

    expect(saved.open).toMatchObject([{ unverifiedReason: null, lastSeen: morning(2) }]);
    expect(saved.closed).toMatchObject([{ subjectKey: 'db', lastSeen: morning(0) }]);
  });

  it('keeps the age of the last good data when its host is down', async () => {
    await scanOnDay(0, { findings: [finding] });

    await scanOnDay(1, { engine: null, containers: null, undecided: [unjudged] });

    expect(await openFindings()).toMatchObject([
      { lastSeen: morning(0), unverifiedReason: unjudged.reason },
    ]);
  });

  it('is another one on another host', async () => {
    await scanOnDay(0, { findings: [finding] });

    const saved = await scanOnDay(0, { host: 'web-2', findings: [finding] });
    await scanOnDay(1, { host: 'web-2' });

    expect(saved).toMatchObject({ isFirstScan: true, open: [{ baselineState: 'new' }] });
    expect(await openFindings()).toHaveLength(1);
    expect(await store.scans.listOpenFindings({ hosts: ['web-2'] })).toEqual([]);
    expect(await store.scans.listOpenFindings({ hosts: [] })).toEqual([]);
  });

  it('grows no interval backwards when the clock jumps', async () => {
    await scanOnDay(5, { findings: [finding] });

    const saved = await scanOnDay(3);

    expect(saved.closed).toMatchObject([{ firstSeen: morning(5), lastSeen: morning(5) }]);
  });
});

describe('a stored scan', () => {
  it('comes back as it was', async () => {
    const record = scanRecord({
      findings: [finding, currentFinding({ subjectKey: 'db', severity: 'critical' })],
      undecided: [unjudged, { ...unjudged, subjectKey: 'api' }],
      unreadSections: [{ section: 'images', reason: 'timeout' }],
    });
    await store.scans.saveScan(record);

    expect(await store.scans.findLastScan('web-1')).toEqual({
      id: record.id,
      host: 'web-1',
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      engine: { ...record.engine, clockAheadMs: null },
      coverage: record.coverage,
      unreadSections: record.unreadSections,
      undecided: record.undecided,
      posture: record.posture,
      open: { low: 0, medium: 0, high: 1, critical: 1 },
      accepted: { low: 0, medium: 0, high: 0, critical: 0 },
    });
  });

  it('is good only when engine and containers were read', async () => {
    const good = scanRecord({ undecided: [{ ...unjudged, reason: 'then' }] });
    const bad = scanRecord({ startedAt: morning(1), engine: null, undecided: [unjudged] });
    const worse = scanRecord({ startedAt: morning(2), containers: null });
    for (const record of [good, bad, worse]) await store.scans.saveScan(record);

    expect(await store.scans.findLastScan('web-1')).toMatchObject({ id: worse.id, undecided: [] });
    expect(await store.scans.findLastGoodScan('web-1')).toMatchObject({
      id: good.id,
      undecided: [{ reason: 'then' }],
    });
  });

  it('is not there for a host that was never scanned', async () => {
    expect(await store.scans.findLastScan('nobody')).toBeNull();
    expect(await store.scans.findLastGoodScan('nobody')).toBeNull();
  });

  it('is stored once, and says the same when it is saved again', async () => {
    await scanOnDay(0, { findings: [finding, currentFinding({ subjectKey: 'db' })] });
    const record = scanRecord({ startedAt: morning(1), findings: [finding] });

    const first = await store.scans.saveScan(record);
    const again = await store.scans.saveScan(record);

    expect(again).toEqual(first);
    expect(countRows('scan')).toBe(2);
  });

  it('writes nothing but itself when nothing changed', async () => {
    await scanOnDay(0, { findings: [finding], undecided: [unjudged] });
    const rows = () =>
      ['finding', 'container', 'undecided', 'host'].map((table) =>
        place.rows(`select * from ${table}`),
      );
    const before = rows();

    await scanOnDay(1, { findings: [finding], undecided: [unjudged] });

    expect(rows()).toEqual(before);
    expect(countRows('scan')).toBe(2);
  });

  it('is stored whole or not at all', async () => {
    await scanOnDay(0, { findings: [finding] });
    place.run(
      place.url.startsWith('sqlite:')
        ? "create trigger fail before update on host_summary begin select raise(abort, 'injected'); end"
        : `create function fail() returns trigger language plpgsql as $$ begin raise 'injected'; end $$;
           create trigger fail before update on host_summary for each row execute function fail()`,
    );
    const before = await openFindings();

    const failure = scanOnDay(1, { findings: [currentFinding({ subjectKey: 'db' })] });

    await expect(failure).rejects.toMatchObject({ code: 'store-failed' });
    expect(await openFindings()).toEqual(before);
    expect(countRows('scan')).toBe(1);

    place.run(
      place.url.startsWith('sqlite:') ? 'drop trigger fail' : 'drop function fail() cascade',
    );
    expect(await scanOnDay(1)).toMatchObject({ open: [], closed: [{ subjectKey: 'web' }] });
  });

  it.each([
    ['quotes', `'"; drop table scan; --`],
    ['what looks like JSON', '[1,2]'],
    ['NUL', 'before\0after'],
    ['half of a pair', 'before\ud83dafter\udc33'],
    ['the mark of its own', '\ufdd00 and \ufdd0\ufdd0 and \0'],
    ['emoji', '🐳 café'],
    ['10 kB', 'x'.repeat(10_000)],
    ['a prototype', '__proto__'],
  ])('keeps hostile text with %s', async (_name, text) => {
    const hostile = currentFinding({
      fingerprint: text,
      subjectKey: text,
      subjects: [text],
      message: text,
      evidence: [{ path: text, value: [text], source: text }],
    });
    const undecided = [{ ...unjudged, subjectKey: text, reason: text }];
    await scanOnDay(0, { host: text, findings: [hostile], undecided });

    expect(await store.scans.listOpenFindings({ hosts: [text] })).toMatchObject([
      { ...hostile, host: text },
    ]);
    expect(await store.scans.findLastScan(text)).toMatchObject({ host: text, undecided });
  });
});

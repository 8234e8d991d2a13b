import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;
let reopen: () => Promise<Store>;

storeForEach((own) => {
  ({ place, store, reopen } = own);
});

const finding = currentFinding();
const worse = { ...finding, severity: 'critical', message: 'web runs privileged as root' } as const;
const down = {
  engine: null,
  containers: null,
  undecided: [
    {
      rule: finding.rule,
      subjectKind: 'container' as const,
      subjectKey: null,
      reason: 'containers: connection refused',
    },
  ],
};
const scanOnDay = (day: number, difference: Partial<ScanRecord> = {}) =>
  store.scans.saveScan(scanRecord({ startedAt: morning(day), ...difference }));
const changesSince = async (day: number) => {
  const since = Date.parse(morning(day));
  const [changes, more] = await store.scans.listFindingChanges({ hosts: ['web-1'], since });
  expect(more).toBeUndefined();
  return changes;
};

describe('a finding whose severity changes', () => {
  it('keeps both severities, each for its time, and the day it was first seen', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1, { findings: [worse] });

    expect((await changesSince(0))?.changes).toMatchObject([
      {
        before: { severity: 'high', firstSeen: morning(0), lastSeen: morning(0) },
        after: {
          ...worse,
          firstSeen: morning(0),
          lastSeen: morning(1),
          baselineState: 'updated',
        },
      },
    ]);
  });

  it('counts neither as closed nor as new', async () => {
    await scanOnDay(0, { findings: [finding] });

    const saved = await scanOnDay(1, { findings: [worse] });

    expect(saved.closed).toEqual([]);
    expect(saved.open).toHaveLength(1);
    expect(await store.scans.findLastScan('web-1')).toMatchObject({
      open: { high: 0, critical: 1 },
    });
  });

  it('keeps its row when only its text changes', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1, { findings: [{ ...finding, message: 'said differently' }] });

    expect((await changesSince(0))?.changes).toEqual([]);
    const rows = place.values<number>('select count(*) from finding')[0];
    expect(rows).toBe(1);
  });

  it('can be compared over several changes with the first and the last alone', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1, { findings: [worse] });
    await scanOnDay(2, { findings: [{ ...finding, severity: 'low' }] });
    await scanOnDay(3, { findings: [worse] });

    expect((await changesSince(0))?.changes).toMatchObject([
      { before: { severity: 'high' }, after: { severity: 'critical' } },
    ]);
    expect((await changesSince(2))?.changes).toMatchObject([
      { before: { severity: 'low' }, after: { severity: 'critical' } },
    ]);
  });
});

describe('changes since a time', () => {
  it('are those that came and went after it, not those of before', async () => {
    const other = currentFinding({ subjectKey: 'db' });
    const third = currentFinding({ subjectKey: 'cache' });
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1, { findings: [finding, other] });
    await scanOnDay(2, { findings: [other, third] });

    expect((await changesSince(1))?.changes).toMatchObject([
      { before: { subjectKey: 'web', baselineState: 'absent' }, after: null },
      { before: null, after: { subjectKey: 'cache', firstSeen: morning(2) } },
    ]);
  });

  it('show apart what opened and closed in between', async () => {
    await scanOnDay(0);
    await scanOnDay(1, { findings: [finding] });
    await scanOnDay(2);

    const changes = await changesSince(0);

    expect(changes?.changes).toEqual([]);
    expect(changes?.passing).toMatchObject([{ subjectKey: 'web', lastSeen: morning(1) }]);
  });

  it('see no change in one that closed and opened again', async () => {
    await scanOnDay(0, { findings: [finding] });
    await scanOnDay(1);
    await scanOnDay(2, { findings: [finding] });

    expect((await changesSince(0))?.changes).toMatchObject([
      { before: { severity: 'high' }, after: { severity: 'high', firstSeen: morning(2) } },
    ]);
  });

  it('are compared with the newest good scan at that time', async () => {
    await scanOnDay(0);
    await scanOnDay(1, { ...down });
    await scanOnDay(3, { findings: [finding] });

    const since = Date.parse(morning(2));
    const changes = await store.scans.listFindingChanges({ hosts: ['web-1'], since });

    expect(changes).toMatchObject([
      { from: morning(0), isFromFirstScan: false, to: morning(3), changes: [{ before: null }] },
    ]);
  });

  it('say so when the first good scan is younger than the time', async () => {
    await scanOnDay(1, { ...down });
    await scanOnDay(2, { findings: [finding] });

    expect(await changesSince(0)).toEqual({
      host: 'web-1',
      from: morning(2),
      isFromFirstScan: true,
      to: morning(2),
      changes: [],
      passing: [],
    });
  });

  it('keep a finding open, with the reason, while its host is down', async () => {
    await scanOnDay(0);
    await scanOnDay(1, { findings: [finding] });
    await scanOnDay(2, { ...down });

    expect(await changesSince(0)).toMatchObject({
      to: morning(1),
      changes: [{ after: { unverifiedReason: 'containers: connection refused' } }],
    });
  });

  it('leave out a host that could never be read, and one that is unknown', async () => {
    await scanOnDay(0, { ...down });

    const hosts = ['web-1', 'nowhere'];
    expect(await store.scans.listFindingChanges({ hosts, since: 0 })).toEqual([]);
  });

  it('keep to the host that was asked about', async () => {
    await scanOnDay(0);
    await scanOnDay(1);
    await store.scans.saveScan(scanRecord({ host: 'web-2', startedAt: morning(0) }));
    const record = { host: 'web-2', startedAt: morning(1), findings: [finding] };
    await store.scans.saveScan(scanRecord(record));

    expect((await changesSince(0))?.changes).toEqual([]);
  });
});

describe('a database of before the history of findings', () => {
  it('keeps its findings, and a change of severity from then on', async () => {
    await store.close();
    await place.migrateDownTo('0003-acceptance');
    place.run(`
        insert into host (name) values ('web-1');
        insert into scan (uid, host_id, started_at, finished_at, seen_at, is_good, answered, unknown,
          not_applicable, total, open_low, open_medium, open_high, open_critical, unread_sections_json)
          values ('s', 1, ${Date.parse(morning(0))}, 0, ${Date.parse(morning(0))}, 1, 0, 0, 0, 0,
          0, 0, 1, 0, '[]');
        insert into host_summary values (1, 1, 1, 0, 0, 1, 0);
        insert into finding (host_id, fingerprint, rule_id, severity, subject_kind, subject_key,
          message, subjects_json, evidence_json, first_seen)
          values (1, '${finding.fingerprint}', '${finding.rule}', 3, 'container', 'web', 'old', '["web"]',
          '[]', ${Date.parse(morning(0))});
      `);
    store = await reopen();

    await scanOnDay(1, { findings: [worse] });

    expect((await changesSince(0))?.changes).toMatchObject([
      { before: { severity: 'high', message: 'old' }, after: { severity: 'critical' } },
    ]);
  });
});

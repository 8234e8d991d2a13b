import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { read } from '../../src/shared/reading.ts';
import * as lives from '../../src/store/lives.ts';
import type { Store } from '../../src/store/open-store.ts';
import {
  currentFinding,
  hostPosture,
  observedContainer,
  scanRecord,
} from '../support/scan-records.ts';
import { type TemporaryFile, temporaryFile } from '../support/temporary-database.ts';

const DAY = 86_400_000;
const start = Date.UTC(2026, 0, 1);
let place: TemporaryFile;
let store: Store;
let clock: number;

beforeEach(async () => {
  clock = start;
  place = temporaryFile();
  store = await place.open(() => clock);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const auditFile = () => `${place.path}.audit.jsonl`;
const tidy = () => store.tidy({ historyDays: 10, auditDays: 10, auditFile: auditFile() });
const iso = (day: number) => new Date(start + day * DAY).toISOString();
const scan = (day: number, difference: Parameters<typeof scanRecord>[0] = {}) =>
  store.scans.saveScan(scanRecord({ startedAt: iso(day), finishedAt: iso(day), ...difference }));
const sql = (text: string, ...values: unknown[]) =>
  place.withConnection((connection) => connection.prepare(text).run(...values));
const list = (text: string) =>
  place.withConnection((connection) => connection.prepare(text).pluck().all());
const count = (table: string) => list(`select count(*) from "${table}"`)[0];
const at = (day: number) => {
  clock = start + day * DAY;
};
/** Something new is stored, of another host. */
const stir = () => {
  const now = new Date(clock).toISOString();
  return store.scans.saveScan(scanRecord({ host: 'web-9', startedAt: now, finishedAt: now }));
};
const claimDelivery = (key: string) =>
  store.deliveries.claim(
    { key, body: null, answerWithinMs: 1 },
    { owner: 'bot', leaseMs: 1 },
    clock,
  );

it('has a life for every table of the schema, and for no other', () => {
  const tables = list(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'",
  );

  expect(new Set(Object.keys(lives))).toEqual(new Set(tables));
});

it('reads a table for each life without a mistake, however empty', async () => {
  expect(await tidy()).toBe(0);
});

it('removes what is over for long, and keeps what lasts or ended of late', async () => {
  const unread = {
    rule: 'r',
    subjectKind: 'container' as const,
    subjectKey: 'a',
    reason: 'timeout',
  };
  const some = (names: string[]) => ({
    containers: names.map((name) => observedContainer(name)),
    findings: names.map((subjectKey) => currentFinding({ subjectKey })),
    undecided: names.map((subjectKey) => ({ ...unread, subjectKey })),
  });
  await scan(0, some(['lasting', 'gone long ago', 'gone of late']));
  await scan(1, some(['lasting', 'gone of late']));
  await scan(15, some(['lasting']));
  at(20);

  await tidy();

  expect(list('select name from container order by name')).toEqual([
    'name-gone of late',
    'name-lasting',
  ]);
  expect(list('select subject_key from finding order by 1')).toEqual(['gone of late', 'lasting']);
  expect(list('select subject_key from undecided order by 1')).toEqual(['gone of late', 'lasting']);
});

describe('scans', () => {
  const down = { engine: null, containers: null, posture: hostPosture({ score: 70 }) };
  const host = ['web-1'];

  it('go, and what is told of the time that is left stays the same', async () => {
    for (const day of [0, 1, 2, 3, 4, 5]) await scan(day, { posture: hostPosture({ score: 60 }) });
    for (const day of [6, 7, 8, 12]) await scan(day, down);
    for (const day of [13, 14]) await scan(day, { posture: hostPosture({ score: 70 }) });
    at(20);
    const told = async () => ({
      blind: (await store.scans.listBlindIntervals({ hosts: host, since: clock - 9 * DAY })).map(
        ({ from, to, lastGood }) => ({ from, to, lastGood }),
      ),
      posture: await store.scans.findPostureAt('web-1', start + 10 * DAY),
      later: await store.scans.findPostureAt('web-1', start + 14 * DAY),
      last: await store.scans.findLastScan('web-1'),
      history: await store.scans.listScanHistory({
        hosts: host,
        since: clock - 8 * DAY,
        stretchMs: DAY,
      }),
    });
    const before = await told();

    const removed = await tidy();
    const after = await told();

    // Of the first ten days the last good scan and the first that failed are left.
    expect(removed).toBe(7);
    expect(list('select started_at from scan order by id')).toEqual(
      [5, 6, 12, 13, 14].map((day) => start + day * DAY),
    );
    expect(before.blind).toEqual([{ from: iso(6), to: iso(13), lastGood: iso(5) }]);
    const first = { firstGoodAt: iso(5) };
    expect(after).toEqual({
      ...before,
      history: before.history.map((one) => ({ ...one, ...first })),
    });
    expect(await tidy()).toBe(0);
  });

  it('keep the newest of a host that nobody scans any more', async () => {
    await scan(0);
    await scan(1, down);
    at(400);
    await stir();

    await tidy();

    expect(count('scan')).toBe(3);
  });
});

it('removes an inventory with its packages once no container is left that had it', async () => {
  const packageOf = (name: string) => ({
    name,
    version: '1',
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: '1',
  });
  const withPackages = (id: string, names: string[]) => {
    const inventory = {
      manager: 'dpkg' as const,
      operatingSystem: null,
      packages: names.map(packageOf),
    };
    const installed = read({ inventory, isOwn: false });
    return {
      ...observedContainer(id),
      surface: { processes: null, ports: [], setUid: null, installed } as never,
    };
  };
  await scan(0, {
    containers: [withPackages('a', ['shared', 'old']), withPackages('b', ['shared', 'new'])],
  });
  await scan(1, { containers: [withPackages('b', ['shared', 'new'])] });
  at(20);
  await scan(20, { containers: [withPackages('b', ['shared', 'new'])] });

  await tidy();

  expect(list('select name from package order by name')).toEqual(['new', 'shared']);
  expect(count('inventory')).toBe(1);
  expect(count('inventory_package')).toBe(2);
});

describe('what is owed to Slack', () => {
  const message = (key: string, difference = {}) => ({
    key,
    channel: 'C1',
    action: { kind: 'post' as const },
    what: 'digest' as const,
    payload: { text: 'x' },
    dueAt: clock,
    ...difference,
  });
  const settle = (state: string) => sql('update outbox set state = ?', state);

  it('is remembered for a month once it was sent, and for ever while it waits', async () => {
    await store.outbox.put([message('a'), message('b', { channel: 'C2' })], clock);
    settle('sent');
    at(20);
    await store.outbox.put([message('c', { channel: 'C2' })], clock);
    at(31);

    await tidy();

    expect(list('select key from outbox order by key')).toEqual(['b', 'c']);
    expect(list('select channel from outbox_channel order by 1')).toEqual(['C2']);
  });

  it('is remembered of an alert for as long as the alert', async () => {
    const alert = `insert into alert (id, channel, key, kind, host, severity, title, next_json, first_at, last_at, count,
      replies, is_silent, is_told, is_stale, resolved_at) values (?, 'C1', ?, 'finding', 'web-1', 'high', 't', '[]', 0, 0, 1, 0, 0, 1, 0, ?)`;
    sql(alert, 1, 'open', null);
    sql(alert, 12, 'ended', start);
    const posts = ['alert:1:post', 'alert:12:post', 'alert:12:state'];
    await store.outbox.put(
      posts.map((key) => message(key, { what: 'alert' })),
      clock,
    );
    settle('sent');
    at(100);

    await tidy();

    expect(list('select key from outbox order by key')).toEqual(['alert:1:post']);
    expect(list('select id from alert')).toEqual([1]);
  });
});

it('drops what a button would share as it stops to work, and forgets it a month later', async () => {
  const document = { summary: ['x'.repeat(12_000)] };
  const [token = ''] = await store.tokens.issue([{ kind: 'share', document }], 'C1');
  at(6);
  await tidy();
  const working = await store.tokens.peek(token);
  at(8);
  await tidy();
  const expired = await store.tokens.peek(token);
  at(38);
  await tidy();

  expect(working).toMatchObject({ intent: { kind: 'share', document }, isExpired: false });
  expect(expired).toMatchObject({ intent: { kind: 'share', document: null }, isExpired: true });
  expect(await store.tokens.peek(token)).toBeNull();
});

it('removes claims of deliveries after a day', async () => {
  place.withConnection((connection) => {
    const insert = connection.prepare('insert into delivery (key, seen_at) values (?, ?)');
    connection.transaction(() => {
      for (let index = 0; index < 700; index += 1) insert.run(`old-${index}`, start);
    })();
  });
  at(1.5);
  await claimDelivery('new');

  await tidy();

  expect(list('select key from delivery')).toEqual(['new']);
});

describe('the audit', () => {
  const record = (day: number, what: string) =>
    store.audit.record({
      at: start + day * DAY,
      actor: { id: 'U1', name: 'alice', place: 'C1' },
      verb: 'accept',
      outcome: 'done',
      what,
      before: null,
      after: { until: 'x' },
    });
  const file = () =>
    readFileSync(auditFile(), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: number; what: string });
  const said = () => file().map(({ what }) => what);

  it('moves to its file, which nobody else may read, in order and with everything in it', async () => {
    await record(0, 'first \u202e');
    await record(1, 'second');
    await record(15, 'third');
    at(20);

    await tidy();

    expect(file()).toEqual([
      {
        id: 1,
        at: iso(0),
        who: 'alice (U1)',
        place: 'C1',
        verb: 'accept',
        outcome: 'done',
        what: 'first \u202e',
        before: null,
        after: { until: 'x' },
      },
      expect.objectContaining({ id: 2, what: 'second' }),
    ]);
    expect(readFileSync(auditFile(), 'utf8')).not.toContain('\u202e');
    expect(list('select what from audit')).toEqual(['third']);
    expect(statSync(auditFile()).mode & 0o777).toBe(0o600);
  });

  it('is in the file once, when a move was killed before or within its end', async () => {
    for (const what of ['a', 'b', 'c']) await record(0, what);
    at(20);
    await stir();
    const rows = place.rows('select * from audit') as Record<string, unknown>[];
    await tidy();
    // The file was written, and the database did not get to forget the rows; a line was cut.
    for (const row of rows) {
      const names = Object.keys(row);
      const marks = names.map(() => '?').join(', ');
      sql(`insert into audit (${names.join(', ')}) values (${marks})`, ...Object.values(row));
    }
    await record(1, 'd');
    appendFileSync(auditFile(), '{"id":4,"at":"2026');

    await tidy();

    expect(said()).toEqual(['a', 'b', 'c', 'd']);
    expect(count('audit')).toBe(0);
  });

  it('of a new database goes on in the file of an old one', async () => {
    writeFileSync(auditFile(), `${JSON.stringify({ id: 900, at: iso(-500), what: 'old' })}\n`);
    await record(0, 'new');
    at(20);
    await stir();

    await tidy();

    expect(said()).toEqual(['old', 'new']);
  });

  it('stays in the database while the file cannot be written, and all else is tidied', async () => {
    await record(0, 'kept');
    await claimDelivery('old');
    at(20);
    await stir();
    const nowhere = { historyDays: 10, auditDays: 10, auditFile: '/proc/nothing/audit.jsonl' };

    await expect(store.tidy(nowhere)).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('/proc/nothing/audit.jsonl'),
    });

    expect(count('audit')).toBe(1);
    expect(count('delivery')).toBe(0);
  });
});

it('tells how large the database and its tables are', async () => {
  const { bytes, disk, tables } = await store.size.measure();

  expect(bytes).toBeGreaterThan(100_000);
  expect(disk?.freeBytes).toBeGreaterThan(0);
  expect(place.path.startsWith(disk?.folder ?? 'nowhere')).toBe(true);
  expect(tables).toHaveLength(5);
});

it('keeps what an image held for as long as it or a container of it is remembered', async () => {
  const see = (day: number, ...ids: string[]) =>
    store.filesystems.seeImages(
      'web-1',
      iso(day),
      ids.map((id) => ({ id, name: id, layers: id })),
    );
  const libraryOf = (name: string) => ({
    ...{ ecosystem: 'npm' as const, name, version: '1.0.0', path: name },
    purl: `pkg:npm/${name}@1.0.0`,
  });
  await scan(0, { containers: [observedContainer('c1', { imageId: 'ran' })] });
  for (const { id, layersKey } of await see(0, 'ran', 'never-ran')) {
    const packages = [libraryOf(id), libraryOf('shared')];
    const found = { packages, programs: [], ownedBySystem: 0, unread: [], cut: null };
    const reading = { triedAt: iso(0), readFrom: 'probe' as const, inventory: read(found) };
    await store.filesystems.save('web-1', layersKey, reading);
  }
  await see(1, 'another');
  await scan(8, { containers: [] });
  const counts = () => ['filesystem', 'filesystem_component', 'component'].map(count);

  at(12);
  await tidy();
  expect(list('select image_id from image_filesystem order by image_id')).toEqual(['ran']);
  expect(counts()).toEqual([1, 2, 2]);

  at(20);
  await stir();
  await tidy();
  expect([count('image_filesystem'), ...counts()]).toEqual([0, 0, 0, 0]);
});

describe('a clock that is far beyond all that was stored', () => {
  const decide = () =>
    store.audit.record({
      ...{ at: clock, actor: { id: 'U1', name: 'alice', place: 'C1' }, verb: 'accept' },
      ...{ outcome: 'done', what: 'x', before: null, after: null },
    });

  it('removes nothing, and says why', async () => {
    await scan(0, { findings: [currentFinding()] });
    const [finding] = await store.scans.listOpenFindings({ hosts: ['web-1'] });
    const terms = { at: clock, reason: 'known', until: iso(300) };
    const actor = { id: 'U1', name: 'alice', place: 'C1' };
    const fingerprint = finding?.fingerprint ?? '';
    await store.acceptances.accept({ host: 'web-1', fingerprint }, { ...terms, actor });
    at(5 * 365);

    await expect(tidy()).rejects.toMatchObject({
      ...{ code: 'store-failed', detail: expect.stringContaining('1825 days old') },
    });

    at(1);
    expect(await store.acceptances.listAcceptances({ hosts: ['web-1'] })).toHaveLength(1);
    expect(await tidy()).toBe(0);
  });

  it.each([
    ['a scan', stir],
    ['a decision', decide],
  ])('tidies after a rest once there is something new: %s', async (_, store) => {
    await scan(0);
    await scan(1);
    at(30);
    await expect(tidy()).rejects.toThrow('29 days old');

    await store();

    expect(await tidy()).toBeGreaterThan(0);
  });
});

import { LeaseLost } from '../../src/ports/lease.ts';
import { type ScanJob, ScanStopped, type SnapshotProgress } from '../../src/ports/scan-queue.ts';
import type { Store } from '../../src/store/open-store.ts';
import { createScanJobsStore } from '../../src/store/scan-jobs.ts';
import { exampleScan } from '../support/busy-team.ts';
import { holdTable } from '../support/held-table.ts';
import {
  isOnPostgres,
  type TemporaryDatabase,
  temporaryDatabase,
} from '../support/temporary-database.ts';

const LEASE_MS = 60_000;
/** A server counts what really passes beside it. */
const MORE_THAN_HALF_MS = 35_000;
const lease = (owner: string) => ({ owner, leaseMs: LEASE_MS });
const scanOf = (host: string, changes: Partial<ScanJob> = {}): ScanJob => ({
  ...{ host, what: 'scan', asker: 'person', isBrief: false },
  ...changes,
});
const step = (done: number) => ({ host: 'web-1', done, total: 9 }) as SnapshotProgress;

let temporary: TemporaryDatabase;
let store: Store;
let clock: number;

beforeEach(async () => {
  clock = 1_000;
  temporary = temporaryDatabase();
  store = await temporary.open(() => clock);
});
afterEach(async () => {
  await store.close();
  temporary.remove();
});

const pass = (ms: number) => {
  clock += ms;
  temporary.passTime(ms);
};
const begin = async (id: number, owner = 'a') => {
  const claimed = await store.scanJobs.claim(id, lease(owner));
  if (claimed === null) throw new Error(`job ${id} was not to be had`);
  return claimed.held;
};
const stateOf = async (id: number) => (await store.scanJobs.follow([id]))[0]?.state;
const scans = () => temporary.values<number>('select count(*) from scan').map(Number);

it('has one job of a kind for a host until that ends, and of another kind beside it', async () => {
  const { scanJobs } = store;
  const id = await scanJobs.ask(scanOf('web-1'));

  expect(await scanJobs.ask(scanOf('web-1', { asker: 'self', isBrief: true }))).toBe(id);
  expect(await scanJobs.ask(scanOf('web-2'))).not.toBe(id);
  expect(await scanJobs.ask(scanOf('web-1', { what: 'deep-inventory' }))).not.toBe(id);
  await scanJobs.end(await begin(id), { kind: 'result', result: { a: [1] } });

  expect(await scanJobs.findEnd(id)).toEqual({ kind: 'result', result: { a: [1] } });
  expect(await scanJobs.ask(scanOf('web-1'))).not.toBe(id);
});

it('is done by one at a time, and by another once nothing is heard of the first', async () => {
  const { scanJobs } = store;
  const id = await scanJobs.ask(scanOf('web-1'));
  expect(await stateOf(id)).toBe('waiting');
  pass(3_000);
  const claimed = await scanJobs.claim(id, lease('a'));
  expect(claimed).toMatchObject({ job: { host: 'web-1', what: 'scan' } });
  expect(claimed?.waitedMs).toBeGreaterThanOrEqual(3_000);
  const first = claimed?.held ?? (await begin(id));
  expect(await scanJobs.claim(id, lease('b'))).toBeNull();
  pass(MORE_THAN_HALF_MS);
  expect(await scanJobs.beat(first, step(4))).toBeNull();
  pass(MORE_THAN_HALF_MS);
  expect(await scanJobs.follow([id])).toEqual([{ id, state: 'running', latest: step(4) }]);
  pass(MORE_THAN_HALF_MS);
  expect(await stateOf(id)).toBe('waiting');

  const again = await scanJobs.claim(id, lease('b'));
  expect(again).toMatchObject({ waitedMs: null });
  await expect(scanJobs.beat(first, null)).rejects.toThrow(LeaseLost);
  await expect(scanJobs.end(first, { kind: 'result', result: 1 })).rejects.toThrow(LeaseLost);
  expect(await stateOf(id)).toBe('running');
});

it('fails once it was taken five times and never ended, which giving it back is not', async () => {
  const { scanJobs } = store;
  const id = await scanJobs.ask(scanOf('web-1'));
  for (let round = 0; round < 9; round += 1) await scanJobs.giveBack(await begin(id));
  for (let round = 0; round < 5; round += 1) {
    await begin(id);
    pass(LEASE_MS + 1);
  }

  expect(await scanJobs.claim(id, lease('a'))).toBeNull();
  expect(await scanJobs.findEnd(id)).toMatchObject({
    kind: 'failed',
    problem: 'the scan of web-1 ended the process that did it, 5 times',
  });
});

it('ends with the scan that it stores, once', async () => {
  const { scanJobs } = store;
  const record = await exampleScan();
  const id = await scanJobs.ask(scanOf('web-1', { isBrief: true }));
  const lost = await begin(id);
  pass(LEASE_MS + 1);
  const held = await begin(id, 'b');
  const resultOf = (_saved: unknown, isBrief: boolean) => ({ isBrief });

  await expect(store.scans.saveScan(record, { held: lost, resultOf })).rejects.toThrow(LeaseLost);
  expect(scans()).toEqual([0]);
  // Whoever joins in time gets the whole answer.
  await scanJobs.ask(scanOf('web-1'));
  await store.scans.saveScan(record, { held, resultOf });
  const again = store.scans.saveScan({ ...record, id: 'again' }, { held, resultOf });
  await expect(again).rejects.toThrow(LeaseLost);
  await scanJobs.end(held, { kind: 'failed', code: null, problem: 'too late' });

  expect(scans()).toEqual([1]);
  expect(await scanJobs.findEnd(id)).toEqual({ kind: 'result', result: { isBrief: false } });
  expect(await scanJobs.beat(held, step(9))).toBeNull();
});

it('stores nothing once somebody stopped it, and tells who', async () => {
  const { scanJobs } = store;
  const waits = await scanJobs.ask(scanOf('web-1', { what: 'inventory' }));
  const id = await scanJobs.ask(scanOf('web-1'));
  const other = await scanJobs.ask(scanOf('web-2'));
  const held = await begin(id);

  expect(await scanJobs.stop('web-1', 'alice')).toBe(true);

  expect(await scanJobs.findEnd(waits)).toEqual({ kind: 'stopped', by: 'alice' });
  expect(await scanJobs.beat(held, null)).toBe('alice');
  const saved = store.scans.saveScan(await exampleScan(), { held, resultOf: () => 1 });
  await expect(saved).rejects.toThrow(ScanStopped);
  expect(scans()).toEqual([0]);
  await scanJobs.end(held, { kind: 'stopped', by: 'alice' });
  expect(await scanJobs.findEnd(id)).toEqual({ kind: 'stopped', by: 'alice' });
  expect(await scanJobs.stop('web-1', 'alice')).toBe(false);
  expect(await stateOf(other)).toBe('waiting');
});

describe('while its scan is stored', () => {
  const storing = async (meet: string) => {
    const { scanJobs, scans: stored } = store;
    const id = await scanJobs.ask(scanOf('web-1'));
    const held = await begin(id);
    pass(LEASE_MS + 1);
    const table = await holdTable(temporary, meet);
    const saving = stored.saveScan(await exampleScan(), { held, resultOf: () => 'stored' });
    await table.untilWaiting(1);
    return { id, held, table, saving };
  };

  it('is asked for and shows signs of life, as long as that waits for its host', async () => {
    const { id, held, table, saving } = await storing('host');
    if (isOnPostgres()) {
      expect(await store.scanJobs.ask(scanOf('web-1'))).toBe(id);
      expect(await store.scanJobs.beat(held, null)).toBeNull();
      expect(await stateOf(id)).toBe('running');
    }
    await table.release();
    await saving;
    expect(await store.scanJobs.findEnd(id)).toEqual({ kind: 'result', result: 'stored' });
  });

  it('is nobody else’s, who does not wait for it', async () => {
    const { id, table, saving } = await storing('scan');
    if (isOnPostgres()) expect(await store.scanJobs.claim(id, lease('b'))).toBeNull();
    await table.release();
    await saving;
    expect(await store.scanJobs.findEnd(id)).toEqual({ kind: 'result', result: 'stored' });
  });
});

it('is not ended by who lost it while it saw that it was taken too often', async () => {
  const id = await store.scanJobs.ask(scanOf('web-1'));
  temporary.run('update scan_job set tries = 5');
  const database = await temporary.openDatabase(() => clock);
  let statements = 0;
  const { claim } = createScanJobsStore({
    ...database,
    single(work) {
      statements += 1;
      if (statements === 2) temporary.run("update scan_job set lease_token = 9, lease_owner = 'b'");
      return database.single(work);
    },
  });

  expect(await claim(id, lease('a'))).toBeNull();
  await database.close();
  expect(statements).toBe(2);
  expect(await store.scanJobs.findEnd(id)).toBeNull();
});

it('hands on no answer that is too long, and says so', async () => {
  const id = await store.scanJobs.ask(scanOf('web-1'));
  const result = 'x'.repeat(33 * 1024 * 1024);

  await store.scanJobs.end(await begin(id), { kind: 'result', result });

  expect(await store.scanJobs.findEnd(id)).toMatchObject({
    problem: 'the scan is stored, and its answer is longer than one process hands another',
  });
});

it('counts what waits and what runs', async () => {
  const { scanJobs } = store;
  expect(await scanJobs.backlog()).toEqual({ waiting: 0, running: 0, oldestMs: 0 });
  await begin(await scanJobs.ask(scanOf('web-1')));
  await scanJobs.ask(scanOf('web-2'));
  pass(5_000);
  await scanJobs.ask(scanOf('web-3'));

  const { oldestMs, ...counts } = await scanJobs.backlog();

  expect(counts).toEqual({ waiting: 2, running: 1 });
  expect(oldestMs).toBeGreaterThanOrEqual(5_000);
});

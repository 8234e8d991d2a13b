import { openSchedule } from '../../src/schedule/open-schedule.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Store } from '../../src/store/open-store.ts';
import { digestParts } from '../support/digest-parts.ts';
import { storeForEach } from '../support/store-for-each.ts';
import { storedOutbox } from '../support/stored-outbox.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';

let place: TemporaryDatabase;
let store: Store;
let outbox: ReturnType<typeof storedOutbox>;

storeForEach((own) => {
  ({ place, store } = own);
  outbox = storedOutbox(store, place);
}, Date.now);

const plan = {
  channel: 'C0DIGEST',
  day: new Date().toISOString().slice(0, 10),
  timezone: 'UTC',
  dueAt: Date.now(),
  scheduledBy: null,
};
const request = () => {
  const actor = { id: 'U1', name: 'alice', place: 'C0DIGEST' };
  return store.digests.requestRun(plan, { actor, at: Date.now() });
};
const untilDone = () => until(async () => (await store.digests.listOpenRuns()).length === 0);

test('what is open is taken up at the start', async () => {
  await request();
  const schedule = openSchedule(digestParts({ store, outbox, now: Date.now, channels: [] }));
  await untilDone();
  await schedule.close();

  expect(outbox.rows().map(({ key }) => key)).toEqual([
    `digest:C0DIGEST:${plan.day}:parent`,
    `digest:C0DIGEST:${plan.day}:update`,
    `digest:C0DIGEST:${plan.day}:reply:1`,
    `digest:C0DIGEST:${plan.day}:reply:2`,
    `digest:C0DIGEST:${plan.day}:reply:3`,
  ]);
});

test('what is asked for begins when it is woken, and nothing begins after it is closed', async () => {
  const schedule = openSchedule(digestParts({ store, outbox, now: Date.now, channels: [] }));
  await request();
  schedule.wake();
  await untilDone();
  await schedule.close();
  const before = outbox.rows();
  schedule.wake();

  expect(outbox.rows()).toEqual(before);
  expect(before).toHaveLength(5);
});

test('closing gives back what hangs', async () => {
  await request();
  const hangs = { put: () => new Promise<never>(() => {}) };
  const parts = digestParts({ store, outbox: hangs, now: Date.now, channels: [] });
  const schedule = openSchedule(parts);
  await until(async () => (await store.digests.listOpenRuns())[0]?.attempts === 1);
  await schedule.close();

  const lease = { owner: 'other', leaseMs: 1_000 };
  expect(await store.digests.claimRun(plan, lease, Date.now())).toMatchObject(lease);
});

test('what becomes of a scan that was given up at the end is nobody’s bug', async () => {
  const errors: unknown[] = [];
  const asked = Promise.withResolvers<void>();
  const engine = Promise.withResolvers<never>();
  const takeSnapshot = () => {
    asked.resolve();
    return engine.promise;
  };
  const log = { ...silentLogger, error: (fields: object) => errors.push(fields) };
  const common = { store, outbox, now: Date.now, channels: [], hosts: ['web-1'] };
  await request();
  const schedule = openSchedule(
    digestParts({ ...common, context: { snapshots: { takeSnapshot } }, change: { log } }),
  );
  await asked.promise;
  await schedule.close();
  engine.reject(new Error('the database is closed'));
  await new Promise((resolve) => setImmediate(resolve));

  expect(errors).toEqual([]);
});

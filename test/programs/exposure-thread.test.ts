import { lookInThread } from '../../src/programs/exposure-thread.ts';
import type { Store } from '../../src/store/open-store.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { takeRecords } from '../support/taken-feeds.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const at = Date.parse(morning(10));
let place: TemporaryDatabase;
let store: Store;

beforeEach(async () => {
  place = temporaryDatabase();
  store = await place.open(() => at);
  const containers = [having('a', '12', [packageOf('openssl', '1-1')])];
  await store.scans.saveScan(
    scanRecord({ host: 'web-1', startedAt: morning(1), finishedAt: morning(1), containers }),
  );
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
});
afterEach(async () => {
  await store.close();
  place.remove();
});

async function look(limits?: { memoryMb: number; timeMs: number }) {
  const held = await store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  if (held === null) throw new Error('somebody else matches');
  const asked = { held, at, isMatchDue: true, feeds: [], channels: [] };
  try {
    return await lookInThread(place.url, asked, limits);
  } finally {
    await store.exposed.release(held);
  }
}

it('matches in a thread', async () => {
  expect(await look()).toMatchObject({ generation: 1, leftOut: [] });
});

it.each([
  ['time', { memoryMb: 512, timeMs: 1 }],
  ['memory', { memoryMb: 4, timeMs: 60_000 }],
])(
  'ends a thread that takes too much %s, and what is stored stays as it was',
  async (_, limits) => {
    await expect(look(limits)).rejects.toMatchObject({ code: 'foreign-too-costly' });
    expect(await store.exposed.state()).toMatchObject({ generation: 0, basis: null });
  },
);

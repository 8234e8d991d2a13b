import { lookInProcess } from '../../src/programs/exposure-process.ts';
import type { Store } from '../../src/store/open-store.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import { takeRecords } from '../support/taken-feeds.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

const at = Date.parse(morning(10));
let place: TemporaryDatabase;
let store: Store;

storeForEach(
  async (own) => {
    ({ place, store } = own);
    const containers = [having('a', '12', [packageOf('openssl', '1-1')])];
    await store.scans.saveScan(
      scanRecord({ host: 'web-1', startedAt: morning(1), finishedAt: morning(1), containers }),
    );
    await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
  },
  () => at,
);

async function look(limits?: { memoryMb: number; timeMs: number }, isLocked = false) {
  const held = await store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  if (held === null) throw new Error('somebody else matches');
  const asked = { held, at, isMatchDue: true, feeds: [], channels: [] };
  const unlock = isLocked ? await place.lock() : async () => {};
  try {
    return await lookInProcess(place.url, asked, limits);
  } finally {
    await unlock();
    await store.exposed.release(held);
  }
}

it('matches in a process', async () => {
  expect(await look()).toMatchObject({ generation: 1, leftOut: [] });
});

it.each([
  // On a machine that stands still a match may be done before anybody looks at the time: this one waits.
  ['time', { memoryMb: 512, timeMs: 1 }, true],
  ['memory', { memoryMb: 8, timeMs: 60_000 }, false],
])(
  'ends a process that takes too much %s, and what is stored stays as it was',
  async (_, limits, isLocked) => {
    await expect(look(limits, isLocked)).rejects.toMatchObject({ code: 'foreign-too-costly' });
    expect(await store.exposed.state()).toMatchObject({ generation: 0, basis: null });
  },
);

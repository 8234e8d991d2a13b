import { setTimeout as sleep } from 'node:timers/promises';
import { openPresence } from '../../src/programs/presence.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';

const HOUR_MS = 3_600_000;
const LEASE_MS = 50;

test('the clock of the database counts from the beginning, also where the list of processes comes late', async () => {
  const temporary = temporaryDatabase();
  const store = await temporary.open(Date.now);
  const { processes } = store;
  const list = async () => {
    // This process is in it no more.
    await sleep(2 * LEASE_MS);
    return processes.list();
  };
  const presence = await openPresence(
    {
      store: { processes: { ...processes, list } },
      processId: 'a',
      context: { version: '1.0.0', now: () => Date.now() + HOUR_MS },
    },
    {
      role: 'worker',
      log: silentLogger,
      timings: { leaseMs: LEASE_MS, beatMs: HOUR_MS, settleMs: 0 },
    },
  );
  const [live, wrongBy] = [presence.live(), presence.now() - Date.now()];
  await presence.close();
  await store.close();
  temporary.remove();

  expect(live).toEqual([]);
  expect(Math.abs(wrongBy)).toBeLessThan(HOUR_MS / 2);
});

import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import type { Store } from '../../src/store/open-store.ts';
import { storeForEach } from '../support/store-for-each.ts';

const at = Date.parse('2026-11-26T12:00:00Z');
const thread = { channel: 'C1', threadTs: '1763629200.000100' };

let store: Store;
storeForEach(
  (own) => {
    store = own.store;
  },
  () => at + DAY_MS + HOUR_MS,
);

test('each thread has its own last line, and a direct message without one too', async () => {
  const { conversations } = store;
  await conversations.keep(thread, 'findings on web-1', at);
  await conversations.keep(thread, 'findings on web-2', at + 1);
  await conversations.keep({ channel: 'C1', threadTs: '2.0' }, 'hosts', at);
  await conversations.keep({ channel: 'D1' }, 'status', at);

  expect(await conversations.last(thread, at)).toBe('findings on web-2');
  expect(await conversations.last({ channel: 'C1', threadTs: '2.0' }, at)).toBe('hosts');
  expect(await conversations.last({ channel: 'D1' }, at)).toBe('status');
  expect(await conversations.last({ channel: 'C1' }, at)).toBeNull();
});

test('a line is of no use after its time, and is removed then', async () => {
  const { conversations } = store;
  await conversations.keep(thread, 'findings', at);
  await conversations.keep({ channel: 'D1' }, 'status', at + 2 * HOUR_MS);

  expect(await conversations.last(thread, at + 1)).toBeNull();
  await store.tidy({ historyDays: 400, auditDays: 400, auditFile: '/nowhere/audit.jsonl' });
  expect(await conversations.last(thread, 0)).toBeNull();
  expect(await conversations.last({ channel: 'D1' }, 0)).toBe('status');
});

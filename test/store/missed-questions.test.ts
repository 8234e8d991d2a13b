import { DAY_MS, HOUR_MS } from '../../src/shared/time.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const at = Date.parse('2026-11-26T12:00:00Z');
const ada = { id: 'U1', name: 'ada', place: 'C1' };
const bob = { id: 'U2', name: 'bob', place: 'C1' };

let place: TemporaryDatabase;
let store: Store;
let clock = at;
beforeEach(async () => {
  clock = at;
  place = temporaryDatabase();
  store = await place.open(() => clock);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

test('a question that was not understood is a number, and text only once its asker wants that', async () => {
  await store.misses.count(at);
  await store.misses.count(at + DAY_MS);

  expect(await store.misses.list()).toEqual({ kept: [], counted: 2 });

  const kept = await store.misses.keep('#\twho ate\n my\u0000 cake', { actor: ada, at });

  expect(kept).toMatchObject({ question: 'who ate my cake', at: '2026-11-26T12:00:00.000Z' });
  expect(await store.misses.keep('who ate my cake', { actor: ada, at })).toEqual(kept);
  expect((await store.misses.list()).kept).toEqual([kept]);
});

test('who kept a question can erase it, and so can the operator; the audit never has the text', async () => {
  const [first, second] = await Promise.all(
    ['which pods', 'x'.repeat(999)].map((text) => store.misses.keep(text, { actor: ada, at })),
  );
  if (typeof first !== 'object' || typeof second !== 'object') throw new Error('not kept');

  expect(second.question).toHaveLength(300);
  expect(await store.misses.erase(first.id, { actor: bob, at })).toBe(false);
  expect(await store.misses.erase(first.id, { actor: ada, at })).toBe(true);
  expect(await store.misses.erase(first.id, { actor: ada, at })).toBe(false);
  expect(await store.misses.erase(second.id, { actor: bob, at, isOperator: true })).toBe(true);
  expect((await store.misses.list()).kept).toEqual([]);
  const { entries } = await store.audit.list({}, 10);
  expect(entries.map(({ verb }) => verb)).toEqual([
    ...['ask forget', 'ask forget', 'ask keep', 'ask keep'],
  ]);
  expect(JSON.stringify(entries)).not.toContain('pods');
});

test('a person keeps fifty at most, and none for longer than ninety days', async () => {
  for (let number = 0; number < 50; number++) {
    await store.misses.keep(`question ${number}`, { actor: ada, at });
  }

  expect(await store.misses.keep('one more', { actor: ada, at })).toBe('full');
  expect(await store.misses.keep('one more', { actor: bob, at: at - 91 * DAY_MS })).toMatchObject({
    question: 'one more',
  });
  await store.misses.count(at - 91 * DAY_MS);
  await store.tidy({ historyDays: 400, auditDays: 400, auditFile: '/nowhere/audit.jsonl' });
  const { kept, counted } = await store.misses.list();
  expect(kept.filter(({ question }) => question === 'one more')).toEqual([]);
  expect(kept).toHaveLength(50);
  expect(counted).toBe(0);
});

test('a button that nobody presses does not keep the question: its row goes after an hour', async () => {
  const [keeps = '', other = ''] = await store.tokens.issue(
    [
      { kind: 'keep-question', question: 'which pods' },
      { kind: 'run', line: 'status', about: null },
    ],
    'C1',
  );
  clock = at + HOUR_MS;
  expect(await store.tokens.peek(keeps)).toMatchObject({ isExpired: true });
  await store.tidy({ historyDays: 400, auditDays: 400, auditFile: '/nowhere/audit.jsonl' });

  expect(await store.tokens.peek(keeps)).toBeNull();
  expect(await store.tokens.peek(other)).toMatchObject({ isExpired: false });
});

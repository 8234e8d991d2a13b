import type { Intent, TokenStore } from '../../src/ports/intent.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const intent: Intent = { kind: 'run', line: `scan on web-1'); --`, about: null };
let place: TemporaryDatabase;
let store: Store;
let tokens: TokenStore;
let now: number;

beforeEach(async () => {
  now = DAY_MS;
  place = temporaryDatabase();
  store = await place.open(() => now);
  tokens = store.tokens;
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const issueOne = async () => (await tokens.issue([intent], 'C1'))[0] ?? '';
const tidy = () =>
  store.tidy({ historyDays: 400, auditDays: 400, auditFile: '/nowhere/audit.jsonl' });
const rowCount = () => place.values<number>('select count(*) from action_token')[0];

it('gives each intent a token of its own, in their order', async () => {
  const many = Array.from({ length: 9 }, (_, index): Intent => ({ ...intent, line: `l${index}` }));

  const issued = await tokens.issue(many, 'C1');
  const read = await Promise.all(issued.map((token) => tokens.peek(token)));

  expect(new Set(issued).size).toBe(9);
  for (const token of issued) expect(token).toMatch(/^[\w-]{32}$/);
  expect(read.map((one) => one?.intent)).toEqual(many);
  expect(read[0]).toMatchObject({ channel: 'C1', isExpired: false, used: null });
});

it('stores nothing for nothing', async () => {
  expect(await tokens.issue([], 'C1')).toEqual([]);
  expect(rowCount()).toBe(0);
});

it('lets one of many take a token, over two connections', async () => {
  const token = await issueOne();
  const other = await place.open(() => now);

  const taken = await Promise.all(
    [store, other, store, other].map((one, index) => one.tokens.take(token, `U${index}`)),
  );
  const used = (await other.tokens.peek(token))?.used;
  await other.close();

  expect(taken.filter((isTaken) => isTaken)).toHaveLength(1);
  expect(used).toEqual({ at: new Date(now).toISOString(), by: `U${taken.indexOf(true)}` });
});

it('can be given back, and then be taken again', async () => {
  const token = await issueOne();
  await tokens.take(token, 'U1');

  await tokens.release(token);

  expect((await tokens.peek(token))?.used).toBeNull();
  expect(await tokens.take(token, 'U2')).toBe(true);
});

it('is worth nothing after a week, and remembered for a month after that', async () => {
  const token = await issueOne();
  now += 7 * DAY_MS;
  expect(await tokens.take(token, 'U1')).toBe(false);
  expect(await tokens.peek(token)).toMatchObject({ isExpired: true, used: null });

  now += 30 * DAY_MS + 1;
  await issueOne();
  await tidy();

  expect(await tokens.peek(token)).toBeNull();
  expect(rowCount()).toBe(1);
});

it('old ones go, however many they are', async () => {
  const many = Array.from({ length: 600 }, () => intent);
  await tokens.issue(many, 'C1');
  now += 60 * DAY_MS;
  await issueOne();
  await issueOne();

  await tidy();

  expect(rowCount()).toBe(2);
});

it.each(['', 'x', "' or 1=1 --", '%'])('knows nothing of %j', async (token) => {
  await issueOne();

  expect(await tokens.peek(token)).toBeNull();
  expect(await tokens.take(token, 'U1')).toBe(false);
});

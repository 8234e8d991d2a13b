import { type Held, LeaseLost } from '../../src/ports/lease.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const answerWithinMs = 30 * MINUTE_MS;
let place: TemporaryDatabase;
let store: Store;
let replica: Store;
let clock: number;

beforeEach(async () => {
  clock = 0;
  place = temporaryDatabase();
  store = await place.open(() => clock);
  replica = await place.open(() => clock);
});
afterEach(async () => {
  await store.close();
  await replica.close();
  place.remove();
});

function pass(ms: number): void {
  clock += ms;
  place.passTime(ms);
}
const lease = (owner: string) => ({ owner, leaseMs: MINUTE_MS });
const claim = (key: string, body: unknown = { text: key }) =>
  store.deliveries.claim({ key, body, answerWithinMs }, lease('a'), clock);
/** Claimed by the first process; throws where it was before. */
async function taken(key: string, body?: unknown): Promise<{ key: string; held: Held }> {
  const held = await claim(key, body);
  if (held === null) throw new Error(`${key} was claimed before`);
  return { key, held };
}
const takeOver = () => replica.deliveries.takeOver(lease('b'), []);
const bodies = () => place.values<string | null>('select body_json from delivery order by key');

describe('a delivery', () => {
  it('is claimed once, also over another connection', async () => {
    const claims = await Promise.all([
      claim('Ev1'),
      replica.deliveries.claim({ key: 'Ev1', body: null, answerWithinMs }, lease('b'), clock),
      claim('Ev2'),
    ]);

    expect(claims.slice(0, 2).filter((held) => held !== null)).toHaveLength(1);
    expect(claims[2]).toMatchObject({ owner: 'a' });
  });

  it('can be claimed again after a day', async () => {
    await claim('old-0');
    clock = DAY_MS;
    expect(await claim('old-0')).toBeNull();
    clock += 1;

    expect(await claim('old-0')).toMatchObject({ token: 2 });
  });

  it('is taken over once its lease ran out, with what it said and how far it was', async () => {
    await store.deliveries.keepProgress(await taken('Ev1'), '1.2');

    expect(await takeOver()).toBeNull();
    pass(MINUTE_MS);
    expect(await takeOver()).toEqual({
      key: 'Ev1',
      held: { ...lease('b'), token: 2 },
      body: { text: 'Ev1' },
      seenAt: 0,
      tries: 2,
      progressTs: '1.2',
    });
    expect(await takeOver()).toBeNull();
    pass(MINUTE_MS);
    expect(await takeOver()).toMatchObject({ key: 'Ev1', tries: 3 });
  });

  it('that is held is not taken over, and whoever stood still hears that it was', async () => {
    const [first, second] = [await taken('Ev1'), await taken('Ev2')];
    pass(MINUTE_MS / 2);
    expect(await store.deliveries.renew([first])).toEqual([first]);
    pass(MINUTE_MS / 2);

    expect(await takeOver()).toMatchObject({ key: 'Ev2' });
    expect(await store.deliveries.renew([first, second])).toEqual([first]);
    await expect(store.deliveries.keepProgress(second, '1.2')).rejects.toThrow(LeaseLost);
    await expect(store.deliveries.finish(second)).rejects.toThrow(LeaseLost);
    expect(bodies()).not.toContain(null);
  });

  it('that its own process takes over again is another taking', async () => {
    const first = await taken('Ev1');
    pass(MINUTE_MS);
    const again = await store.deliveries.takeOver(lease('a'), []);

    expect(await store.deliveries.renew([first])).toEqual([]);
    await expect(store.deliveries.finish(first)).rejects.toThrow(LeaseLost);
    await store.deliveries.finish({ key: 'Ev1', held: again?.held as Held });
    expect(bodies()).toEqual([null]);
  });

  it('is not taken over by the process that is late with it', async () => {
    const one = await taken('Ev1');
    pass(answerWithinMs);

    expect(await store.deliveries.takeOver(lease('a'), [one])).toBeNull();
    expect(await store.deliveries.renew([one])).toEqual([one]);
    expect(bodies()).not.toContain(null);
  });

  it('is taken over by one of several processes', async () => {
    for (const key of ['Ev1', 'Ev2', 'Ev3']) await claim(key);
    pass(MINUTE_MS);

    const found = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 ? store : replica).deliveries.takeOver(lease(`p${index}`), []),
      ),
    );

    const keys = found.flatMap((one) => one?.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    while (await takeOver()) keys.push('more');
    expect(keys).toHaveLength(3);
  });

  it('that is answered says nothing any more, and is nobody’s', async () => {
    const one = await taken('Ev1');
    const ofAnother = { key: 'Ev1', held: { ...one.held, owner: 'b' } };
    await expect(replica.deliveries.finish(ofAnother)).rejects.toThrow(LeaseLost);
    expect(bodies()).not.toEqual([null]);
    await store.deliveries.finish(one);

    expect(bodies()).toEqual([null]);
    pass(2 * MINUTE_MS);
    expect(await takeOver()).toBeNull();
    expect(await claim('Ev1')).toBeNull();
  });

  it('that nobody could be told the answer of any more is dropped', async () => {
    await claim('Ev1');
    await claim('Ev2');
    pass(answerWithinMs);

    expect(await takeOver()).toBeNull();
    expect(bodies()).toEqual([null, null]);
  });

  it('whose body is not kept stays with its process', async () => {
    const one = await taken('Ev1', null);
    pass(2 * MINUTE_MS);

    expect(await takeOver()).toBeNull();
    expect(await store.deliveries.renew([one])).toEqual([one]);
  });

  it('is forgotten with the workspace that the bot was removed from', async () => {
    await claim('Ev1');
    await store.slack.rememberLoss({ at: 0, reason: 'the app was uninstalled' });
    pass(2 * MINUTE_MS);

    expect(bodies()).toEqual([null]);
    expect(await takeOver()).toBeNull();
  });
});

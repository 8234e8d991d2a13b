import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
let place: TemporaryDatabase;
let store: Store;
let replica: Store;

beforeEach(async () => {
  place = temporaryDatabase();
  store = await place.open();
  replica = await place.open();
});
afterEach(async () => {
  await store.close();
  await replica.close();
  place.remove();
});

const lease = (owner: string, at: number) => ({ owner, at, leaseMs: 1_000 });
const claim = (key: string, at = 0, body: unknown = { text: key }) =>
  store.deliveries.claim({ key, body }, lease('a', at));
const takeOver = (at: number, seenAfter = -1) =>
  replica.deliveries.takeOver(lease('b', at), seenAfter);
const bodies = () => place.values<string | null>('select body_json from delivery order by key');

describe('a delivery', () => {
  it('is claimed once, also over another connection', async () => {
    const claims = await Promise.all([
      claim('Ev1'),
      replica.deliveries.claim({ key: 'Ev1', body: null }, lease('b', 0)),
      claim('Ev2'),
    ]);

    expect(claims[0]).not.toBe(claims[1]);
    expect(claims[2]).toBe(true);
  });

  it('can be claimed again after a day', async () => {
    await claim('old-0');

    expect(await claim('old-0', DAY_MS)).toBe(false);
    expect(await claim('old-0', DAY_MS + 1)).toBe(true);
  });

  it('is taken over once its lease ran out, with what it said and how far it was', async () => {
    await claim('Ev1');
    await store.deliveries.keepProgress('Ev1', '1.2');

    expect(await takeOver(999)).toBeNull();
    expect(await takeOver(1_000)).toEqual({
      key: 'Ev1',
      body: { text: 'Ev1' },
      seenAt: 0,
      tries: 2,
      progressTs: '1.2',
    });
    expect(await takeOver(1_001)).toBeNull();
    expect(await takeOver(2_000)).toMatchObject({ key: 'Ev1', tries: 3 });
  });

  it('that is held is not taken over, and whoever stood still hears that it was', async () => {
    await claim('Ev1');
    await claim('Ev2');
    expect(await store.deliveries.hold(['Ev1'], lease('a', 900))).toEqual(['Ev1']);

    expect(await takeOver(1_500)).toMatchObject({ key: 'Ev2' });
    expect(await store.deliveries.hold(['Ev1', 'Ev2'], lease('a', 1_500))).toEqual(['Ev1']);
  });

  it('is taken over by one of several processes', async () => {
    for (const key of ['Ev1', 'Ev2', 'Ev3']) await claim(key);

    const taken = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 ? store : replica).deliveries.takeOver(lease(`p${index}`, 1_000), -1),
      ),
    );

    const keys = taken.flatMap((one) => one?.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    while (await takeOver(1_000)) keys.push('more');
    expect(keys).toHaveLength(3);
  });

  it('that is answered says nothing any more, and is nobody’s', async () => {
    await claim('Ev1');
    await replica.deliveries.finish('Ev1', 'b');
    expect(bodies()).not.toEqual([null]);
    await store.deliveries.finish('Ev1', 'a');

    expect(bodies()).toEqual([null]);
    expect(await takeOver(5_000)).toBeNull();
    expect(await claim('Ev1', 5_000)).toBe(false);
  });

  it('that nobody could be told the answer of any more is dropped', async () => {
    await claim('Ev1', 0);
    await claim('Ev2', MINUTE_MS);

    expect(await takeOver(31 * MINUTE_MS, MINUTE_MS)).toBeNull();
    expect(bodies()).toEqual([null, null]);
  });

  it('whose body is not kept stays with its process', async () => {
    await claim('Ev1', 0, null);

    expect(await takeOver(5_000)).toBeNull();
    expect(await store.deliveries.hold(['Ev1'], lease('a', 5_000))).toEqual(['Ev1']);
  });

  it('is forgotten with the workspace that the bot was removed from', async () => {
    await claim('Ev1');
    await store.slack.rememberLoss({ at: 0, reason: 'the app was uninstalled' });

    expect(bodies()).toEqual([null]);
    expect(await takeOver(5_000)).toBeNull();
  });
});

import { createFairShares } from '../../src/shared/fair-shares.ts';
import { pause, within } from '../../src/timers/pause.ts';

/** Far more than anybody has free. */
const MUCH_MS = 10_000;
const SOON_MS = 100;

const now = performance.now.bind(performance);
/** What the clock of the shares says: where the machine stood still, others would count as gone meanwhile. */
let passedMs: number;

/** Keeps the loop busy until it is told to end. */
function busyLoop(): () => void {
  let isOver = false;
  const turn = () => {
    const until = now() + 2;
    while (now() < until);
    if (!isOver) setImmediate(turn);
  };
  turn();
  return () => {
    isOver = true;
  };
}

const isOverSoon = async (rest: Promise<void>): Promise<boolean> =>
  (await within(
    SOON_MS,
    rest.then(() => true),
  )) ?? false;

let end: () => void;
beforeEach(() => {
  passedMs = 0;
  performance.now = () => passedMs;
  end = busyLoop();
});
afterEach(() => {
  end();
  performance.now = now;
});

it('lets nobody rest who is alone, or took no more than the others', async () => {
  const shares = createFairShares();
  const one = shares.enter();
  one.took(MUCH_MS);
  expect(await isOverSoon(one.rest())).toBe(true);
  one.leave();

  const [first, other] = [shares.enter(), shares.enter()];
  first.took(MUCH_MS);
  other.took(MUCH_MS);
  expect(await isOverSoon(first.rest())).toBe(true);
  expect(await isOverSoon(other.rest())).toBe(true);
});

it('lets who took more than the others rest until they have ended', async () => {
  const shares = createFairShares();
  const [greedy, modest] = [shares.enter(), shares.enter()];
  greedy.took(MUCH_MS);
  const rest = greedy.rest();

  expect(await isOverSoon(rest)).toBe(false);
  expect(await isOverSoon(modest.rest())).toBe(true);
  modest.leave();
  await rest;
});

it('lets it go on once they have caught up', async () => {
  const shares = createFairShares();
  const [greedy, modest] = [shares.enter(), shares.enter()];
  greedy.took(MUCH_MS);
  const rest = greedy.rest();

  expect(await isOverSoon(rest)).toBe(false);
  modest.took(MUCH_MS);
  await rest;
});

it('wastes no time that nobody wants', async () => {
  end();
  await pause(SOON_MS);
  const shares = createFairShares();
  const greedy = shares.enter();
  shares.enter();
  greedy.took(MUCH_MS);

  await greedy.rest();
});

it('counts the time of work, and gives what it gives', async () => {
  const shares = createFairShares();
  const [greedy] = [shares.enter(), shares.enter()];
  const spent = await greedy.doing(() => {
    passedMs += 200;
    return 'done';
  });

  expect(spent).toBe('done');
  expect(await isOverSoon(greedy.rest())).toBe(false);
  await expect(
    shares.enter().doing(() => {
      throw new Error('a bug');
    }),
  ).rejects.toThrow('a bug');
});

it('takes who begins for one that took as little as the least of the others', async () => {
  const shares = createFairShares();
  const early = shares.enter();
  early.took(MUCH_MS);
  const late = shares.enter();
  late.took(1);

  expect(await isOverSoon(early.rest())).toBe(true);
});

it('ends a rest when what rests is over', async () => {
  const shares = createFairShares();
  const [greedy] = [shares.enter(), shares.enter()];
  greedy.took(MUCH_MS);

  expect(await isOverSoon(greedy.rest(() => true))).toBe(true);
});

it('lets one scan rest no longer in all than its time allows', async () => {
  const shares = createFairShares({ restsMsMax: 50 });
  const [greedy] = [shares.enter(), shares.enter()];
  greedy.took(MUCH_MS);
  const rest = greedy.rest();
  expect(await isOverSoon(rest)).toBe(false);
  passedMs += 50;
  await rest;
  greedy.took(MUCH_MS);

  expect(await isOverSoon(greedy.rest())).toBe(true);
});

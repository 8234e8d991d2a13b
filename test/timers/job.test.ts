import { OutsideError } from '../../src/shared/errors.ts';
import type { Logger } from '../../src/shared/logger.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { backOffMs } from '../../src/timers/back-off.ts';
import { type Job, openJob } from '../../src/timers/job.ts';
import { pause, within } from '../../src/timers/pause.ts';
import { until } from '../support/until.ts';

/** Once a year: only who wakes it runs it. */
const NEVER = '0 0 0 1 1 *';
const EVERY_SECOND = '* * * * * *';
let job: Job | undefined;
afterEach(() => job?.close());

function open(pattern: string, work: () => Promise<void>, log: Logger = silentLogger): Job {
  job = openJob({ pattern, work, failure: 'it could not be done', log });
  return job;
}

describe('a job', () => {
  it('runs when its time comes, again and again, and not by itself before', async () => {
    let runs = 0;
    open(EVERY_SECOND, async () => {
      runs += 1;
    });
    expect(runs).toBe(0);

    await until(() => runs >= 2);
  });

  it('is never done twice at once: what calls meanwhile is one more run', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let runs = 0;
    let atOnce = 0;
    const { wake } = open(NEVER, async () => {
      runs += 1;
      atOnce += 1;
      expect(atOnce).toBe(1);
      await released;
      atOnce -= 1;
    });

    for (let calls = 0; calls < 5; calls += 1) wake();
    await until(() => runs === 1);
    release();

    await until(() => runs === 2);
    await job?.close();
    expect(runs).toBe(2);
  });

  it('that is called in the moment of its end runs again', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      let runs = 0;
      const { wake, close } = open(NEVER, async () => {
        runs += 1;
      });
      wake();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      wake();

      await until(() => runs === 2);
      await close();
    }
  });

  it('that fails is told to the log, by whose fault it is, and runs again', async () => {
    const told: string[] = [];
    const log: Logger = {
      ...silentLogger,
      warn: (_fields, text) => told.push(`warn ${text}`),
      error: (_fields, text) => told.push(`error ${text}`),
    };
    const errors = [new OutsideError('store-failed', 'locked'), new TypeError('a bug')];
    let runs = 0;
    const { wake } = open(
      NEVER,
      async () => {
        runs += 1;
        const error = errors.shift();
        if (error) throw error;
      },
      log,
    );

    for (const count of [1, 2, 3]) {
      wake();
      await until(() => runs === count);
    }
    await job?.close();
    expect(told).toEqual(['warn it could not be done', 'error it could not be done']);
  });

  it('runs no more once it is closed, and closing waits for what runs', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let isDone = false;
    const { wake, wakeIn, close } = open(NEVER, async () => {
      await released;
      isDone = true;
    });
    wake();
    wakeIn(0);
    const closed = [close(), close()];
    release();
    await Promise.all(closed);

    expect(isDone).toBe(true);
    isDone = false;
    wake();
    await pause(5);
    expect(isDone).toBe(false);
  });
});

it('waits longer after each failure, up to a bound, and never the same for all', () => {
  const waits = (failures: number) =>
    Array.from({ length: 50 }, () => backOffMs(failures, { least: 100, most: 1_000 }));

  for (const [failures, longest] of [
    [1, 100],
    [3, 400],
    [5, 1_000],
    [5_000, 1_000],
  ] as const) {
    const all = waits(failures);
    expect(Math.max(...all)).toBeLessThanOrEqual(longest);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(longest / 2);
    expect(new Set(all).size).toBeGreaterThan(1);
    // A database takes no fraction of a millisecond.
    expect(all.every(Number.isInteger)).toBe(true);
  }
});

it('gives what is there in time, null for what is not, and what it rejects with', async () => {
  const never = new Promise<never>(() => {});

  expect(await within(60_000, Promise.resolve('there'))).toBe('there');
  expect(await within(1, never)).toBeNull();
  await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});

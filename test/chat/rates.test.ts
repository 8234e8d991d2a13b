import fc from 'fast-check';
import { createRates, type RateSettings } from '../../src/chat/rates.ts';
import { runs } from '../support/long-run.ts';
import { heldMb } from '../support/strain.ts';

const settings: RateSettings = {
  user: { requests: 20, scans: 4 },
  channel: { requests: 30, scans: 6 },
};
let now: number;
beforeEach(() => {
  now = 1_000_000;
});
const open = () => createRates(settings, () => now);
const alice = { user: 'U1', channel: 'C1' };
const bob = { user: 'U2', channel: 'C1' };

test('twenty are answered at once, and the next is told when to come', () => {
  const rates = open();
  for (let count = 0; count < 20; count += 1) expect(rates.take('requests', alice)).toBeNull();

  const excess = rates.take('requests', alice);
  expect(excess).toEqual({ who: 'user', what: 'requests', perMinute: 20, waitMs: 3_000 });
  now += 2_999;
  expect(rates.take('requests', alice)?.waitMs).toBe(1);
  now += 1;
  expect(rates.take('requests', alice)).toBeNull();
  expect(rates.take('requests', alice)?.waitMs).toBe(3_000);
});

test('what is refused is not counted, for the channel neither', () => {
  const rates = open();
  for (let count = 0; count < 20; count += 1) rates.take('requests', alice);
  for (let count = 0; count < 500; count += 1) rates.take('requests', alice);

  for (let count = 0; count < 10; count += 1) expect(rates.take('requests', bob)).toBeNull();
  expect(rates.take('requests', bob)).toMatchObject({ who: 'channel', perMinute: 30 });
  now += 60_000;
  expect(rates.take('requests', alice)).toBeNull();
});

test('scans are counted apart, and one in a direct message for its person alone', () => {
  const rates = open();
  const directly = { user: 'U1', channel: 'D1' };
  for (let count = 0; count < 4; count += 1) expect(rates.take('scans', directly)).toBeNull();

  expect(rates.take('scans', { user: 'U1', channel: null })).toMatchObject({ who: 'user' });
  expect(rates.take('scans', alice)).toEqual({
    who: 'user',
    what: 'scans',
    perMinute: 4,
    waitMs: 15_000,
  });
  expect(rates.take('requests', alice)).toBeNull();
});

test('a clock that is set back locks nobody out for longer than a minute', () => {
  const rates = open();
  for (let count = 0; count < 20; count += 1) rates.take('requests', alice);
  now -= 3_600_000;

  for (let count = 0; count < 3; count += 1) {
    expect(rates.take('requests', alice)?.waitMs).toBe(3_000);
  }
  now += 60_000;
  expect(rates.take('requests', alice)).toBeNull();
});

test('thirty thousand people take little memory', () => {
  const rates = open();
  const before = heldMb();
  for (let count = 0; count < 30_000; count += 1) {
    rates.take('requests', { user: `U${count}`, channel: `C${count}` });
  }

  expect(heldMb() - before).toBeLessThan(16);
  expect(rates.take('requests', { user: 'U29999', channel: null })).toBeNull();
});

test('in any minute nobody is answered more than twice as often as the rate says', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(waits, (steps) => {
      now = 0;
      const rates = open();
      const answeredAt: number[] = [];
      for (const step of steps) {
        now += step;
        const excess = rates.take('requests', alice);
        if (excess === null) answeredAt.push(now);
        else expect(excess.waitMs).toBeGreaterThan(0);
      }
      for (const start of answeredAt) {
        const inMinute = answeredAt.filter((at) => at >= start && at < start + 60_000);
        expect(inMinute.length).toBeLessThanOrEqual(40);
      }
    }),
    { numRuns: runs(20, 2_000) },
  );
});

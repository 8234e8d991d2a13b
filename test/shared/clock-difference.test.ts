import { createClockDifference } from '../../src/shared/clock-difference.ts';

const NOW = Date.parse('2026-01-01T06:00:00.000Z');
const HOUR_MS = 3_600_000;

test('a clock that nothing is known of, or that may be right, counts as right', () => {
  const difference = createClockDifference();
  expect(difference.ms()).toBe(0);
  difference.learn(NOW, NOW + 1_500, NOW + 10);
  expect(difference.ms()).toBe(0);
  difference.learn(NOW, NOW - 1_000, NOW + 9_000);
  expect(difference.ms()).toBe(0);
});

test('an answer that took long makes a difference no less well known, before and after one that was quick', () => {
  for (const order of [
    [9_000, 10],
    [10, 9_000],
  ]) {
    const difference = createClockDifference();
    // Each time the other clock was read at once, and the answer was late.
    for (const took of order) difference.learn(NOW, NOW + HOUR_MS, NOW + took);
    expect(Math.abs(difference.ms() - HOUR_MS)).toBeLessThanOrEqual(10);
  }
});

test.each([-HOUR_MS, HOUR_MS])('a clock that was set by %d ms is believed at once', (by) => {
  const difference = createClockDifference();
  difference.learn(NOW, NOW, NOW + 2);
  difference.learn(NOW, NOW + by, NOW + 2);
  expect(difference.ms()).toBe(by - 1);
});

test('our own clock may be set back while the other is asked, which says nothing', () => {
  const difference = createClockDifference();
  difference.learn(NOW + HOUR_MS, NOW + 5, NOW + 10);
  expect(difference.ms()).toBe(0);
  difference.learn(NOW, NOW + HOUR_MS, NOW + 10);
  expect(difference.ms()).toBe(HOUR_MS - 5);
});

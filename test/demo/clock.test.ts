import { createDemoClock } from '../../demo/clock.ts';

it('shows the machine’s time until it is moved, and then runs on from there', () => {
  let machine = 1_000;
  const clock = createDemoClock(() => machine);
  const before = [clock.now(), clock.aheadMs()];
  clock.moveTo(61_000);
  machine += 5;

  expect(before).toEqual([1_000, 0]);
  expect([clock.now(), clock.aheadMs()]).toEqual([61_005, 60_000]);
});

it('never goes back', () => {
  const clock = createDemoClock(() => 1_000);
  clock.moveTo(500);

  expect(clock.now()).toBe(1_000);
});

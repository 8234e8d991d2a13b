import fc from 'fast-check';
import { judgeCoverage, replayFrom } from '../../src/snapshot/event-coverage.ts';
import type { EventName } from '../../src/snapshot/facts/event.ts';

const named = (number: number): EventName => ({
  timeNano: String(1_795_573_867_000_000_000n + BigInt(number) * 1_000_000n),
  id: `c${number % 7}`,
  action: 'start',
});

/** The memory of an engine: the newest 256 events since its last start, asked from a time on. */
function remembered(happened: readonly EventName[], startedBefore: number, from: string) {
  return happened
    .slice(Math.max(startedBefore, happened.length - 256))
    .filter(({ timeNano }) => BigInt(timeNano) >= BigInt(from));
}

it('a gap counts as covered only when every event after the mark is told', () => {
  const world = fc.record({
    before: fc.integer({ min: 1, max: 400 }),
    after: fc.integer({ min: 0, max: 600 }),
    startedBefore: fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: 0 }),
  });
  fc.assert(
    fc.property(world, ({ before, after, startedBefore }) => {
      const happened = Array.from({ length: before + after }, (_, index) => named(index));
      const mark = named(before - 1);
      const told = remembered(happened, startedBefore, replayFrom(mark));
      const isComplete = happened
        .slice(before)
        .every((event) => told.some(({ timeNano }) => timeNano === event.timeNano));
      const judged = judgeCoverage(mark, told);
      // Where the engine forgot just the mark, a complete replay cannot be told from an incomplete one.
      if (judged.state === 'covered') expect(isComplete).toBe(true);
      if (after < 256 && startedBefore < before) expect(judged.state).toBe('covered');
    }),
  );
});

it('says why a gap is not covered', () => {
  const many = Array.from({ length: 256 }, (_, index) => named(index + 1_000));

  expect(judgeCoverage(named(1), many)).toMatchObject({ cause: expect.stringContaining('256') });
  expect(judgeCoverage(named(1), many.slice(9), 9)).toMatchObject({
    cause: expect.stringContaining('256'),
  });
  expect(judgeCoverage(named(1), [])).toMatchObject({
    cause: expect.stringContaining('started anew'),
  });
  expect(judgeCoverage(null, many)).toMatchObject({ state: 'missed' });
});

it('asks from a little before the mark on, because events may change places', () => {
  expect(replayFrom(named(2_000))).toBe(named(1_000).timeNano);
  expect(replayFrom(null)).toBe('0');
});

import fc from 'fast-check';
import { endOf, type Period, unionOf } from '../../src/shared/periods.ts';

const period = fc
  .tuple(fc.nat(20), fc.option(fc.nat(9), { nil: null }))
  .map(([from, length]): Period => ({ from, to: length === null ? null : from + length }));
const has = (periods: readonly Period[], at: number) =>
  periods.some((one) => one.from <= at && at < endOf(one));

it('has the same times, apart and in order', () => {
  fc.assert(
    fc.property(fc.array(period), (periods) => {
      const union = unionOf(periods);
      for (let at = -1; at < 60; at += 0.5) expect(has(union, at)).toBe(has(periods, at));
      for (const [index, one] of union.slice(1).entries()) {
        const before = union[index];
        expect(before && endOf(before) < one.from).toBe(true);
      }
    }),
  );
});

it('keeps a gap, and none between what ends and begins at one time', () => {
  expect(
    unionOf([
      { from: 6, to: null },
      { from: 1, to: 3 },
      { from: 3, to: 4 },
    ]),
  ).toEqual([
    { from: 1, to: 4 },
    { from: 6, to: null },
  ]);
});

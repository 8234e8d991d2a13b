import fc from 'fast-check';
import { isoTime, isoTimes } from '../../src/shared/time.ts';

it('spells many times as it spells one', () => {
  const toTime = isoTimes();
  const times = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
  fc.assert(fc.property(times, (at) => expect(toTime(at)).toBe(isoTime(at))));
  for (const at of [-1, 0, 1_709_164_800_000, 1_709_251_199_999]) {
    expect(toTime(at)).toBe(isoTime(at));
  }
});

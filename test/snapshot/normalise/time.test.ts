import { foreign } from '../../../src/snapshot/foreign.ts';
import { isoTime, isoTimeOfSeconds } from '../../../src/snapshot/normalise/time.ts';

const at = (value: unknown) => foreign('GET /x', value);

describe('times', () => {
  it.each<[unknown, string | null]>([
    ['2026-11-24T13:37:42.752096122Z', '2026-11-24T13:37:42.752Z'],
    ['2026-11-24T15:37:42+02:00', '2026-11-24T13:37:42.000Z'],
    ['0001-01-01T00:00:00Z', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (written, expected) => {
    expect(isoTime(at(written))).toBe(expected);
  });

  it.each<[unknown]>([['yesterday'], [5], ['99999-01-01T00:00:00Z']])(
    '%j is refused',
    (written) => {
      expect(() => isoTime(at(written))).toThrow('expected');
    },
  );

  it('come out of seconds, if there is such a time', () => {
    expect(isoTimeOfSeconds(at(0), 1_795_527_435)).toBe('2026-11-24T13:37:15.000Z');
    expect(() => isoTimeOfSeconds(at(0), 1e15)).toThrow('expected a time');
  });
});

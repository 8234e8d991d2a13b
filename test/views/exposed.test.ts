import type { ExposureResult } from '../../src/answers/exposure-answer.ts';
import { endText, exposed } from '../../src/views/exposed.ts';
import { hostileExposure } from '../support/hostile-exposure.ts';

test('what is there without the package may have changed, or was not read since', () => {
  const one = { name: 'web', id: 'a', from: '2026-01-01', to: '2026-01-02' };

  expect(endText([{ ...one, state: 'changed' }])).toBe('changed or not read since');
  expect(endText([{ ...one, state: 'gone' }])).toBe('gone');
});

describe('places of a vulnerability that are told', () => {
  const at = { takenAt: '2026-01-03T00:00:00.000Z', next: [] };
  const { exposed: answer } = hostileExposure('web', [], at);
  const [affected] = answer.exposure.results;
  if (affected === undefined) throw new Error('it has a result');
  const textOf = (results: ExposureResult[]) =>
    JSON.stringify(exposed({ ...answer, exposure: { ...answer.exposure, results } }));
  const five = Array.from({ length: 5 }, () => affected);
  const other: ExposureResult = { ...affected, host: 'other-1', state: 'not-present' };

  test('are those that are affected', () => {
    expect(textOf([other, affected])).not.toContain('other-1');
    expect(textOf([{ ...other, state: 'affected-no-fix' }])).toContain('other-1');
  });

  test('are five, and how many more is said where there are more', () => {
    expect(textOf([...five, other])).not.toContain('more place');
    expect(textOf([...five, affected])).toContain('… and 1 more place: ');
  });
});

import { foreign } from '../../../src/snapshot/foreign.ts';
import { healthcheck } from '../../../src/snapshot/normalise/image.ts';

const of = (value: unknown) => healthcheck(foreign('GET /images/{id}/json', value));

describe('a health check', () => {
  it.each<[unknown, string]>([
    [undefined, 'none'],
    [null, 'none'],
    [{}, 'none'],
    [{ Test: null }, 'none'],
    [{ Test: [] }, 'none'],
    [{ Test: [''] }, 'none'],
    [{ Test: ['NONE'] }, 'disabled'],
    [{ Test: ['CMD', '/healthy'] }, 'defined'],
    [{ Test: ['CMD-SHELL', 'true'], Interval: 30_000_000_000 }, 'defined'],
  ])('%j is %s', (written, expected) => {
    expect(of(written)).toBe(expected);
  });

  it.each<[unknown]>([['true'], [{ Test: 'true' }], [{ Test: [1] }]])(
    '%j is refused',
    (written) => {
      expect(() => of(written)).toThrow('expected');
    },
  );
});

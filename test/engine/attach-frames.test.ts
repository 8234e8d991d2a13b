import fc from 'fast-check';
import { createFrameReader } from '../../src/engine/run-probe.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { frame } from '../support/attached.ts';

const utf8 = fc.string({ unit: 'grapheme' });

it('gives both streams, however the frames arrive', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), utf8));
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 20 }), (written, size) => {
      const stream = Buffer.concat(written.map(([kind, text]) => frame(kind, text)));
      const reader = createFrameReader(10_000, 10_000);
      for (let start = 0; start < stream.length; start += size) {
        expect(reader.take(stream.subarray(start, start + size))).toBe(true);
      }
      const textOf = (wanted: number) =>
        written
          .filter(([kind]) => kind === wanted)
          .map(([, text]) => text)
          .join('');
      expect(reader.isWhole()).toBe(true);
      expect(reader.output()).toEqual({ stdout: textOf(1), stderr: textOf(2), isCut: false });
    }),
  );
});

it('wants no more when it is full, and keeps the beginning', () => {
  const reader = createFrameReader(5, 3);

  expect(reader.take(frame(2, 'complaint'))).toBe(true);
  expect(reader.take(frame(1, 'abc'))).toBe(true);
  expect(reader.take(frame(1, 'defgh'))).toBe(false);
  expect(reader.take(frame(1, 'more'))).toBe(false);
  expect(reader.output()).toEqual({ stdout: 'abcde', stderr: 'com', isCut: true });
});

it('is not whole in the middle of a frame', () => {
  const reader = createFrameReader(100, 100);

  reader.take(frame(1, 'abcdef').subarray(0, 10));
  expect(reader.isWhole()).toBe(false);
  reader.take(frame(1, 'abcdef').subarray(10));
  expect(reader.isWhole()).toBe(true);
});

it.each([
  ['of a terminal', Buffer.from('Name:\tbusybox\n')],
  ['of another kind', Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 65])],
  ['with something in between', Buffer.from([1, 0, 1, 0, 0, 0, 0, 1, 65])],
])('refuses bytes %s', (_, bytes) => {
  expect(() => createFrameReader(100, 100).take(bytes)).toThrow(OutsideError);
});

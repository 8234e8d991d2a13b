import fc from 'fast-check';
import { nearest, nearestOrBegun } from '../../src/shared/nearest.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';

const words = ['scan', 'status', 'findings', 'containers'];

test.each([
  ['scan', 'scan'],
  ['scna', 'scan'],
  ['SCAN', 'scan'],
  ['sca', 'scan'],
  ['finding', 'findings'],
  ['contianers', 'containers'],
  ['zzzz', undefined],
  ['', undefined],
])('nearest to “%s” is %s', (word, expected) => {
  expect(nearest(word, words)).toBe(expected);
});

test.each([
  ['cont', 'containers'],
  ['fin', 'findings'],
  ['co', undefined],
  ['scna', 'scan'],
])('what “%s” begins is %s', (word, expected) => {
  expect(nearestOrBegun(word, words)).toBe(expected);
});

test('what two begin alike is neither', () => {
  expect(nearestOrBegun('hosts', ['hosts-file', 'hosts-list'])).toBeUndefined();
});

test('one swapped, lost or doubled letter of a longer word is always understood', () => {
  fc.assert(
    fc.property(fc.constantFrom('findings', 'containers'), fc.nat(6), (word, at) => {
      const lost = word.slice(0, at) + word.slice(at + 1);
      const doubled = word.slice(0, at) + word.slice(at, at + 1) + word.slice(at);
      const swapped =
        word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
      for (const typed of [lost, doubled, swapped]) expect(nearest(typed, words)).toBe(word);
    }),
  );
});

test('any words, however long, have an answer that is one of the candidates', () => {
  const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.constant('x'.repeat(5_000)));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 5 }), (word, candidates) => {
      expect([undefined, ...candidates]).toContain(nearest(word, candidates));
    }),
  );
});

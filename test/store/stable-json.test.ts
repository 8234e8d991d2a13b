import fc from 'fast-check';
import { stableJson } from '../../src/store/stable-json.ts';

/** The hashes of stored containers were made of this text. */
const asStored = (content: unknown): string =>
  JSON.stringify(content, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

test('content has the text by which it was stored before', () => {
  const key = fc.oneof(fc.string(), fc.nat(12).map(String), fc.constant('__proto__'));
  const content = fc.object({ key, withNullPrototype: true, withBigInt: false });
  fc.assert(fc.property(content, (one) => expect(stableJson(one)).toBe(asStored(one))));
});

test('the order of keys does not count, that of items does', () => {
  expect(stableJson({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  expect(stableJson([2, 1])).not.toBe(stableJson([1, 2]));
});

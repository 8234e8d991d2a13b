import fc from 'fast-check';
import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';

/** FNV-1a as it is defined. */
function fnv(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

test('a fingerprint is the hash in 64 bits of rule, kind and key', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.string(), (key, rule) => {
      const subject = { kind: 'container', name: 'n', id: 'i' } as const;
      expect(fingerprintOf({ rule, subject }, key)).toBe(
        fnv(JSON.stringify([rule, 'container', key])),
      );
    }),
  );
});

import fc from 'fast-check';
import { allowsAtMost, octalMode } from '../../src/rules/host-file-rules.ts';

const bits = [0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 0o4, 0o2, 0o1];
const mode = fc.nat(0o7777);

it.each([
  [0o644, 0o644, true],
  [0o600, 0o644, true],
  [0o000, 0o644, true],
  [0o1600, 0o644, true],
  [0o606, 0o644, false],
  [0o466, 0o644, false],
  [0o645, 0o644, false],
  [0o440, 0o400, false],
  [0o2755, 0o755, true],
])('%d under %d: %s', (one, allowed, isGood) => {
  expect(allowsAtMost(one, allowed)).toBe(isGood);
});

it('is a pass exactly when no permission bit stands that is not allowed', () => {
  fc.assert(
    fc.property(mode, fc.nat(0o777), (one, allowed) => {
      const isExcess = bits.some(
        (bit) => Math.floor(one / bit) % 2 === 1 && Math.floor(allowed / bit) % 2 === 0,
      );
      expect(allowsAtMost(one, allowed)).toBe(!isExcess);
    }),
  );
});

it('never fails a mode for taking a right away', () => {
  fc.assert(
    fc.property(mode, fc.nat(0o777), fc.constantFrom(...bits), (one, allowed, bit) => {
      if (!allowsAtMost(one, allowed)) return;
      expect(allowsAtMost(one & ~bit, allowed)).toBe(true);
    }),
  );
});

it.each([
  [0o644, '0644'],
  [0, '0000'],
  [0o4755, '4755'],
])('%d is written %s', (one, text) => {
  expect(octalMode(one)).toBe(text);
});

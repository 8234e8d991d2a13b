import fc from 'fast-check';
import { duration, harmlessJson, visible } from '../../src/shared/text.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';

/** By code point: a bidi override, a zero-width space, a soft hyphen, an invisible filler, a tag, DEL, CSI. */
const acting = [0x202e, 0x200b, 0xad, 0x3164, 0xe0041, 0x7f, 0x9b].map((code) =>
  String.fromCodePoint(code),
);

it.each(acting)('shows %j instead of letting it act, and keeps the meaning of JSON', (char) => {
  const value = { [`name${char}`]: `a${char}b` };
  const json = harmlessJson(JSON.stringify(value, null, 2));

  expect(json).not.toContain(char);
  expect(JSON.parse(json)).toEqual(value);
  expect(visible(`a${char}b`)).toBe(`a\\u{${char.codePointAt(0)?.toString(16)}}b`);
});

it('leaves what shows as it is, emoji and their variants too', () => {
  const text = 'Grüße, 東京 ⚠️ “curly” – dash';

  expect(visible(text)).toBe(text);
  expect(harmlessJson(text)).toBe(text);
});

it('never changes what JSON means', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: anyCharacter }), (value, text) => {
      const whole = { value, text };
      expect(JSON.parse(harmlessJson(JSON.stringify(whole, null, 2)))).toEqual(
        JSON.parse(JSON.stringify(whole)),
      );
    }),
  );
});

it.each([
  [999, '0 s'],
  [40_000, '40 s'],
  [60_000, '1 min'],
  [7_800_000, '2 h 10 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

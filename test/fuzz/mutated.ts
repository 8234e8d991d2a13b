import fc from 'fast-check';

/** One change of a sample. */
interface Change {
  kind: 'byte' | 'word' | 'cut' | 'repeat' | 'move' | 'insert' | 'chance';
  at: number;
  length: number;
  value: number;
  chance: Uint8Array;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('byte', 'word', 'cut', 'repeat', 'move', 'insert', 'chance'),
  at: fc.nat(),
  length: fc.oneof(fc.nat(8), fc.nat(600)),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 10, 32, 58, 127, 128, 255)),
  chance: fc.uint8Array({ maxLength: 16 }),
});

const BYTES_MAX = 256 * 1024;

/** Samples changed in some places; whatever they are, no longer than 256 KB. */
export const mutated = (samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 12 }))
    .map(([sample, changes]) => changes.reduce(changed, sample));

function changed(bytes: Uint8Array, { kind, at, length, value, chance }: Change): Uint8Array {
  const from = at % (bytes.length + 1);
  const part = bytes.subarray(from, from + length);
  const around = (...between: readonly Uint8Array[]): Uint8Array =>
    Buffer.concat([bytes.subarray(0, from), ...between]);
  switch (kind) {
    case 'byte':
    case 'word': {
      const copy = Uint8Array.from(bytes);
      // Numbers of a format are four bytes in either order; the largest and smallest are worth a try.
      copy.fill(value, from, kind === 'byte' ? from + 1 : from + 4);
      return copy;
    }
    case 'cut':
      return around(bytes.subarray(from + length));
    case 'repeat': {
      const times = Math.min(value, Math.floor((BYTES_MAX - bytes.length) / (part.length || 1)));
      return around(...new Array(Math.max(0, times)).fill(part), bytes.subarray(from));
    }
    case 'move':
      return Buffer.concat([part, bytes.subarray(0, from), bytes.subarray(from + length)]);
    case 'insert':
      return around(new Uint8Array(length).fill(value), bytes.subarray(from));
    case 'chance':
      return around(chance, bytes.subarray(from));
  }
}

const FIRST_BYTES = 64 * 1024;

/** Bytes that come in pieces of any size, in one buffer, of which nothing stays but what they are. */
export interface HeldBytes {
  readonly length: number;
  add(piece: Uint8Array): void;
  /** All of them; the buffer may be given away. */
  take(): Uint8Array<ArrayBuffer>;
}

export function createHeldBytes(): HeldBytes {
  let held = new ArrayBuffer(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(piece) {
      const end = length + piece.length;
      if (end > held.byteLength) {
        // The pages of a large one are moved, not copied.
        held = held.transfer(Math.max(end, FIRST_BYTES, 2 * held.byteLength));
      }
      new Uint8Array(held).set(piece, length);
      length = end;
    },
    take: () => new Uint8Array(held, 0, length),
  };
}

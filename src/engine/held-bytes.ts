const FIRST_BYTES = 64 * 1024;

/** Bytes that come in pieces, in one buffer. */
export interface HeldBytes {
  readonly length: number;
  add(piece: Uint8Array): void;
  /** All of them once; the buffer may be given away. */
  take(): Uint8Array<ArrayBuffer>;
}

/** `expected` bytes are held without being moved; memory is used as they come. */
export function createHeldBytes(expected = FIRST_BYTES): HeldBytes {
  let held = new ArrayBuffer(expected);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(piece) {
      const end = length + piece.length;
      if (end > held.byteLength) held = held.transfer(Math.max(end, 2 * held.byteLength));
      new Uint8Array(held).set(piece, length);
      length = end;
    },
    take: () => new Uint8Array(held, 0, length),
  };
}

/**
 * Frees the memory of a piece of a stream that is read. A collection of garbage would come for it after
 * some 60 MB.
 */
export function letGo({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

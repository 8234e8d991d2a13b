const SEGMENT_BYTES = 1024 * 1024;
const FIRST_SEGMENT_BYTES = 16 * 1024;

/** Bytes that come in pieces of any size; nothing stays of a piece but what it holds. */
export interface HeldBytes {
  readonly length: number;
  add(piece: Uint8Array): void;
  /** All of them once, in a buffer that may be given away. */
  take(): Uint8Array<ArrayBuffer>;
}

/** Holds them in segments: one buffer that grows would be there twice each time. */
export function createHeldBytes(): HeldBytes {
  const segments: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  /** Bytes of the last segment that are free. */
  let room = 0;

  return {
    get length() {
      return length;
    },
    add(piece) {
      for (let at = 0; at < piece.length; ) {
        if (room === 0) {
          const bytes = length === 0 ? FIRST_SEGMENT_BYTES : SEGMENT_BYTES;
          segments.push(new Uint8Array(bytes));
          room = bytes;
        }
        const last = segments.at(-1) ?? new Uint8Array();
        const part = piece.subarray(at, at + room);
        last.set(part, last.length - room);
        room -= part.length;
        length += part.length;
        at += part.length;
      }
    },
    take() {
      const whole = new Uint8Array(length);
      let at = 0;
      for (const segment of segments.splice(0)) {
        const part = segment.subarray(0, length - at);
        whole.set(part, at);
        at += part.length;
        // Gives its memory back at once.
        segment.buffer.transfer(0);
      }
      return whole;
    },
  };
}

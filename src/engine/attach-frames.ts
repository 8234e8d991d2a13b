import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import { createHeldBytes, type HeldBytes } from './held-bytes.ts';

export interface AttachedOutput {
  stdout: string;
  stderr: string;
  /** More was printed than is kept; what there is of it is from the beginning. */
  isCut: boolean;
}

export interface FrameReader {
  /** Takes the next bytes of the stream; false when no more are wanted. */
  take(chunk: Buffer): boolean;
  /** Whether the stream may end here. */
  isWhole(): boolean;
  output(): AttachedOutput;
}

const HEADER_BYTES = 8;
const STDOUT = 1;
const STDERR = 2;

/**
 * Reads the frames of an attached container without a terminal: eight bytes, of which the first
 * is the stream and the last four are the length, then so many bytes of it. `take` throws
 * `OutsideError` for anything else. Keeps the given number of bytes of each stream.
 */
export function createFrameReader(stdoutBytes: number, stderrBytes: number): FrameReader {
  const kept = { [STDOUT]: createHeldBytes(), [STDERR]: createHeldBytes() };
  const left = { [STDOUT]: stdoutBytes, [STDERR]: stderrBytes };
  let header = Buffer.alloc(0);
  let stream: typeof STDOUT | typeof STDERR = STDOUT;
  let missing = 0;
  let isCut = false;

  const keep = (part: Buffer): void => {
    const wanted = part.subarray(0, left[stream]);
    left[stream] -= wanted.length;
    kept[stream].add(wanted);
    if (stream === STDOUT && wanted.length < part.length) isCut = true;
  };

  return {
    take(chunk) {
      let rest = chunk;
      while (rest.length > 0 && !isCut) {
        if (missing > 0) {
          const part = rest.subarray(0, missing);
          keep(part);
          missing -= part.length;
          rest = rest.subarray(part.length);
        } else {
          const part = rest.subarray(0, HEADER_BYTES - header.length);
          header = Buffer.concat([header, part]);
          rest = rest.subarray(part.length);
          if (header.length < HEADER_BYTES) break;
          stream = streamOf(header);
          missing = header.readUInt32BE(4);
          header = Buffer.alloc(0);
        }
      }
      return !isCut;
    },
    isWhole: () => missing === 0 && header.length === 0,
    output: () => ({
      stdout: textOf(kept[STDOUT]),
      stderr: textOf(kept[STDERR]),
      isCut,
    }),
  };
}

const textOf = (held: HeldBytes): string => new TextDecoder().decode(held.take());

function streamOf(header: Buffer): typeof STDOUT | typeof STDERR {
  const [kind, ...padding] = header.subarray(0, 4);
  if ((kind !== STDOUT && kind !== STDERR) || padding.some((byte) => byte !== 0)) {
    throw new OutsideError('engine-invalid-answer', `${WHAT}: not the frames of a container`);
  }
  return kind;
}

/** Feeds a whole answer to a reader. Rejects with `OutsideError` when it breaks off in a frame. */
export const readFrames =
  (reader: FrameReader) =>
  async (response: IncomingMessage, signal: AbortSignal): Promise<void> => {
    addAbortSignal(signal, response);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      // Leaving the loop early destroys the response and its socket.
      if (!reader.take(chunk)) return;
    }
    if (!reader.isWhole()) {
      throw new OutsideError('engine-cut', `${WHAT}: the output ends in a frame`);
    }
  };

const WHAT = 'POST /containers/{id}/attach';

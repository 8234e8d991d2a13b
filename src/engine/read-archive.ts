import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import { isEnded, tarStart } from '../shared/scan-tar.ts';
import { invalidTar, tooLarge } from '../shared/tar-header.ts';
import type { PieceFormat } from '../snapshot/archive/archive-headers.ts';
import type { ForeignReader } from '../snapshot/foreign-format.ts';
import { requireGood } from './answer-status.ts';
import type { Finish } from './exchange.ts';
import { createHeldBytes, letGo } from './held-bytes.ts';

const MEGABYTE = 1024 * 1024;
/** What stands around the files of an archive: headers, and what fills the last record. */
const AROUND_BYTES = MEGABYTE;
/** The same around a single file. */
const HEADER_BYTES = 16 * 1024;

// What is made of tar answers. `what` names the call; each rejects with `OutsideError`.

/**
 * All bytes of an archive whose files have at most `bytesMax`. `expected`
 * is how many they have by what was told before.
 */
export const holdArchive =
  (
    what: string,
    { bytesMax, expected }: { bytesMax: number; expected?: number | undefined },
  ): Finish<Uint8Array<ArrayBuffer>> =>
  async (response, signal) => {
    await requireGood(response, what, signal);
    addAbortSignal(signal, response);
    const isLikely = expected !== undefined && expected <= bytesMax;
    const held = createHeldBytes(isLikely ? expected + HEADER_BYTES : undefined);
    // Leaving the loop early destroys the response and its socket.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (held.length + chunk.length > bytesMax + AROUND_BYTES) throw tooLarge(what, bytesMax);
      held.add(chunk);
      letGo(chunk);
    }
    return held.take();
  };

/** Bytes that are handed on at once. */
const PIECE_BYTES = 256 * 1024;
/** What may follow the end of an archive, so that its connection can be used again. */
const AFTER_BYTES = 64 * 1024;

interface PieceOptions<Found> {
  reader: ForeignReader;
  format: PieceFormat<Found>;
  /** What comes is handed on from this many bytes on; 256 KB when not given. */
  pieceBytes?: number;
}

/**
 * What a format finds in the headers of an archive of any length, of which one piece at a time is held:
 * bodies are passed over as they come.
 */
export const readPieces =
  <Found>(
    what: string,
    { reader, format, pieceBytes = PIECE_BYTES }: PieceOptions<Found>,
  ): Finish<readonly Found[]> =>
  async (response, signal) => {
    await requireGood(response, what, signal);
    addAbortSignal(signal, response);
    let state = tarStart;
    let found: readonly Found[] = [];
    const piece = new Uint8Array(PIECE_BYTES);
    let length = 0;
    let total = 0;
    let after = 0;
    const handOn = async (): Promise<void> => {
      const input = { bytes: piece.subarray(0, length), what, state, found };
      ({ state, found } = await reader.parse(format, input));
      length = 0;
    };
    for await (const chunk of response as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > format.bounds.bytes) {
        const detail = `${what}: more than ${format.bounds.bytes / MEGABYTE} MB`;
        throw new OutsideError('engine-answer-too-large', detail);
      }
      for (let at = 0; at < chunk.length && !isEnded(state); ) {
        // Only between two pieces: what is held has not been scanned yet.
        const skipped = length === 0 ? Math.min(state.skip, chunk.length - at) : 0;
        state = { ...state, skip: state.skip - skipped };
        at += skipped;
        const taken = chunk.subarray(at, at + PIECE_BYTES - length);
        piece.set(taken, length);
        length += taken.length;
        at += taken.length;
        if (length >= pieceBytes) await handOn();
      }
      if (isEnded(state)) after += chunk.length;
      letGo(chunk);
      if (state.skip + after > AFTER_BYTES && isEnded(state)) break;
    }
    if (length > 0) await handOn();
    if (!isEnded(state)) throw invalidTar(what, 'an archive that was cut off');
    return found;
  };

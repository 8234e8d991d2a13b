import { OutsideError } from '../shared/errors.ts';
import { BLOCK_BYTES, invalidTar } from './tar-header.ts';

/** The bytes of an archive in order, each given or skipped once. */
export interface TarBytes {
  /** The next bytes. Rejects when the archive ends before. */
  take(length: number): Promise<Buffer>;
  /** Passes over bytes without keeping them. */
  skip(length: number): Promise<void>;
  /** Lets go of the stream, wherever it is. */
  close(): Promise<void>;
}

/** Bytes that a body of this size takes in an archive. */
export const padded = (size: number): number => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;

/**
 * Reads a stream of chunks with at most one of them in memory beside what is asked for. `what` names
 * the call. Rejects with `OutsideError` when it is cut off or longer than `limitBytes`.
 */
export function openTarBytes(
  stream: AsyncIterable<Buffer>,
  what: string,
  limitBytes: number,
): TarBytes {
  const chunks = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let bytes = 0;

  /** Up to `length` bytes, at least one. */
  const next = async (length: number): Promise<Buffer> => {
    while (chunk.length === 0) {
      const { done, value } = await chunks.next();
      if (done) throw invalidTar(what, 'an archive that was cut off');
      chunk = value;
      bytes += chunk.length;
      if (bytes > limitBytes) {
        const detail = `${what}: more than ${limitBytes / 1024 / 1024} MB`;
        throw new OutsideError('engine-answer-too-large', detail);
      }
    }
    const part = chunk.subarray(0, length);
    chunk = chunk.subarray(part.length);
    return part;
  };

  return {
    async take(length) {
      const parts: Buffer[] = [];
      for (let left = length; left > 0; left -= parts.at(-1)?.length ?? 0) {
        parts.push(await next(left));
      }
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    },
    async skip(length) {
      for (let left = length; left > 0; ) left -= (await next(left)).length;
    },
    async close() {
      await chunks.return?.();
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { FileOwner } from '../snapshot/facts/host-files.ts';
import { limits } from './limits.ts';
import { requireGood } from './read-answer.ts';
import { openTarBytes, padded } from './tar-bytes.ts';
import {
  BLOCK_BYTES,
  invalidTar,
  isZeroBlock,
  parsePaxRecords,
  parseTarHeader,
  paxNumber,
} from './tar-header.ts';

/** Large numbers and attributes stand in an extended header before the file's own. */
const EXTENDED_BYTES_MAX = 8 * BLOCK_BYTES;
const EXTENDED = 'x';
const REGULAR = ['0', '\0'];

/**
 * Owner of the one regular file in a tar answer, from its header blocks alone: the connection ends
 * before anything of the content is looked at. `what` names the call. Rejects with `OutsideError`.
 */
export async function readTarOwner(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<FileOwner> {
  await requireGood(response, what, signal);
  addAbortSignal(signal, response);
  const bytes = openTarBytes(response, what, limits.archiveBytes);
  const nextHeader = async () => {
    const block = await bytes.take(BLOCK_BYTES);
    // An archive without an entry begins with blocks of zeros.
    if (isZeroBlock(block)) throw invalidTar(what, 'no file in the archive');
    return parseTarHeader(block, what);
  };
  try {
    let header = await nextHeader();
    let extended = new Map<string, Buffer>();
    if (header.type === EXTENDED) {
      const { size } = header;
      if (size > EXTENDED_BYTES_MAX) throw invalidTar(what, 'an extended header without end');
      extended = parsePaxRecords((await bytes.take(padded(size))).subarray(0, size), what);
      header = await nextHeader();
    }
    if (!REGULAR.includes(header.type)) throw invalidTar(what, 'not a regular file');
    return {
      uid: paxNumber(extended.get('uid'), what) ?? header.uid,
      gid: paxNumber(extended.get('gid'), what) ?? header.gid,
    };
  } finally {
    await bytes.close();
    response.destroy();
  }
}

import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import type { FileOwner } from '../snapshot/facts/host-files.ts';
import { requireGood } from './read-answer.ts';

const BLOCK_BYTES = 512;
/** Large numbers and attributes stand in an extended header before the file's own. */
const EXTENDED_BYTES_MAX = 8 * BLOCK_BYTES;
const TYPE_OFFSET = 156;
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
  const blocks = takeBlocks(response);
  try {
    let header = await nextBlock(blocks, what);
    let extended = new Map<string, string>();
    if (typeOf(header) === EXTENDED) {
      extended = await readExtended(blocks, octal(header, 124, 12, what), what);
      header = await nextBlock(blocks, what);
    }
    if (!REGULAR.includes(typeOf(header))) throw invalid(what, 'not a regular file');
    return {
      uid: decimal(extended.get('uid'), what) ?? octal(header, 108, 8, what),
      gid: decimal(extended.get('gid'), what) ?? octal(header, 116, 8, what),
    };
  } finally {
    await blocks.return();
    response.destroy();
  }
}

async function* takeBlocks(response: IncomingMessage): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= BLOCK_BYTES; rest = rest.subarray(BLOCK_BYTES)) {
      yield rest.subarray(0, BLOCK_BYTES);
    }
  }
}

async function nextBlock(blocks: AsyncGenerator<Buffer, void>, what: string): Promise<Buffer> {
  const { value } = await blocks.next();
  // An archive without an entry begins with blocks of zeros.
  if (!value || value.every((byte) => byte === 0)) throw invalid(what, 'no file in the archive');
  return value;
}

/** Records `<length> <key>=<value>\n` of a pax header; the length counts the whole record. */
async function readExtended(
  blocks: AsyncGenerator<Buffer, void>,
  bytes: number,
  what: string,
): Promise<Map<string, string>> {
  if (bytes > EXTENDED_BYTES_MAX) throw invalid(what, 'an extended header without end');
  const parts: Buffer[] = [];
  for (let left = bytes; left > 0; left -= BLOCK_BYTES) parts.push(await nextBlock(blocks, what));
  const records = new Map<string, string>();
  let text = Buffer.concat(parts).subarray(0, bytes).toString('latin1');
  while (text !== '') {
    const length = Number(/^\d+(?= )/.exec(text)?.[0]);
    const [, key, value] = /^\d+ ([^=]*)=(.*)\n$/s.exec(text.slice(0, length)) ?? [];
    if (!length || key === undefined || value === undefined) {
      throw invalid(what, 'an extended header that cannot be read');
    }
    records.set(key, value);
    text = text.slice(length);
  }
  return records;
}

const typeOf = (header: Buffer): string => String.fromCharCode(header[TYPE_OFFSET] ?? 0);

function octal(header: Buffer, offset: number, length: number, what: string): number {
  const text = header.toString('latin1', offset, offset + length).replace(/[\0 ]+$/, '');
  if (!/^[0-7]+$/.test(text)) throw invalid(what, 'a header without numbers');
  return Number.parseInt(text, 8);
}

function decimal(text: string | undefined, what: string): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,10}$/.test(text)) throw invalid(what, 'an owner that is no number');
  return Number(text);
}

const invalid = (what: string, problem: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `${what}: ${problem}`);

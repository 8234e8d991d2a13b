import { OutsideError } from '../shared/errors.ts';

export const BLOCK_BYTES = 512;

/** The header block of one entry (POSIX ustar, and what GNU tar writes otherwise). */
export interface TarHeader {
  name: string;
  linkName: string;
  /** One character: `0` or NUL a regular file, `1` a hard link, `x` an extended header … */
  type: string;
  /** POSIX permission bits, 0 to 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** As written; an entry that holds no body may have one all the same. */
  size: number;
}

export const isZeroBlock = (block: Buffer): boolean => block.every((byte) => byte === 0);

/** Reads one header block. `what` names the call. Throws `OutsideError` for anything else. */
export function parseTarHeader(block: Buffer, what: string): TarHeader {
  if (!hasRightChecksum(block)) throw invalidTar(what, 'not a tar archive');
  const number = (offset: number, length: number) => numberAt(block, offset, length, what);
  const name = textAt(block, 0, 100);
  // GNU's own format has times where POSIX has the beginning of a long name.
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? textAt(block, 345, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 100),
    type: String.fromCharCode(block[156] ?? 0),
    mode: number(100, 8) % 0o10000,
    uid: number(108, 8),
    gid: number(116, 8),
    size: number(124, 12),
  };
}

/**
 * Records `<length> <key>=<value>\n` of a pax header; the length counts the whole record. Values are
 * bytes: attributes of files are no text.
 */
export function parsePaxRecords(data: Buffer, what: string): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < data.length; ) {
    const digits = /^\d{1,10}(?= )/.exec(data.toString('latin1', at, at + 11))?.[0] ?? '';
    const end = at + Number(digits);
    const start = at + digits.length + 1;
    const equals = data.indexOf('=', start);
    const isWhole = end > start && end <= data.length && data[end - 1] === NEW_LINE;
    if (!isWhole || equals < start || equals >= end) {
      throw invalidTar(what, 'an extended header that cannot be read');
    }
    records.set(data.toString('utf8', start, equals), data.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** A number of a pax record; null where there is no such record. */
export function paxNumber(value: Buffer | undefined, what: string): number | null {
  if (value === undefined) return null;
  const text = value.toString('latin1');
  if (!/^\d{1,15}$/.test(text)) throw invalidTar(what, 'an extended header without numbers');
  return Number(text);
}

export const invalidTar = (what: string, problem: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `${what}: ${problem}`);

const NEW_LINE = 0x0a;
const BLANK = 0x20;
const CHECKSUM = { offset: 148, length: 8 };

/** The sum of all bytes, its own counted as blanks. */
function hasRightChecksum(block: Buffer): boolean {
  const { offset, length } = CHECKSUM;
  const written = /^ *([0-7]{1,7})[\0 ]/.exec(block.toString('latin1', offset, offset + length));
  const own = block.subarray(offset, offset + length).reduce((sum, byte) => sum + byte, 0);
  const sum = block.reduce((all, byte) => all + byte, 0) - own + length * BLANK;
  return written?.[1] !== undefined && Number.parseInt(written[1], 8) === sum;
}

/** Up to the first NUL. */
function textAt(block: Buffer, offset: number, length: number): string {
  const [text = ''] = block.toString('utf8', offset, offset + length).split('\0', 1);
  return text;
}

/** Octal digits, or for large numbers GNU's: the highest bit set, then big-endian bytes. */
function numberAt(block: Buffer, offset: number, length: number, what: string): number {
  const field = block.subarray(offset, offset + length);
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw invalidTar(what, 'a header with an absurd number');
    return value;
  }
  const text = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (!/^[0-7]*$/.test(text)) throw invalidTar(what, 'a header without numbers');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

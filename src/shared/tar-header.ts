import { OutsideError } from './errors.ts';

export const BLOCK_BYTES = 512;
/** The longest path that Linux takes. */
export const PATH_BYTES_MAX = 4096;

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

export const isZeroBlock = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** Reads one header block. `what` names the call. Throws `OutsideError` for anything else. */
export function parseTarHeader(block: Uint8Array, what: string): TarHeader {
  if (!hasRightChecksum(block)) throw invalidTar(what, 'not a tar archive');
  const number = (offset: number, length: number) => numberAt(block, offset, length, what);
  const name = textAt(block, 0, 100);
  // GNU's own format has times where POSIX has the beginning of a long name.
  const isPosix = ascii(block.subarray(257, 263)) === 'ustar\0';
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

/** Records of one extended header: what is kept of it is a handful. */
const RECORDS_MAX = 1000;

/**
 * Records `<length> <key>=<value>\n` of a pax header; the length counts the whole record. Values are
 * bytes: attributes of files are no text.
 */
export function parsePaxRecords(data: Uint8Array, what: string): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  for (let at = 0; at < data.length; ) {
    const blank = data.subarray(at, at + LENGTH_DIGITS_MAX + 1).indexOf(BLANK);
    const digits = ascii(data.subarray(at, at + Math.max(0, blank)));
    const end = at + Number(/^\d+$/.test(digits) ? digits : 0);
    const start = at + digits.length + 1;
    const equals = data.indexOf(EQUALS, start);
    const isWhole = end > start && end <= data.length && data[end - 1] === NEW_LINE;
    if (!isWhole || equals < start || equals >= end || records.size === RECORDS_MAX) {
      throw invalidTar(what, 'an extended header that cannot be read');
    }
    records.set(utf8(data.subarray(start, equals)), data.slice(equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** A number of a pax record; null where there is no such record. */
export function paxNumber(value: Uint8Array | undefined, what: string): number | null {
  if (value === undefined) return null;
  const text = ascii(value.subarray(0, NUMBER_DIGITS_MAX + 1));
  if (!/^\d{1,15}$/.test(text)) throw invalidTar(what, 'an extended header without numbers');
  return Number(text);
}

/** A name of a pax record or a long one of GNU's, up to the first NUL. */
export function pathOf(bytes: Uint8Array, what: string): string {
  const end = bytes.indexOf(0);
  const path = end === -1 ? bytes : bytes.subarray(0, end);
  if (path.length > PATH_BYTES_MAX) throw invalidTar(what, 'a file with a name without end');
  return utf8(path);
}

export const invalidTar = (what: string, problem: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `${what}: ${problem}`);

export const tooLarge = (what: string, bytesMax: number): OutsideError =>
  new OutsideError(
    'engine-answer-too-large',
    `${what}: files of more than ${Math.floor(bytesMax / 1024)} KB`,
  );

const LENGTH_DIGITS_MAX = 10;
const NUMBER_DIGITS_MAX = 15;
const NEW_LINE = 0x0a;
const BLANK = 0x20;
const EQUALS = 0x3d;
const CHECKSUM = { offset: 148, length: 8 };

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The sum of all bytes, its own counted as blanks. */
function hasRightChecksum(block: Uint8Array): boolean {
  const { offset, length } = CHECKSUM;
  const own = block.subarray(offset, offset + length);
  const written = /^ {0,7}([0-7]{1,7})[\0 ]/.exec(ascii(own));
  const sumOf = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0);
  const sum = sumOf(block) - sumOf(own) + length * BLANK;
  return written?.[1] !== undefined && Number.parseInt(written[1], 8) === sum;
}

/** Up to the first NUL. */
function textAt(block: Uint8Array, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return utf8(end === -1 ? field : field.subarray(0, end));
}

/** Octal digits, or for large numbers GNU's: the highest bit set, then big-endian bytes. */
function numberAt(block: Uint8Array, offset: number, length: number, what: string): number {
  const field = block.subarray(offset, offset + length);
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw invalidTar(what, 'a header with an absurd number');
    return value;
  }
  const end = field.findLastIndex((byte) => byte !== 0 && byte !== BLANK) + 1;
  const digits = ascii(field.subarray(0, end)).trimStart();
  if (!/^[0-7]*$/.test(digits)) throw invalidTar(what, 'a header without numbers');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

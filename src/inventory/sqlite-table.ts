import { PACKAGES_MAX, UnreadableDatabase } from './unreadable-database.ts';

// The parts of https://www.sqlite.org/fileformat2.html that it takes to walk one table: no index, no
// free list. A foreign file never reaches a library of native code this way.
const MAGIC = 'SQLite format 3\0';
const FILE_HEADER_BYTES = 100;
const INTERIOR = 5;
const LEAF = 13;
const SCHEMA_ROOT = 1;
/** Tables of package databases have two. */
const COLUMNS_MAX = 100;
/** Levels of a tree that SQLite itself follows (`BTCURSOR_MAX_DEPTH`). */
export const DEPTH_MAX = 20;
/** The entry of a package with tens of thousands of files has 6 MB. */
const ROW_BYTES_MAX = 16 * 1024 * 1024;

export type SqliteValue = string | number | Uint8Array | null;

/**
 * Every row of a table, in the order of its keys; a column that is the key itself is null. One row at a
 * time is held. Throws `UnreadableDatabase` for a damaged file, pages of which one is reached twice, and
 * one without such a table.
 */
export function* readSqliteTable(file: Uint8Array, table: string): Generator<SqliteValue[]> {
  const pages = openPages(file);
  let root: SqliteValue | undefined;
  for (const payload of walk(pages, SCHEMA_ROOT)) {
    const [type, name, , page] = readRecord(payload);
    if (type === 'table' && name === table) root ??= page;
  }
  if (typeof root !== 'number') throw new UnreadableDatabase(`it has no table ${table}`);
  for (const payload of walk(pages, root)) yield readRecord(payload);
}

interface Pages {
  /** Bytes of a page that hold content. */
  usable: number;
  /** One page by its number, from 1. */
  page(number: number): DataView;
  /** Counts what cells say they have: together never more than the file. */
  spend(bytes: number): void;
}

function openPages(file: Uint8Array): Pages {
  if (file.length < FILE_HEADER_BYTES || ascii(file.subarray(0, 16)) !== MAGIC) throw damaged();
  const header = new DataView(file.buffer, file.byteOffset, FILE_HEADER_BYTES);
  const size = header.getUint16(16) === 1 ? 65_536 : header.getUint16(16);
  const usable = size - header.getUint8(20);
  if (size < 512 || (size & (size - 1)) !== 0 || usable < 480) throw damaged();
  let left = file.length;
  return {
    usable,
    page(number) {
      const start = (number - 1) * size;
      if (number < 1 || start + size > file.length) throw damaged();
      return new DataView(file.buffer, file.byteOffset + start, size);
    },
    spend(bytes) {
      left -= bytes;
      if (left < 0) throw damaged();
    },
  };
}

/**
 * Payloads of all cells of the tree below a page. A page counts as seen when something leads to it, so
 * that there are never more of them than the file has.
 */
function* walk(pages: Pages, root: number): Generator<Uint8Array> {
  let rows = 0;
  const seen = new Set([root]);
  const pending = [{ number: root, depth: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { number, depth } = next;
    if (depth > DEPTH_MAX) throw damaged();
    const page = pages.page(number);
    const start = number === SCHEMA_ROOT ? FILE_HEADER_BYTES : 0;
    const kind = page.getUint8(start);
    const cells = page.getUint16(start + 3);
    const pointers = start + (kind === INTERIOR ? 12 : 8);
    if ((kind !== INTERIOR && kind !== LEAF) || pointers + cells * 2 > pages.usable) {
      throw damaged();
    }
    const offsetOf = (cell: number) => page.getUint16(pointers + cell * 2);
    if (kind === LEAF) {
      rows += cells;
      if (rows > PACKAGES_MAX) throw damaged();
      for (let cell = 0; cell < cells; cell += 1) yield payloadAt(pages, page, offsetOf(cell));
      continue;
    }
    const goTo = (child: number): void => {
      if (seen.has(child)) throw damaged();
      pages.page(child);
      seen.add(child);
      pending.push({ number: child, depth: depth + 1 });
    };
    goTo(page.getUint32(start + 8));
    for (let cell = cells - 1; cell >= 0; cell -= 1) goTo(uint32(page, offsetOf(cell)));
  }
}

/** A cell of a leaf: its length, its key, and a payload that may go on in pages of its own. */
function payloadAt(pages: Pages, page: DataView, offset: number): Uint8Array {
  const [length, keyAt] = varint(page, offset);
  const [, start] = varint(page, keyAt);
  if (length > ROW_BYTES_MAX) throw damaged();
  pages.spend(length);
  let filled = localBytes(length, pages.usable);
  if (filled === length) return slice(page, start, filled);
  const payload = new Uint8Array(length);
  payload.set(slice(page, start, filled));
  let next = uint32(page, start + filled);
  while (filled < length) {
    const overflow = pages.page(next);
    const bytes = Math.min(length - filled, pages.usable - 4);
    payload.set(slice(overflow, 4, bytes), filled);
    filled += bytes;
    next = overflow.getUint32(0);
  }
  return payload;
}

/** How much of a payload stays on its leaf (section 1.6 of the format). */
function localBytes(length: number, usable: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

function readRecord(payload: Uint8Array): SqliteValue[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const [headerBytes, first] = varint(view, 0);
  const values: SqliteValue[] = [];
  let at = headerBytes;
  for (let typeAt = first; typeAt < headerBytes; ) {
    if (values.length === COLUMNS_MAX) throw damaged();
    const [type, nextType] = varint(view, typeAt);
    typeAt = nextType;
    const bytes = bytesOf(type);
    values.push(columnValue(type, slice(view, at, bytes)));
    at += bytes;
  }
  return values;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function bytesOf(type: number): number {
  if (type >= 12) return (type - (type % 2) - 12) / 2;
  const bytes = INTEGER_BYTES[type];
  if (bytes === undefined) throw damaged();
  return bytes;
}

/** Of numbers only whole ones up to 48 bits are needed; others are null. */
function columnValue(type: number, bytes: Uint8Array): SqliteValue {
  if (type >= 12) return type % 2 === 0 ? bytes : new TextDecoder().decode(bytes);
  if (type === 8 || type === 9) return type - 8;
  if (type === 0 || type > 5) return null;
  const sign = (bytes[0] ?? 0) >= 0x80 ? 1 : 0;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0) - sign * 2 ** (8 * bytes.length);
}

/** A number of one to nine bytes, and where it ends. */
function varint(view: DataView, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start; at < start + 9; at += 1) {
    const byte = uint8(view, at);
    if (at === start + 8) return [value * 256 + byte, at + 1];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  throw damaged();
}

function slice(view: DataView, start: number, length: number): Uint8Array {
  if (start + length > view.byteLength) throw damaged();
  return new Uint8Array(view.buffer, view.byteOffset + start, length);
}

function uint8(view: DataView, at: number): number {
  if (at >= view.byteLength) throw damaged();
  return view.getUint8(at);
}

function uint32(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw damaged();
  return view.getUint32(at);
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const damaged = (): UnreadableDatabase => new UnreadableDatabase('the SQLite database is damaged');

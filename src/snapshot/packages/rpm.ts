import type { PackageFacts } from '../facts/packages.ts';
import { PACKAGES_MAX, packageText, TEXT_MAX, UnreadableDatabase } from './unreadable-database.ts';

// A header as rpm keeps it in its database: two counts, an index, a store of values, all big-endian
// (https://rpm-software-management.github.io/rpm/manual/format_header.html), without the magic.
const tags = { name: 1000, version: 1001, release: 1002, epoch: 1003, arch: 1022, source: 1044 };
const INT32 = 4;
const STRING = 6;
const ENTRY_BYTES = 16;
/** A public key that packages are checked with; rpm keeps it as if it were one. */
const KEY = 'gpg-pubkey';
/** As many entries as rpm itself takes (`hdrchkTags`). */
const ENTRIES_MAX = 65_535;

/** One package of an rpm database; null for a key. Throws `UnreadableDatabase`. */
export function readRpmHeader(blob: Uint8Array): PackageFacts | null {
  const values = valuesOf(blob);
  const text = (tag: number) => {
    const value = values.get(tag);
    return typeof value === 'string' ? value : undefined;
  };
  const name = packageText(text(tags.name), 'name');
  if (name === KEY) return null;
  const version = packageText(text(tags.version), 'version');
  const release = packageText(text(tags.release), 'release');
  const epoch = values.get(tags.epoch);
  const full = `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`;
  // `<name>-<version>-<release>.src.rpm`, without the epoch; locally made packages may have none.
  const source = sourceOf(text(tags.source) ?? '');
  return {
    name,
    version: full,
    architecture: packageText(text(tags.arch), 'architecture'),
    sourceName: packageText(source?.name ?? name, 'source'),
    sourceVersion: packageText(source?.version ?? full, 'source version'),
  };
}

/** Null for a text that is none. */
function sourceOf(file: string): { name: string; version: string } | null {
  const ending = ['.nosrc.rpm', '.src.rpm'].find((one) => file.endsWith(one));
  if (ending === undefined) return null;
  const words = file.slice(0, -ending.length).split('-');
  const [version, release] = words.slice(-2);
  const name = words.slice(0, -2).join('-');
  return name && version && release ? { name, version: `${version}-${release}` } : null;
}

function valuesOf(blob: Uint8Array): ReadonlyMap<number, string | number> {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < 8) throw damagedHeader();
  const entries = view.getUint32(0);
  if (entries > ENTRIES_MAX) throw damagedHeader();
  const store = 8 + entries * ENTRY_BYTES;
  if (store + view.getUint32(4) > blob.length) throw damagedHeader();
  const wanted = new Set(Object.values(tags));
  const values = new Map<number, string | number>();
  for (let at = 8; at < store; at += ENTRY_BYTES) {
    const tag = view.getUint32(at);
    if (!wanted.has(tag)) continue;
    // rpm writes each once; whoever repeats one wants its value to be read again and again.
    if (values.has(tag)) throw damagedHeader();
    const type = view.getUint32(at + 4);
    const offset = store + view.getUint32(at + 8);
    if (type === STRING) values.set(tag, textAt(blob, offset));
    if (type === INT32) {
      if (offset + 4 > blob.length) throw damagedHeader();
      values.set(tag, view.getUint32(offset));
    }
  }
  return values;
}

function textAt(blob: Uint8Array, offset: number): string {
  const text = blob.subarray(offset, offset + TEXT_MAX + 1);
  const end = text.indexOf(0);
  if (end < 0) throw damagedHeader();
  return new TextDecoder().decode(text.subarray(0, end));
}

const damagedHeader = (): UnreadableDatabase =>
  new UnreadableDatabase('the entry of a package in the rpm database is damaged');

// rpm's own format, little-endian (lib/backend/ndb/rpmpkg.c of rpm): a header, pages of slots, blobs.
const HEADER_MAGIC = 0x506d_7052; // RpmP
const SLOT_MAGIC = 0x746f_6c53; // Slot
const BLOB_MAGIC = 0x5362_6c42; // BlbS
const HEADER_BYTES = 32;
const SLOT_BYTES = 16;
const PAGE_BYTES = 4096;
const BLOCK_BYTES = 16;
const BLOB_HEADER_BYTES = 16;

/** The headers in a `Packages.db`, in the order of its slots. Throws `UnreadableDatabase`. */
export function* readNdbBlobs(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES || view.getUint32(0, true) !== HEADER_MAGIC) throw damagedNdb();
  const end = view.getUint32(12, true) * PAGE_BYTES;
  if (end > file.length || end / SLOT_BYTES > PACKAGES_MAX) throw damagedNdb();
  let left = file.length;
  for (let at = HEADER_BYTES; at < end; at += SLOT_BYTES) {
    if (view.getUint32(at, true) !== SLOT_MAGIC) throw damagedNdb();
    const index = view.getUint32(at + 4, true);
    const start = view.getUint32(at + 8, true) * BLOCK_BYTES;
    if (index === 0 || start === 0) continue; // A free slot.
    if (start + BLOB_HEADER_BYTES > file.length) throw damagedNdb();
    const isOwn =
      view.getUint32(start, true) === BLOB_MAGIC && view.getUint32(start + 4, true) === index;
    const length = view.getUint32(start + 12, true);
    const from = start + BLOB_HEADER_BYTES;
    left -= length; // Blobs that overlap would be read again and again.
    if (!isOwn || left < 0 || from + length > file.length) throw damagedNdb();
    yield file.subarray(from, from + length);
  }
}

const damagedNdb = (): UnreadableDatabase =>
  new UnreadableDatabase('the rpm database (ndb) is damaged');

import { PACKAGES_MAX, UnreadableDatabase } from './unreadable-database.ts';

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

import { makerOfRpm } from '../shared/package-maker.ts';
import { readNdbBlobs } from './ndb-blobs.ts';
import { readSqliteTable } from './sqlite-table.ts';
import { UnreadableDatabase } from './unreadable-database.ts';

// A header as rpm keeps it: two counts, an index, a store of values, all big-endian. Each file has a name and
// the number of its folder (https://rpm-software-management.github.io/rpm/manual/tags.html).
const tags = { vendor: 1011, folderOf: 1116, names: 1117, folders: 1118 };
const ENTRY_BYTES = 16;
/** As many entries as rpm itself takes (`hdrchkTags`). */
const ENTRIES_MAX = 65_535;
/** Of one package; a kernel’s has 10,000. */
const FILES_MAX = 500_000;

/** Paths of all files that packages of the distribution brought, by an rpm database. Throws `UnreadableDatabase`. */
export function* filesOfRpm(database: Buffer, format: 'sqlite' | 'ndb'): Generator<string> {
  for (const header of headersIn(database, format)) yield* filesIn(header);
}

function* headersIn(database: Buffer, format: 'sqlite' | 'ndb'): Generator<Uint8Array> {
  if (format === 'ndb') {
    yield* readNdbBlobs(database);
    return;
  }
  for (const [, blob] of readSqliteTable(database, 'Packages')) {
    if (!(blob instanceof Uint8Array)) throw damaged();
    yield blob;
  }
}

function* filesIn(blob: Uint8Array): Generator<string> {
  const header = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  if (header.length < 8) throw damaged();
  const entries = header.readUInt32BE(0);
  const store = 8 + entries * ENTRY_BYTES;
  if (entries > ENTRIES_MAX || store > header.length) throw damaged();
  const places = new Map<number, { start: number; count: number }>();
  for (let at = 8; at < store; at += ENTRY_BYTES) {
    const start = store + header.readUInt32BE(at + 8);
    places.set(header.readUInt32BE(at), { start, count: header.readUInt32BE(at + 12) });
  }
  const [folderOf, names, folders] = [tags.folderOf, tags.names, tags.folders].map((tag) =>
    places.get(tag),
  );
  const vendor = places.get(tags.vendor);
  const [maker] = vendor ? textsAt(header, { ...vendor, count: 1 }) : [];
  if (makerOfRpm(maker) !== null) return;
  // A key that packages are checked with, or a package without files.
  if (!folderOf || !names || !folders) return;
  if (names.count > FILES_MAX || folderOf.start + names.count * 4 > header.length) throw damaged();
  const inFolders = [...textsAt(header, folders)];
  let index = folderOf.start;
  for (const name of textsAt(header, names)) {
    yield `${inFolders[header.readUInt32BE(index)] ?? ''}${name}`;
    index += 4;
  }
}

/** Texts one behind the other, each with a zero at its end. */
function* textsAt(header: Buffer, { start, count }: { start: number; count: number }) {
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    const end = header.indexOf(0, at);
    if (at >= header.length || end < 0) throw damaged();
    yield header.toString('utf8', at, end);
    at = end + 1;
  }
}

const damaged = (): UnreadableDatabase =>
  new UnreadableDatabase('the list of files of a package in the rpm database is damaged');

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { readSqliteTable } from '../../src/inventory/sqlite-table.ts';
import { UnreadableDatabase } from '../../src/inventory/unreadable-database.ts';
import { runs } from '../support/long-run.ts';

/** A database as rpm makes it, written by SQLite itself. */
function written(blobs: readonly Uint8Array[], pageBytes = 4096): Uint8Array {
  const database = new Database(':memory:');
  try {
    database.pragma(`page_size = ${pageBytes}`);
    database.exec(`
      create table Other (a text);
      create table Packages (hnum integer primary key autoincrement, blob blob not null);
      create index Other_a on Other (a);
    `);
    const insert = database.prepare('insert into Packages (blob) values (?)');
    for (const blob of blobs) insert.run(blob);
    return new Uint8Array(database.serialize());
  } finally {
    database.close();
  }
}

const rowsOf = (file: Uint8Array, table: string) => [...readSqliteTable(file, table)];

const blobsIn = (file: Uint8Array) =>
  rowsOf(file, 'Packages').map(([, blob]) => Array.from(blob as Uint8Array));

it('reads what SQLite wrote, whatever the sizes of rows and pages', () => {
  const blob = fc
    .oneof(fc.nat(40), fc.nat(9000), fc.constantFrom(477, 4061, 4062, 65_501))
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  fc.assert(
    fc.property(
      fc.array(blob, { maxLength: 12 }),
      fc.constantFrom(512, 1024, 4096, 65_536),
      (blobs, pageBytes) => {
        expect(blobsIn(written(blobs, pageBytes))).toEqual(blobs.map((one) => Array.from(one)));
      },
    ),
    { numRuns: runs(20, 60) },
  );
});

it('reads a tree of several levels in its order', () => {
  const blobs = Array.from({ length: 5000 }, (_, index) => Uint8Array.of(index >> 8, index & 255));

  expect(blobsIn(written(blobs, 512))).toEqual(blobs.map((one) => Array.from(one)));
});

it('says so when there is no such table', () => {
  expect(() => rowsOf(written([]), 'Nothing')).toThrow('it has no table Nothing');
});

it('never falls over nor runs for ever, whatever is spoilt', () => {
  const intact = written(
    Array.from({ length: 300 }, (_, index) => new Uint8Array(index * 7)),
    512,
  );
  const spoilt = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(spoilt, fc.nat(intact.length), (changes, length) => {
      const file = intact.slice();
      for (const [at, byte] of changes) file[at] = byte;
      for (const one of [file, intact.slice(0, length)]) {
        try {
          rowsOf(one, 'Packages');
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableDatabase);
        }
      }
    }),
    { numRuns: runs(60, 200) },
  );
});

it('ends at a page that leads back to itself', () => {
  const file = written(
    Array.from({ length: 300 }, () => new Uint8Array(100)),
    512,
  );
  const view = new DataView(file.buffer, file.byteOffset);
  const interior = Array.from({ length: file.length / 512 - 1 }, (_, index) => index + 1).find(
    (index) => file[index * 512] === 5,
  );
  view.setUint32((interior ?? 0) * 512 + 8, (interior ?? 0) + 1);

  expect(() => rowsOf(file, 'Packages')).toThrow(UnreadableDatabase);
});

/** A table whose root leads to a chain of pages, each with one child. */
function chain(levels: number): Uint8Array {
  const file = written([], 512).slice(0, 512);
  const view = new DataView(file.buffer);
  // The root of the table, which the schema names: the last page that SQLite made is not needed.
  const pages = Array.from({ length: levels + 4 }, (_, index) => {
    const page = new Uint8Array(512);
    const number = index + 2;
    const at = new DataView(page.buffer);
    const isLast = index === levels + 3;
    at.setUint8(0, isLast ? 13 : 5);
    if (!isLast) at.setUint32(8, number + 1);
    return page;
  });
  view.setUint32(28, pages.length + 1);
  return Buffer.concat([file, ...pages]);
}

it('follows a tree as deep as SQLite does, and none that is deeper', () => {
  expect(rowsOf(chain(10), 'Packages')).toEqual([]);
  expect(() => rowsOf(chain(30), 'Packages')).toThrow(UnreadableDatabase);
});

it('comes to each page once, however many lead to it', () => {
  const file = chain(10);
  const view = new DataView(file.buffer, file.byteOffset);
  // The first page of the chain names the next one in two cells.
  for (const page of [2, 3, 4, 5].map((number) => (number - 1) * 512)) {
    view.setUint16(page + 3, 1);
    view.setUint16(page + 12, 100);
    view.setUint32(page + 100, view.getUint32(page + 8));
  }

  expect(() => rowsOf(file, 'Packages')).toThrow(UnreadableDatabase);
});

import fc from 'fast-check';
import { filesOfRpm } from '../../src/inventory/rpm-files.ts';
import { UnreadableDatabase } from '../../src/inventory/unreadable-database.ts';
import { runs } from '../support/long-run.ts';

const int32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};

/** An rpm database of one package, in the format of rpm itself. */
function database(folderOf: readonly number[], names: string[], folders: string[]): Buffer {
  const values = [
    int32(...folderOf),
    ...[names, folders].map((all) => Buffer.from(`${all.join('\0')}\0`)),
  ];
  const counts = [folderOf.length, names.length, folders.length];
  let offset = 0;
  const index = values.map((value, at) => {
    const row = int32(1116 + at, at === 0 ? 4 : 8, offset, counts[at] ?? 0);
    offset += value.length;
    return row;
  });
  const header = Buffer.concat([int32(3, offset), ...index, ...values]);
  const file = Buffer.alloc(4096 + 16 + Math.ceil(header.length / 16) * 16);
  file.write('RpmP', 0);
  file.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) file.write('Slot', at);
  file.writeUInt32LE(1, 36);
  file.writeUInt32LE(4096 / 16, 40);
  file.write('BlbS', 4096);
  file.writeUInt32LE(1, 4100);
  file.writeUInt32LE(header.length, 4108);
  header.copy(file, 4112);
  return file;
}

const intact = database([0, 1, 1], ['node', 'a', 'b'], ['/usr/bin/', '/opt/']);

it('the files of an rpm database have names and folders', () => {
  expect([...filesOfRpm(intact, 'ndb')]).toEqual(['/usr/bin/node', '/opt/a', '/opt/b']);
});

it('a database that is damaged anywhere gives files or is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4096, max: intact.length - 1 }), fc.nat(255), (at, byte) => {
      const spoilt = Buffer.from(intact);
      spoilt[at] = byte;
      try {
        expect([...filesOfRpm(spoilt, 'ndb')].length).toBeLessThan(spoilt.length);
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableDatabase);
      }
    }),
    { numRuns: runs(300, 5_000) },
  );
});

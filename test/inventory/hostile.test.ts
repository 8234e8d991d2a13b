import fc from 'fast-check';
import { filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { runs } from '../support/long-run.ts';
import { makeZip } from '../support/make-zip.ts';
import { tarOf } from '../support/tar-bytes.ts';
import { goProgram } from './go-program.ts';
import { inventoryIn, inventoryOf } from './inventory-of.ts';
import { rustProgram } from './rust-program.ts';

const gem = '  s.name = "x".freeze\n  s.version = "1".freeze\n';
const properties = Buffer.from('groupId=a\nartifactId=b\nversion=1\n');
const pom = { name: 'META-INF/maven/a/b/pom.properties', bytes: properties };
const jar = makeZip([pom, { name: 'in.jar', bytes: makeZip([pom]) }]);
const files = [
  { name: 'node_modules/a/package.json', body: '{"name":"a","version":"1"}' },
  { name: 'x.dist-info/METADATA', body: 'Name: a\nVersion: 1\n' },
  { name: 'specifications/x.gemspec', body: gem },
  { name: 'a.jar', body: jar },
  { name: 'bin/prometheus', body: goProgram('go1.21.1', ['mod\ta\tv1.0.0']) },
  {
    name: 'bin/rust',
    body: rustProgram({ packages: [{ name: 'a', version: '1', source: 'crates.io' }] }),
  },
  { name: 'vendor/composer/installed.json', body: '[{"name":"a/b","version":"1"}]' },
  { name: 'var/lib/dpkg/info/x.list', body: '/lib/a\n' },
  { name: 'var/lib/dpkg/diversions', body: '/lib/a\n/lib/b\n:\n' },
  { name: 'lib', type: '2', linkName: 'usr/lib' },
  { name: 'hard', type: '1', linkName: 'a.jar' },
];

describe('a hostile file system', () => {
  it('whose files are spoilt anywhere ends in an inventory', async () => {
    const spoilt = fc.tuple(fc.nat(files.length - 1), fc.nat(3_000), fc.nat(255), fc.nat(3_000));
    await fc.assert(
      fc.asyncProperty(spoilt, async ([which, at, byte, length]) => {
        const parts = files.map((file, index) => {
          const body = Buffer.from(file.body ?? '');
          if (index !== which || body.length === 0) return file;
          body[at % body.length] = byte;
          return {
            ...file,
            body: length % 3 === 0 ? body.subarray(0, length % body.length) : body,
          };
        });
        const { cut } = await inventoryIn(...parts);
        expect(cut).toBeNull();
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  it('whose archive is spoilt anywhere ends in an inventory, or is none', async () => {
    const archive = tarOf(...files);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(archive.length - 1),
        fc.nat(255),
        fc.nat(4_096),
        async (at, byte, pieceBytes) => {
          const spoilt = archive.slice();
          spoilt[at] = byte;
          await inventoryOf(spoilt, { pieceBytes: pieceBytes + 1 }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(OutsideError);
          });
        },
      ),
      { numRuns: runs(200, 5_000) },
    );
  });

  it('of more packages, or more that is unread, than are kept says so', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      name: `node_modules/a${index}/package.json`,
      body: index % 2 === 0 ? '{"name":"a","version":"1"}' : '',
    }));
    const limits = { ...filesystemLimits, found: 5, unread: 3 };
    const inventory = await inventoryOf(tarOf(...many), { limits, pieceBytes: 512 });
    expect(inventory.packages).toHaveLength(5);
    expect(inventory.unread).toHaveLength(3);
    expect(inventory.cut).toBe(
      'more than 5 packages and programs; 2 more files that could not be read are not listed',
    );
  });

  it('that lists more folders than are remembered, or a path without end, still ends', async () => {
    const path = 'usr/lib/six-1.dist-info/METADATA';
    const folders = Array.from({ length: 40_000 }, (_, index) => `/d/${index}/METADATA`);
    const body = [...folders, `${'/a'.repeat(500_000)}/METADATA`, `/lib/six-1.dist-info/METADATA`];
    const inventory = await inventoryIn(
      { name: 'lib', type: '2', linkName: 'usr/lib' },
      { name: path, body: 'Name: six\nVersion: 1\n' },
      { name: 'var/lib/dpkg/info/x.list', body: body.join('\n') },
    );
    expect(inventory).toMatchObject({ packages: [], ownedBySystem: 1, cut: null });
  });

  it('of a jar that holds itself, or thousands, ends soon', async () => {
    const inner = makeZip([pom]);
    const thousands = Array.from({ length: 5_001 }, (_, index) => ({
      name: `${index}.jar`,
      bytes: inner,
    }));
    const row = (bytes: Buffer) => bytes.writeUInt32LE(0x7fffffff, 24);
    const { unread } = await inventoryIn(
      { name: 'many.jar', body: makeZip(thousands) },
      { name: 'huge.jar', body: makeZip([pom], row) },
    );
    expect(unread).toEqual([
      {
        path: 'many.jar',
        reason: 'it has no pom.properties, so nobody knows which version of what it is',
      },
      { path: 'many.jar', reason: 'it holds too many archives, or with names that are too long' },
      { path: `huge.jar!/${pom.name}`, reason: 'what is in it unpacks to too much' },
    ]);
  });
});

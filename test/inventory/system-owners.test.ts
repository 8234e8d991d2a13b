import { createHash } from 'node:crypto';
import { npmKind } from '../../src/inventory/kinds/npm.ts';
import { createSystemOwners } from '../../src/inventory/system-owners.ts';
import { elf } from '../support/elf.ts';
import type { TarPart } from '../support/tar-bytes.ts';
import { inventoryIn } from './inventory-of.ts';

const metadata = (name: string) => ({ body: `Name: ${name}\nVersion: 1.0\n` });
const md5Of = (body: string | Buffer) => createHash('md5').update(body).digest('hex');
const python = (path: string): TarPart => ({ name: path, ...metadata('six') });
const owned = 'usr/lib/python3/dist-packages/six-1.dist-info/METADATA';
const own = 'usr/local/lib/python3/site-packages/six-1.dist-info/METADATA';
const list = (name: string, ...lines: string[]): TarPart => ({
  name: `var/lib/dpkg/info/${name}.list`,
  body: `/.\n/usr\n${lines.join('\n')}\n`,
});

async function summary(...parts: TarPart[]) {
  const { packages, programs, ownedBySystem, unread } = await inventoryIn(...parts);
  const found = [...packages, ...programs].map(({ path }) => path);
  return { found, ownedBySystem, unread: unread.map(({ reason }) => reason) };
}

describe('what a package of the system owns is left out', () => {
  it('by the lists of dpkg, also where they come behind the files', async () => {
    const found = { found: [own], ownedBySystem: 1, unread: [] };
    const six = list('python3-six', `/${owned}`);
    expect(await summary(python(owned), python(own), six)).toEqual(found);
    expect(await summary(six, python(owned), python(own))).toEqual(found);
  });

  it('but not what somebody put in its place, which has another checksum', async () => {
    const sums = (md5: string, name = 'python3-six'): TarPart => ({
      name: `var/lib/dpkg/info/${name}.md5sums`,
      body: `${md5}  ${owned}\n${'0'.repeat(32)}  usr/share/doc/x\n`,
    });
    const [right, wrong] = [md5Of(metadata('six').body), 'f'.repeat(32)];
    const six = list('python3-six', `/${owned}`);
    const replaced = { found: [owned], ownedBySystem: 0, unread: [] };
    const kept = { found: [], ownedBySystem: 1, unread: [] };
    expect(await summary(python(owned), six, sums(wrong))).toEqual(replaced);
    expect(await summary(python(owned), six, sums(right))).toEqual(kept);
    // What one package took over from another has the checksum of both in their lists.
    expect(await summary(python(owned), six, sums(right), sums(wrong, 'old-six'))).toEqual(kept);

    const npm = 'usr/lib/node_modules/npm/node_modules/tar/package.json';
    const body = '{"name":"tar","version":"6.1.0"}';
    const apk = (sum: string): TarPart => ({
      name: 'lib/apk/db/installed',
      body: `P:npm\nV:1-r0\nF:${npm.slice(0, -13)}\nR:package.json\na:0:0:644\nZ:Q1${sum}\n`,
    });
    expect(await summary({ name: npm, body }, apk('AAAAAAAAAAAAAAAAAAAAAAAAAAA='))).toEqual({
      ...{ found: [npm], ownedBySystem: 0, unread: [] },
    });
    const sha1 = createHash('sha1').update(body).digest('base64');
    expect(await summary({ name: npm, body }, apk(sha1))).toEqual(kept);
  });

  it('nor what cannot be read and has another checksum, also by another name', async () => {
    const npm = 'usr/lib/node_modules/tar/package.json';
    const again = 'usr/share/node_modules/tar/package.json';
    const body = '{"name":"tar"';
    const files = [
      { name: npm, body },
      { name: again, type: '1', linkName: npm },
      list('npm', `/${npm}`, `/${again}`),
    ];
    const sums = (md5: string): TarPart => ({
      name: 'var/lib/dpkg/info/npm.md5sums',
      body: `${md5}  ${npm}\n${md5}  ${again}\n`,
    });
    const { unread } = await inventoryIn(...files, sums('f'.repeat(32)));
    expect(unread.map(({ path }) => path)).toEqual([npm, again]);
    const right = md5Of(body);
    expect(await summary(...files, sums(right))).toMatchObject({ unread: [] });
  });

  it.each([
    ['usr/share/x/app.asar', Buffer.alloc(100_000, 'x')],
    // Told by its first and last bytes alone.
    ['usr/bin/composer', Buffer.from(`<?php\n${' '.repeat(1_000)}GBMB`)],
    ['usr/lib/node_modules/x/package.json', Buffer.alloc(npmKind.bytesMax + 1)],
  ])('but not %s, which is not read and has another checksum', async (name, body) => {
    const sums = (of: Buffer): TarPart => ({
      name: 'var/lib/dpkg/info/x.md5sums',
      body: `${md5Of(of)}  ${name}\n`,
    });
    const unreadWith = async (of: Buffer) =>
      (await summary({ name, body }, list('x', `/${name}`), sums(of))).unread;
    expect(await unreadWith(body)).toEqual([]);
    expect(await unreadWith(Buffer.alloc(0))).toHaveLength(1);
  });

  it('also of what is not read', async () => {
    const folder = 'usr/lib/python3/dist-packages/seven-1.dist-info';
    const files = ['usr/share/x/app.asar', 'usr/bin/composer.phar', `${folder}/INSTALLER`];
    const parts = files.map((name) => ({ name, body: 'x' }));
    const owned = list('x', ...files.map((name) => `/${name}`));
    expect(await inventoryIn(...parts, owned)).toMatchObject({ unread: [] });
    const { unread } = await inventoryIn(...parts);
    expect(unread.map(({ path, ecosystem }) => [path, ecosystem])).toEqual([
      ['usr/share/x/app.asar', 'npm'],
      ['usr/bin/composer.phar', 'Packagist'],
      [`${folder}/METADATA`, 'PyPI'],
    ]);
    const status = { name: 'var/lib/dpkg/status', body: 'Package: x\n' };
    const doubted = await inventoryIn(...parts, status);
    expect(doubted.unread.slice(1)).toEqual(unread);
  });

  it('but not what somebody else packed, of whom no feed of the distribution speaks', async () => {
    const status = (maintainer: string): TarPart => ({
      name: 'var/lib/dpkg/status',
      body: `Package: python3-six\nStatus: install ok installed\nMaintainer: ${maintainer}\nVersion: 1.0-1\n`,
    });
    const six = list('python3-six', `/${owned}`);
    const elastic = status('Elasticsearch Team <info@elastic.co>');
    const found = { found: [owned], ownedBySystem: 0, unread: [] };
    expect(await summary(python(owned), six, elastic)).toEqual(found);
    expect(await summary(elastic, six, python(owned))).toEqual(found);
    const debian = status('Colin Watson <cjwatson@debian.org>');
    expect(await summary(debian, six, python(owned))).toMatchObject({
      found: [],
      ownedBySystem: 1,
    });
  });

  it('nor what somebody else packed for an image without a shell', async () => {
    const sums = {
      name: 'var/lib/dpkg/status.d/six.md5sums',
      body: `${md5Of(metadata('six').body)}  ${owned}\n`,
    };
    const of = (maintainer: string): TarPart => ({
      name: 'var/lib/dpkg/status.d/six',
      body: `Package: python3-six\nVersion: 1.0-1\nMaintainer: ${maintainer}\n`,
    });
    const elastic = of('Elasticsearch Team <info@elastic.co>');
    const found = { found: [owned], ownedBySystem: 0, unread: [] };
    expect(await summary(python(owned), sums, elastic)).toEqual(found);
    expect(await summary(elastic, sums, python(owned))).toEqual(found);
    const debian = of('Colin Watson <cjwatson@debian.org>');
    expect(await summary(debian, sums, python(owned))).toMatchObject({ ownedBySystem: 1 });
  });

  it('of a list of packages that cannot be read nobody knows whose they are', async () => {
    const status = { name: 'var/lib/dpkg/status', body: 'Package: six\n\0' };
    const { unread } = await summary(python(owned), list('six', `/${owned}`), status);
    expect(unread).toContain('the package database is not a text');
  });

  it('by another name of its folder', async () => {
    const program = { name: 'usr/bin/node', body: elf({ machine: 62, text: 'node.js/v20.1.0' }) };
    const nodejs = list('nodejs', '/bin/node');
    expect(await summary(program, nodejs)).toMatchObject({ found: ['usr/bin/node'] });
    const bin = { name: 'bin', type: '2', linkName: 'usr/bin' };
    expect(await summary(bin, program, nodejs)).toMatchObject({ found: [], ownedBySystem: 1 });
    const deep = [
      { name: 'bin', type: '2', linkName: '/a/../b' },
      { name: 'b', type: '2', linkName: '../../../usr/./bin' },
    ];
    expect(await summary(...deep, program, nodejs)).toMatchObject({ found: [], ownedBySystem: 1 });
    const circle = [
      { name: 'bin', type: '2', linkName: 'b' },
      { name: 'b', type: '2', linkName: 'bin' },
    ];
    expect(await summary(...circle, program, nodejs)).toMatchObject({ ownedBySystem: 0 });
  });

  it('where a diversion put it, and not what lies in its place', async () => {
    const six = list('python3-six:all', `/${owned}`);
    const elsewhere = owned.replace('six-1', 'six-2');
    const files = [python(owned), python(elsewhere), six];
    const diversions = (by: string) => ({
      name: 'var/lib/dpkg/diversions',
      body: `/${owned}\n/${elsewhere}\n${by}\n`,
    });
    expect(await summary(...files)).toMatchObject({ found: [elsewhere], ownedBySystem: 1 });
    expect(await summary(...files, diversions(':'))).toMatchObject({ found: [owned] });
    expect(await summary(...files, diversions('python3-six'))).toMatchObject({
      found: [elsewhere],
    });
  });

  it('nor what was replaced in an image without a shell', async () => {
    const name = 'var/lib/dpkg/status.d/six.md5sums';
    const sums = { name, body: `${'0'.repeat(32)}  ${owned}\n` };

    expect(await summary(python(owned), sums)).toMatchObject({ found: [owned], ownedBySystem: 0 });
  });

  it('by checksums in images without a shell, and by the database of apk', async () => {
    const sums = {
      name: 'var/lib/dpkg/status.d/six.md5sums',
      body: `${md5Of(metadata('six').body)}  ${owned}\n`,
    };
    expect(await summary(python(owned), sums)).toMatchObject({ found: [], ownedBySystem: 1 });
    const folder = owned.slice(0, owned.lastIndexOf('/'));
    const apk = {
      name: 'lib/apk/db/installed',
      body: `P:py3-six\nV:1\nF:${folder}\nR:METADATA\n\n`,
    };
    expect(await summary(python(owned), python(own), apk)).toEqual({
      found: [own],
      ownedBySystem: 1,
      unread: [],
    });
  });
});

describe('lists and checksums are held up to a size of all', () => {
  const MEGABYTE = 1024 * 1024;
  const hold = (wanted: readonly [name: string, bytes: number][]) => {
    const owners = createSystemOwners();
    const held = wanted.map(([name, bytes]) => {
      const path = `var/lib/dpkg/info/${name}`;
      const isWanted = owners.wants(path, bytes);
      if (isWanted) owners.add(path, Buffer.alloc(bytes));
      return isWanted;
    });
    return { held, unread: owners.unread.length };
  };

  it('of which lists come first', () => {
    expect(
      hold([
        ['a.md5sums', 12 * MEGABYTE],
        ['a.list', 30 * MEGABYTE],
        ['b.list', 15 * MEGABYTE],
        ['b.md5sums', MEGABYTE],
        ['c.list', 15 * MEGABYTE],
      ]),
    ).toEqual({ held: [true, true, true, false, false], unread: 1 });
  });

  it('which each of them counts for, however small', () => {
    const { held, unread } = hold(Array.from({ length: 100_000 }, (_, at) => [`${at}.list`, 0]));
    expect([held.includes(false), unread]).toEqual([true, 2]);
  });
});

it.each([
  'var/lib/dpkg/status',
  // Images without a shell that were made before they kept checksums.
  'var/lib/dpkg/status.d/x',
])(
  'where the lists are missing what lies where the system has its files is unknown: %s',
  async (name) => {
    const status = { name, body: 'Package: x\n' };
    const reason = 'the lists of files of the packages of dpkg are missing';
    expect(await summary(python(owned), python(own), status)).toEqual({
      found: [own],
      ownedBySystem: 0,
      unread: [reason, `whether a package of the system owns it is unknown: ${reason}`],
    });
  },
);

it('a hard link tells what its first name told, and the last of two files counts', async () => {
  const link = (name: string, linkName: string) => ({ name, linkName, type: '1' });
  const again = 'opt/a/six-1.dist-info/METADATA';
  const two = await inventoryIn(python(own), link(again, own), {
    ...python(own),
    ...metadata('seven'),
  });
  expect(two.packages.map(({ name, path }) => [name, path])).toEqual([
    ['six', again],
    ['seven', own],
  ]);
  const unknown = await inventoryIn({ name: 'store/x', body: 'x' }, link(again, 'store/x'));
  expect(unknown.unread).toEqual([
    { path: again, reason: 'another name of a file that is no such file by its first name' },
  ]);
});

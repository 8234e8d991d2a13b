import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import type { FilesystemReading } from '../../src/ports/filesystem-store.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const lodash = (path: string, version = '4.17.20') => ({
  ...{ ecosystem: 'npm' as const, name: 'lodash', version, path },
  purl: `pkg:npm/lodash@${version}`,
});
const redis = { name: 'redis', version: '7.2.4', path: 'usr/local/bin/redis', evidence: 'v=7.2.4' };

const holding = (found: Partial<FilesystemInventory> = {}): FilesystemInventory => ({
  ...{ packages: [], programs: [], ownedBySystem: 0, unread: [], cut: null },
  ...found,
});
const readOn = (day: number, found: Partial<FilesystemInventory>): FilesystemReading => ({
  ...{ triedAt: morning(day), readFrom: 'probe', inventory: read(holding(found)) },
});

const see = (day: number, images: Record<string, string>, host = 'web-1') =>
  store.filesystems.seeImages(
    host,
    morning(day),
    Object.entries(images).map(([id, layers]) => ({ id, name: `name-of-${id}`, layers })),
  );
async function keyOf(id: string, host = 'web-1'): Promise<string> {
  const image = (await store.filesystems.listImages([host])).find((one) => one.id === id);
  if (image === undefined) throw new Error('there is no such image');
  return image.layersKey;
}
const save = async (id: string, reading: FilesystemReading, host = 'web-1') =>
  store.filesystems.save(host, await keyOf(id, host), reading);
const filesystemsOf = async (host = 'web-1') =>
  (await store.filesystems.listImages([host])).map(({ id, filesystemId }) => [id, filesystemId]);
const count = (table: string) => place.values<number>(`select count(*) from ${table}`)[0];

it('are those of every image of the same layers, also of one that comes later', async () => {
  await see(0, { a: 'one two', b: 'one two', c: 'one' });
  await save('a', readOn(0, { packages: [lodash('app/lodash')] }));
  const [first] = await filesystemsOf();
  const id = first?.[1];

  expect(id).toEqual(expect.any(Number));
  expect(await filesystemsOf()).toEqual([
    ['a', id],
    ['b', id],
    ['c', null],
  ]);
  expect(await see(1, { a: 'one two', d: 'one two' })).toMatchObject([
    { id: 'a', isThere: true },
    { id: 'b', isThere: false, lastSeen: morning(0) },
    { id: 'c', isThere: false },
    { id: 'd', isThere: true, filesystemId: id, readFrom: 'probe', triedAt: morning(0) },
  ]);
});

it('are noted anew once an hour where nothing changed, and at once where something did', async () => {
  const seeAt = (at: string, ...ids: string[]) =>
    store.filesystems.seeImages(
      'web-1',
      at,
      ids.map((id) => ({ id, name: id, layers: id })),
    );
  await seeAt('2026-01-01T09:00:00.000Z', 'a', 'b');
  const [soon, , later] = [
    await seeAt('2026-01-01T09:30:00.000Z', 'a', 'b'),
    await seeAt('2026-01-01T10:30:00.000Z', 'b', 'a'),
    await seeAt('2026-01-01T10:40:00.000Z', 'a'),
  ];
  expect(soon).toMatchObject([
    { id: 'a', isThere: true, lastSeen: '2026-01-01T09:00:00.000Z' },
    { id: 'b', isThere: true },
  ]);
  expect(later).toMatchObject([
    { id: 'a', isThere: true, lastSeen: '2026-01-01T10:40:00.000Z' },
    { id: 'b', isThere: false, lastSeen: '2026-01-01T10:30:00.000Z' },
  ]);
});

it('are told by each host of its own images, and stand there once', async () => {
  for (const host of ['web-1', 'web-2']) await see(0, { a: 'one' }, host);
  const found = { packages: [lodash('app/lodash')] };
  await save('a', readOn(0, found));
  expect(await filesystemsOf('web-2')).toEqual([['a', null]]);

  await save('a', readOn(1, found), 'web-2');
  expect(await filesystemsOf('web-2')).toEqual(await filesystemsOf());
  expect([count('filesystem'), count('component'), count('filesystem_component')]).toEqual([
    1, 1, 1,
  ]);
});

it('keep what was found when a later try fails, with the reason', async () => {
  await see(0, { a: 'one' });
  await save('a', readOn(0, {}));
  const failed = { triedAt: morning(1), readFrom: null, inventory: unread<never>('it is away') };
  await save('a', failed);

  expect(await store.filesystems.listImages(['web-1'])).toMatchObject([
    { filesystemId: expect.any(Number), readFrom: 'probe', reason: 'it is away' },
  ]);
});

it('tell components by name, with where they lie', async () => {
  await see(0, { a: 'one', b: 'two' });
  const many = Array.from({ length: 30 }, (_, index) => lodash(`app/${index}/lodash`));
  const packages = [...many, lodash('old/lodash', '3.10.1')];
  const unreadFiles = [{ path: 'a.jar', reason: 'no pom.properties' }];
  await save('a', readOn(0, { packages, programs: [redis], unread: unreadFiles }));
  await save('b', readOn(0, { cut: 'more than 4 GB' }));
  const [a = 0, b = 0] = (await filesystemsOf()).map(([, id]) => Number(id));

  const found = await store.filesystems.findComponents([a, b], ['lodash', 'redis', 'nobody']);
  expect(found.get(b)).toEqual({ id: b, cut: 'more than 4 GB', unread: [], components: [] });
  const { components = [], unread: missed } = found.get(a) ?? {};
  expect(missed).toEqual(unreadFiles);
  const shown = components.map(({ name, version, placeCount, places }) => [
    ...[name, version, placeCount, places.length],
  ]);
  expect(shown).toHaveLength(3);
  expect(shown).toEqual(
    expect.arrayContaining([
      ['lodash', '4.17.20', 30, 20],
      ['lodash', '3.10.1', 1, 1],
      ['redis', '7.2.4', 1, 1],
    ]),
  );
  expect(components.find(({ ecosystem }) => ecosystem === null)).toMatchObject({
    purl: 'pkg:generic/redis@7.2.4',
    places: [{ path: 'usr/local/bin/redis', evidence: 'v=7.2.4' }],
  });
});

it('that a clock which was ahead saw are there no longer than others', async () => {
  await see(3_000, { a: 'one', b: 'two' });
  expect(await see(0, { a: 'one' })).toMatchObject([
    { id: 'a', isThere: true, lastSeen: morning(0) },
    { id: 'b', isThere: false },
  ]);
  await see(3_000, { a: 'one' });
  expect(await see(1, { a: 'one' })).toMatchObject([
    { id: 'a', isThere: true, lastSeen: morning(1) },
    { id: 'b', isThere: false },
  ]);
});

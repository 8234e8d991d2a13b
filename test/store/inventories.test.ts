import type { ObservedContainer, ScanRecord } from '../../src/ports/scan-record.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { PackageFacts, PackageInventory } from '../../src/snapshot/facts/packages.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const oneOf = (name: string, version: string, sourceName = name): PackageFacts => ({
  name,
  version,
  architecture: 'amd64',
  sourceName,
  sourceVersion: version,
});
/** As many as a small Debian has, so that writing takes more than one statement. */
const many = Array.from({ length: 450 }, (_, index) =>
  oneOf(`lib-${String(index).padStart(3, '0')}`, '1.0-1'),
);
const inventoryOf = (...packages: PackageFacts[]): PackageInventory => ({
  manager: 'dpkg',
  operatingSystem: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
  packages,
});

const others = { ports: read([]), setUid: read({ count: 9, rootCount: 9, isWhole: true }) };

function withPackages(
  id: string,
  inventory: PackageInventory,
  { isOwn = false, processes = 3 } = {},
): ObservedContainer {
  return {
    ...observedContainer(id),
    surface: {
      ...others,
      processes: read({ count: processes, source: 'top' }),
      installed: read({ inventory, isOwn }),
    },
  };
}

const scanOnDay = (day: number, containers: ObservedContainer[], other: Partial<ScanRecord> = {}) =>
  store.scans.saveScan(scanRecord({ startedAt: morning(day), containers, ...other }));
const listed = async (host = 'web-1') =>
  (await store.scans.listContainers({ hosts: [host], includeGone: true })).map(
    ({ surface }) => surface?.installed,
  );
async function keyOf(host = 'web-1'): Promise<string> {
  const [installed] = await listed(host);
  if (installed?.state !== 'read') throw new Error('there is no inventory');
  return installed.value.key;
}
const count = (table: string) => place.values<number>(`select count(*) from ${table}`)[0];

it('keeps who built a package apart from one that differs in nothing else', async () => {
  const own = oneOf('nginx', '1.25.3-1');
  const other = { ...own, builtBy: 'nginx.org' };
  await scanOnDay(1, [withPackages('a', inventoryOf(own)), withPackages('b', inventoryOf(other))]);
  const keys = (await listed()).flatMap((one) => (one?.state === 'read' ? [one.value.key] : []));
  const inventories = await store.scans.listInventories({ keys });

  expect(inventories.flatMap(({ packages }) => packages)).toEqual(
    expect.arrayContaining([own, other]),
  );
  const ids = inventories.map((_, index) => index + 1);
  const found = await store.exposures.findPackages(ids, {
    ...{ names: ['nginx'], sources: [], components: [] },
  });
  expect([...found.values()].flatMap(({ packages }) => packages)).toEqual(
    expect.arrayContaining([own, other]),
  );
});

it('come back whole, and stand in the row of the container by reference', async () => {
  const inventory = inventoryOf(...many, oneOf('libssl3', '3.5.1-1', 'openssl'));
  await scanOnDay(0, [withPackages('a1', inventory)]);

  const key = await keyOf();
  expect(await listed()).toEqual([
    read({
      key,
      manager: 'dpkg',
      operatingSystem: inventory.operatingSystem,
      packages: 451,
      isOwn: false,
    }),
  ]);
  const [stored] = await store.scans.listInventories({ keys: [key, 'no such key'] });
  expect(stored).toMatchObject({ key, firstSeen: morning(0), lastSeen: morning(0) });
  expect(stored?.packages.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
    inventory.packages,
  );
});

it('are found by the name of a package and of its source', async () => {
  await scanOnDay(0, [
    withPackages('a1', inventoryOf(oneOf('libssl3', '3.5.1-1', 'openssl'), oneOf('bash', '5'))),
    withPackages('b2', inventoryOf(oneOf('bash', '5'))),
  ]);
  const keys = (await listed()).flatMap((one) => (one?.state === 'read' ? [one.value.key] : []));
  const find = async (name: string) =>
    (await store.scans.listInventories({ keys, software: { names: [name], sources: [name] } })).map(
      ({ packages }) => packages.map(({ name }) => name),
    );

  expect(await find('libssl3')).toEqual([['libssl3']]);
  expect(await find('openssl')).toEqual([['libssl3']]);
  expect(await find('bash')).toEqual([['bash'], ['bash']]);
  expect(await find('nothing')).toEqual([]);
});

it('stand there once for all hosts, and equal packages once for all inventories', async () => {
  await scanOnDay(0, [withPackages('a1', inventoryOf(...many))]);
  await scanOnDay(0, [withPackages('b1', inventoryOf(...many))], { host: 'web-2' });
  await scanOnDay(1, [withPackages('a1', inventoryOf(...many, oneOf('bash', '5')))]);

  expect(await keyOf('web-2')).not.toBe(await keyOf());
  expect([count('inventory'), count('package'), count('inventory_package')]).toEqual([
    2,
    451,
    450 + 451,
  ]);
});

it('outlive containers, and tell when they were last seen', async () => {
  await scanOnDay(0, [withPackages('a1', inventoryOf(...many))]);
  await scanOnDay(1, [withPackages('a1', inventoryOf(...many))]);
  const key = await keyOf();
  await scanOnDay(2, []);

  expect(await store.scans.listInventories({ keys: [key] })).toMatchObject([
    { packages: { length: 450 }, firstSeen: morning(0), lastSeen: morning(1) },
  ]);
});

it('open a new interval of the container when they change, and only then', async () => {
  const rows = () => count('container');
  await scanOnDay(0, [withPackages('a1', inventoryOf(oneOf('bash', '5')))]);
  await scanOnDay(1, [withPackages('a1', inventoryOf(oneOf('bash', '5')), { processes: 9 })]);
  expect(rows()).toBe(1);
  await scanOnDay(2, [withPackages('a1', inventoryOf(oneOf('bash', '6')), { isOwn: true })]);
  expect(rows()).toBe(2);

  const [container] = await store.scans.listContainers({ hosts: ['web-1'] });
  expect(container?.surface?.installed).toMatchObject({ value: { isOwn: true, packages: 1 } });
});

it('leave the newest number of processes in the row, without a new interval', async () => {
  await scanOnDay(0, [withPackages('a1', inventoryOf(), { processes: 3 })]);
  await scanOnDay(1, [withPackages('a1', inventoryOf(), { processes: 9 })]);

  const [container] = await store.scans.listContainers({ hosts: ['web-1'] });
  expect(container?.surface?.processes).toEqual(read({ count: 9, source: 'top' }));
});

it('are not known where they could not be read, with the reason', async () => {
  const container = withPackages('a1', inventoryOf());
  await scanOnDay(0, [
    {
      ...container,
      surface: {
        ...others,
        processes: unread('no list'),
        installed: unread('the database is damaged'),
      },
    },
  ]);

  expect(await listed()).toEqual([unread('the database is damaged')]);
  expect(count('inventory')).toBe(0);
});

it('cost next to nothing when nothing changes', async () => {
  const containers = Array.from({ length: 40 }, (_, index) =>
    withPackages(`c${index}`, inventoryOf(...many, oneOf(`app-${index % 8}`, '1'))),
  );
  const bytes = () => place.sizeBytes();
  await scanOnDay(0, containers);
  const before = bytes();
  for (let day = 1; day <= 30; day += 1) await scanOnDay(day, containers);

  expect(bytes() - before).toBeLessThan(before * 0.02);
});

import type { FilesystemReading } from '../../src/ports/filesystem-store.ts';
import { read } from '../../src/shared/reading.ts';
import type { PackageInventory } from '../../src/snapshot/facts/packages.ts';
import type { OpenDatabase } from '../../src/store/database.ts';
import { createFilesystemsStore } from '../../src/store/filesystems.ts';
import {
  createPackageBudget,
  DAY_IS_FULL,
  type PackageBudget,
} from '../../src/store/package-budget.ts';
import { saveScan } from '../../src/store/save-scan.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const DAY_MS = 86_400_000;
let place: TemporaryDatabase;
let database: OpenDatabase;
/** Lists that are not kept yet, by host. */
let asked: string[];
let room: number;
const budget: PackageBudget = {
  take(host, packages) {
    asked.push(`${host} ${packages}`);
    room -= 1;
    return room >= 0;
  },
};

beforeEach(async () => {
  place = temporaryDatabase();
  await (await place.open()).close();
  database = await place.openDatabase(Date.now);
  [asked, room] = [[], 1];
});
afterEach(async () => {
  await database.close();
  place.remove();
});

const listOf = (version: string): PackageInventory => ({
  ...{ manager: 'dpkg', operatingSystem: null },
  packages: ['a', 'b'].map((name) => ({
    ...{ name, version, architecture: 'amd64', sourceName: name, sourceVersion: version },
  })),
});
const containerOf = (id: string, version: string) => ({
  ...observedContainer(id),
  surface: {
    ...{ ports: read([]), setUid: read({ count: 0, rootCount: 0, isWhole: true }) },
    processes: read({ count: 1, source: 'top' as const }),
    installed: read({ inventory: listOf(version), isOwn: false }),
  },
});
const scan = (day: number, ...versions: string[]) => {
  const at = morning(day);
  const containers = versions.map((version) => containerOf(`c-${version}`, version));
  const record = scanRecord({ id: `s-${day}`, startedAt: at, finishedAt: at, containers });
  return saveScan(database, record, { now: Date.parse(at), budget, job: undefined });
};
const installed = () =>
  place.values<string | null>(
    `select coalesce(surface_json -> 'installed' ->> 'reason', 'kept') from container
        where closed_at is null order by 1`,
  );

it('keeps no list of a host whose day is full, says so, and keeps it the day after', async () => {
  await scan(0, '1', '2');
  expect(asked).toEqual(['web-1 2', 'web-1 2']);
  expect(installed()).toEqual(['kept', DAY_IS_FULL].sort());
  expect(place.values('select count(*) from inventory').map(Number)).toEqual([1]);

  room = 1;
  await scan(1, '1', '2');
  expect(installed()).toEqual(['kept', 'kept']);
  // What is known costs nothing.
  expect(asked).toHaveLength(3);
});

it('keeps no file system beyond it either', async () => {
  const filesystems = createFilesystemsStore(database, Date.now, budget);
  const images = ['a', 'b'].map((id) => ({ id, name: id, layers: id }));
  await filesystems.seeImages('web-1', morning(0), images);
  const found = await filesystems.listImages(['web-1']);
  const reasons: (string | null)[] = [];
  for (const [ownedBySystem, { layersKey }] of found.entries()) {
    const reading: FilesystemReading = {
      ...{ triedAt: morning(0), readFrom: 'probe' },
      inventory: read({ packages: [], programs: [], ownedBySystem, unread: [], cut: null }),
    };
    reasons.push(await filesystems.save('web-1', layersKey, reading));
  }
  expect(reasons).toEqual([null, DAY_IS_FULL]);

  const known = await filesystems.listImages(['web-1']);
  expect(known.map(({ filesystemId, reason }) => [filesystemId !== null, reason])).toEqual([
    [true, null],
    [false, DAY_IS_FULL],
  ]);
});

it('gives each host a room of its own, anew each day', () => {
  let now = Date.parse(morning(0));
  const real = createPackageBudget(() => now);
  expect(real.take('liar', 399_999)).toBe(true);
  expect(real.take('liar', 100_000)).toBe(true);
  expect(real.take('liar', 1)).toBe(false);
  expect(real.take('web-1', 1)).toBe(true);

  now += DAY_MS;
  expect(real.take('liar', 1)).toBe(true);
});

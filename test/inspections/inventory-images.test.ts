import { type InventoryParts, inventoryImages } from '../../src/inspections/inventory-images.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { FilesystemReader } from '../../src/ports/filesystem-reader.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { Store } from '../../src/store/open-store.ts';
import { powerHost } from '../support/power-facts.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;
let hour: number;
let asked: string[];
/** What becomes of a reading, by the id of the container, or of the image without one. */
let failures: Record<string, OutsideError>;

storeForEach((own) => {
  ({ place, store } = own);
  hour = 0;
  asked = [];
  failures = {};
  refusal = null;
});

const filesystemReader: FilesystemReader = {
  readSystem: () => Promise.reject(new Error('nobody asks for it')),
  async readFilesystem(_host, { imageId, containerId }) {
    const id = containerId ?? imageId;
    asked.push(id);
    if (failures[id]) throw failures[id];
    const inventory = { packages: [], programs: [], ownedBySystem: 0, unread: [], cut: null };
    return { readFrom: containerId === null ? 'probe' : 'container', inventory };
  },
};
const start = Date.parse(morning(0));
/** Where nothing more is kept this day. */
let refusal: string | null;
const run = async (host: Partial<HostDeclaration> = {}, isDeep = false) => {
  asked.length = 0;
  const now = () => start + hour * 3_600_000;
  const filesystems = { ...store.filesystems, ...(refusal && { save: async () => refusal }) };
  const parts: InventoryParts = {
    ...{ store: store.scans, ...store, filesystems, filesystemReader, now },
  };
  return inventoryImages(parts, powerHost(host), isDeep, new AbortController().signal);
};
const full = { inventory: 'full' } as const;

/** Containers by their image, each in a state. */
async function have(containers: Record<string, [image: string, state: string]>, ...more: string[]) {
  const observed = Object.entries(containers).map(([id, [imageId, state]]) => {
    const container = observedContainer(id, { imageId });
    return { ...container, facts: { ...container.facts, state: state as 'running' } };
  });
  await store.scans.saveScan(scanRecord({ startedAt: morning(0), containers: observed }));
  const ids = [...new Set([...observed.map(({ facts }) => facts.imageId), ...more])];
  const images = ids.map((id) => ({ id, name: `name-of-${id}`, layers: id }));
  await store.filesystems.seeImages('web-1', morning(0), images);
}

it('reads nothing that nobody wants', async () => {
  await have({ c1: ['a', 'running'] });

  expect(await run()).toBeNull();
  expect(asked).toEqual([]);
});

it('goes through containers that never ran first, and past those that are gone', async () => {
  await have({ c1: ['a', 'running'], c2: ['a', 'created'], c3: ['a', 'exited'] });
  failures = { c2: new OutsideError('engine-status', 'no such container', { status: 404 }) };

  expect(await run(full)).toEqual({ read: 1, known: 1, unread: [] });
  expect(asked).toEqual(['c2', 'c3']);
  expect(await run(full)).toEqual({ read: 0, known: 1, unread: [] });
  expect(asked).toEqual([]);
});

it('tells what was read and not kept as not known, with the reason', async () => {
  await have({ c1: ['a', 'running'] });
  refusal = 'the day is full';

  expect(await run(full)).toEqual({
    ...{ read: 0, known: 0, unread: [{ image: 'name-of-a', reason: 'the day is full' }] },
  });
  expect(asked).toEqual(['c1']);
});

it('tries again what failed after six hours, or when somebody asks', async () => {
  await have({ c1: ['a', 'running'] });
  failures = { c1: new OutsideError('engine-timeout', 'it is slow') };
  const unread = [{ image: 'name-of-a', reason: expect.stringContaining('it is slow') }];

  expect(await run(full)).toEqual({ read: 0, known: 0, unread });
  hour = 5;
  expect(await run(full)).toEqual({ read: 0, known: 0, unread });
  expect(asked).toEqual([]);
  expect(await run({}, true)).toEqual({ read: 0, known: 0, unread });
  expect(asked).toEqual(['c1']);
  hour = 12;
  failures = {};
  expect(await run(full)).toEqual({ read: 1, known: 1, unread: [] });
});

it('says of an image without a container what would read it, and does so once one is there', async () => {
  await have({}, 'a');
  const reason = expect.stringContaining('no container of it exists');

  expect(await run(full)).toEqual({ read: 0, known: 0, unread: [{ image: 'name-of-a', reason }] });
  await have({ c1: ['a', 'created'] });
  expect(await run(full)).toMatchObject({ read: 1 });
});

it('reads through a probe from the level files on, also what a container told before', async () => {
  await have({ c1: ['a', 'running'] }, 'b');
  await run(full);
  expect(asked).toEqual(['c1']);

  const files = { ...full, evidence: 'files' } as const;
  expect(await run(files)).toMatchObject({ read: 1, known: 2 });
  expect(asked).toEqual(['b']);
  await run(files, true);
  expect(asked).toEqual(['a']);
  await run(files, true);
  expect(asked).toEqual([]);
});

it('reads again, in its turn and once, what an older version read', async () => {
  await have({ c1: ['a', 'running'], c2: ['a', 'running'], c3: ['b', 'running'] });
  expect(await run(full)).toMatchObject({ read: 2 });
  const age = () => place.run('update image_filesystem set reader = null');
  age();
  await have({ c1: ['a', 'running'], c3: ['b', 'running'], c4: ['new', 'running'] });

  expect(await run(full)).toEqual({ read: 3, known: 3, unread: [] });
  expect(asked).toEqual(['c4', 'c1', 'c3']);
  await run(full);
  expect(asked).toEqual([]);

  age();
  expect(await run()).toBeNull();
  failures = { c1: new OutsideError('engine-timeout', 'it is slow') };
  expect(await run({}, true)).toEqual({ read: 2, known: 3, unread: [] });
  await run(full);
  expect(asked).toEqual([]);
  hour = 6;
  failures = {};
  expect(await run(full)).toMatchObject({ read: 1, known: 3 });
  expect(asked).toEqual(['c1']);
});

it('knows by whom a file system was read also where another image has its layers', async () => {
  await have({ c1: ['a', 'running'] });
  await run(full);
  const image = { name: 'tag', layers: 'a' };
  const seen = await store.filesystems.seeImages('web-1', morning(1), [{ id: 'again', ...image }]);
  expect(seen.filter(({ isThere }) => isThere).map(({ isOutdated }) => isOutdated)).toEqual([
    false,
  ]);
});

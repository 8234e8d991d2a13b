import { inventorySystems } from '../../src/inspections/inventory-systems.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import {
  containerOf,
  debPackage,
  imageId,
  imageList,
  observedImage,
} from '../support/observed-images.ts';
import { powerHost } from '../support/power-facts.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

let store: Store;
let hour: number;
let asked: string[];
/** How long one takes. */
let seconds: number;
let failure: OutsideError | null;

storeForEach((own) => {
  store = own.store;
  hour = 0;
  asked = [];
  seconds = 0;
  failure = null;
});

const debian = { id: 'debian', versionId: '12', prettyName: 'Debian 12' };
const inventory = {
  manager: 'dpkg' as const,
  operatingSystem: debian,
  packages: [debPackage('zlib1g', '1')],
};

async function run(host: Partial<HostDeclaration> = { evidence: 'files' }): Promise<string[]> {
  asked.length = 0;
  let at = Date.parse(morning(9)) + hour * 3_600_000;
  await inventorySystems(
    {
      images: store.images,
      now: () => at,
      filesystemReader: {
        readFilesystem: () => Promise.reject(new Error('nobody asks for it')),
        async readSystem(_host, id) {
          asked.push(Buffer.from(id.slice(7), 'hex').toString().replaceAll('\0', ''));
          at += seconds * 1_000;
          if (failure !== null) throw failure;
          return read(inventory);
        },
      },
    },
    powerHost(host),
  );
  return [...asked];
}
const scan = (tags: readonly string[], used: readonly string[] = []) =>
  store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: morning(9), finishedAt: morning(9) },
      containers: used.map((tag) => containerOf(tag, [])),
      imageList: imageList(
        tags.map((tag, index) =>
          observedImage(tag, { createdAt: `2025-01-${String(index + 10)}T00:00:00.000Z` }),
        ),
      ),
    }),
  );
const inventoryOf = async (tag: string) => {
  const [found] = await store.images.findImages({
    hosts: ['web-1'],
    names: [imageId(tag)],
    limit: 1,
  });
  return found?.inventory;
};

it('reads images without a container, the newest first, once, and none at the level api', async () => {
  await scan(['old:1', 'new:1', 'used:1'], ['used:1']);

  expect(await run({ evidence: 'api' })).toEqual([]);
  expect(await run()).toEqual(['new:1', 'old:1']);
  expect(await inventoryOf('old:1')).toMatchObject({
    value: { packages: 1, manager: 'dpkg', operatingSystem: debian },
  });
  hour = 24;
  expect(await run()).toEqual([]);
  // The next scan keeps it.
  await scan(['old:1', 'new:1', 'used:1'], ['used:1']);
  expect(await inventoryOf('old:1')).toMatchObject({ value: { packages: 1 } });
});

it('keeps why one could not be read, and tries again after six hours, behind those nobody tried', async () => {
  await scan(['a:1']);
  failure = new OutsideError('engine-status', 'no space left');
  expect(await run()).toEqual(['a:1']);
  expect(await inventoryOf('a:1')).toEqual(unread(expect.stringContaining('no space left')));
  hour = 5;
  expect(await run()).toEqual([]);
  hour = 7;
  failure = null;
  await scan(['b:1', 'a:1']);
  expect(await run()).toEqual(['b:1', 'a:1']);
  expect(await inventoryOf('a:1')).toMatchObject({ value: { packages: 1 } });
});

it('takes thirty with one scan, and none after twenty seconds', async () => {
  const tags = Array.from({ length: 35 }, (_, index) => `image-${index + 10}:1`);
  await scan(tags);
  expect(await run()).toHaveLength(30);
  expect(await run()).toHaveLength(5);
  await scan([...tags, 'x:1', 'y:1', 'z:1', 'zz:1']);
  seconds = 10;
  expect(await run()).toHaveLength(2);
});

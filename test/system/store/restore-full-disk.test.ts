import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, restore } from '../../../src/store/backup.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { createKeyPair } from '../../../src/tunnel/greeting.ts';
import { integrityOf } from '../../support/killed-program.ts';
import { openSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const LARGE = 200_000;
const MEGABYTE = 1024 * 1024;
const backup = join(makeTemporaryFolder(), 'backup.db');
let disk: SmallDisk;
let url: string;

beforeAll(() => {
  disk = openSmallDisk(24);
  url = `sqlite:${disk.folder}/s.db`;
});
afterAll(() => disk.remove());

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ url, now: Date.now });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
const key = { secretHash: 'x', tradeUntil: Date.now() + 3_600_000 };
const add = ({ edges }: Store, name: string, note = '') =>
  edges.addEdge({ name, labels: { note }, ...key, secretHash: name, by: 'test' });

it('puts no backup there that knows keys which were revoked since, where the disk has no room for the newer ones', async () => {
  await withStore(async (store) => {
    await store.edges.hubKey(createKeyPair);
    await add(store, 'web-7');
  });
  await backUp(url, backup);
  await withStore(async (store) => {
    await store.edges.revokeEdge('web-7', { ...key, secretHash: 'new' });
    for (let index = 0; index < 20; index += 1)
      await add(store, `edge-${index}`, 'x'.repeat(LARGE));
  });
  const names = () => withStore(async ({ edges }) => (await edges.listEdges()).length);
  const before = readdirSync(disk.folder);
  disk.fill();
  const filler = join(disk.folder, 'filler');
  // The backup has room, and not what it is to know besides.
  truncateSync(filler, statSync(filler).size - statSync(backup).size - MEGABYTE);

  await expect(restore(url, backup, 'before')).rejects.toThrow(/full/);

  disk.makeRoom();
  expect(readdirSync(disk.folder)).toEqual(before);
  expect(integrityOf(join(disk.folder, 's.db'))).toBe('ok');
  expect(await names()).toBe(21);
  expect((await restore(url, backup, 'before')).edges.areKept).toBe(true);
  expect(await names()).toBe(21);
});

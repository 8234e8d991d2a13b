import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backUp, restore } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open-store.ts';
import { describeExposure } from '../../src/store/own-files.ts';
import { scanRecord } from '../support/scan-records.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = makeTemporaryFolder();
let folders = 0;
const newFolder = (mode?: number) => {
  folders += 1;
  const folder = join(root, `${folders}`);
  if (mode === undefined) return folder;
  mkdirSync(folder);
  chmodSync(folder, mode);
  return folder;
};
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const modesIn = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));
/** Opens it as a bot does that has written something, looks, and closes it. */
async function use<T>(path: string, work: () => T): Promise<T> {
  const store = await openStore({ url: `sqlite:${path}`, now: () => 1_000 });
  try {
    await store.scans.saveScan(scanRecord());
    return work();
  } finally {
    await store.close();
  }
}

let umask: number;
beforeAll(() => {
  umask = process.umask(0o000);
});
afterAll(() => process.umask(umask));

const closed = { 'seawall.db': '600', 'seawall.db-shm': '600', 'seawall.db-wal': '600' };

it('makes a database, its log and its folder for its owner alone', async () => {
  const folder = newFolder();
  const modes = await use(join(folder, 'seawall.db'), () => modesIn(folder));

  expect(modes).toEqual(closed);
  expect(modeOf(folder)).toBe('700');
  expect(describeExposure(`sqlite:${join(folder, 'seawall.db')}`)).toEqual([]);
});

it('closes to others what an earlier version left open', async () => {
  const folder = newFolder(0o755);
  const path = join(folder, 'seawall.db');
  await use(path, () => {
    // As it was made, in the middle of its use.
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  });
  chmodSync(folder, 0o755);
  chmodSync(path, 0o644);

  expect(await use(path, () => modesIn(folder))).toEqual(closed);
  expect(modeOf(folder)).toBe('700');
});

it.each([0o755, 0o770, 0o1777])(
  'leaves a folder of mode %o that holds more as it is, and tells where others may replace files',
  async (mode) => {
    const folder = newFolder(mode);
    writeFileSync(join(folder, 'other'), '');
    const path = join(folder, 'seawall.db');
    await use(path, () => {});

    expect(modeOf(folder)).toBe(mode.toString(8));
    expect(modeOf(path)).toBe('600');
    const shown = `(mode ${mode.toString(8).padStart(4, '0')})`;
    expect(describeExposure(`sqlite:${path}`)).toEqual(
      mode === 0o755
        ? []
        : [`the folder ${folder} is open to others, who may replace it ${shown}: chmod 700`],
    );
  },
);

describe('of a volume of a pod', () => {
  // Lines as a kubelet and containerd leave them: a container's root, what is in every pod, and the volume.
  const overlay = '1 0 0:50 / / rw,relatime - overlay overlay rw';
  const inPod =
    '2 1 8:1 /var/lib/kubelet/pods/6f/containers/seawall/0a1b /dev/termination-log rw - ext4 /dev/sda1 rw';
  const volume = (folder: string, from: string, type = 'ext4') =>
    `3 1 8:16 ${from} ${folder} rw,relatime - ${type} /dev/sdb rw`;
  const local = '/var/lib/kubelet/pods/6f/volumes/kubernetes.io~local-volume/data';
  const told = async (mode: number, mounts: (folder: string) => string[]) => {
    const folder = newFolder(mode);
    writeFileSync(join(folder, 'lost+found'), '');
    const path = join(folder, 'seawall.db');
    await use(path, () => {});
    return describeExposure(`sqlite:${path}`, () => mounts(folder).join('\n'));
  };

  it.each(['/', local])('tells nothing of the group that fsGroup gave to %s', async (from) => {
    expect(await told(0o2770, (folder) => [overlay, inPod, volume(folder, from)])).toEqual([]);
    expect(await told(0o2775, (folder) => [overlay, inPod, volume(folder, from)])).toEqual([]);
  });

  it.each<[string, number, (folder: string) => string[]]>([
    ['everybody may write there', 0o2777, (at) => [overlay, inPod, volume(at, '/')]],
    ['nobody gave it to a group', 0o0770, (at) => [overlay, inPod, volume(at, '/')]],
    ['it is a folder of the node', 0o2770, (at) => [overlay, inPod, volume(at, '/srv/data')]],
    ['it is of NFS', 0o2770, (at) => [overlay, inPod, volume(at, '/', 'nfs4')]],
    ['it is no volume', 0o2770, () => [overlay, inPod]],
    ['it is in no pod', 0o2770, (at) => [overlay, volume(at, '/')]],
    ['another lies over it', 0o2770, (at) => [inPod, volume(at, '/'), volume(at, '/srv')]],
  ])('tells the mode where %s', async (_why, mode, mounts) => {
    expect(await told(mode, mounts)).toEqual([
      expect.stringContaining('is open to others, who may replace it'),
    ]);
  });
});

it('changes no folder that everybody writes to, such as /tmp', async () => {
  const folder = newFolder(0o1777);
  await use(join(folder, 'seawall.db'), () => {});

  expect(modeOf(folder)).toBe('1777');
});

it('makes a backup and what is restored from it for its owner alone, and nothing beside them', async () => {
  const folder = newFolder(0o755);
  const path = join(folder, 'data', 'seawall.db');
  await use(path, () => {});
  const file = join(folder, 'backup.db');
  await backUp(`sqlite:${path}`, file);
  // As an earlier version left it.
  chmodSync(path, 0o644);
  const { kept } = await restore(`sqlite:${path}`, file, 'before');

  expect(modesIn(folder)).toEqual({ 'backup.db': '600', data: '700' });
  expect(kept).toBe(`${path}.before`);
  expect(modesIn(dirname(path))).toEqual({ 'seawall.db': '600', 'seawall.db.before': '600' });
});

test('a path with a slip makes no folders but the one of the database', async () => {
  const folder = newFolder(0o700);
  const missing = join(folder, 'slip', 'seawall', 'seawall.db');

  await expect(openStore({ url: `sqlite:${missing}`, now: () => 1_000 })).rejects.toMatchObject({
    code: 'store-failed',
    detail: expect.stringContaining(`the folder ${join(folder, 'slip')} is missing`) as string,
  });
  expect(readdirSync(folder)).toEqual([]);
  await use(join(folder, 'data', 'seawall.db'), () =>
    expect(readdirSync(folder)).toEqual(['data']),
  );
});

test('tells whether the database was made by opening it', async () => {
  const url = `sqlite:${join(newFolder(0o700), 'seawall.db')}`;
  const isNew: boolean[] = [];
  for (let time = 0; time < 2; time++) {
    const store = await openStore({ url, now: () => 1_000 });
    isNew.push(store.isNew);
    await store.close();
  }
  expect(isNew).toEqual([true, false]);
});

it('says that no folder can be made where the file system denies its own', async () => {
  const store = openStore({ url: 'sqlite:/proc/nowhere/seawall.db', now: () => 1_000 });

  await expect(store).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining("mkdir '/proc/nowhere'"),
  });
});

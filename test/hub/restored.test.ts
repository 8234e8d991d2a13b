import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, restore } from '../../src/store/backup.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { databaseEndings } from '../../src/store/own-files.ts';
import { type EdgeRig, openEdgeRig } from '../support/edge-rig.ts';
import { type FaultEngine, openFaultEngine } from '../support/fault-engine.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const DAY = 86_400_000;
const root = makeTemporaryFolder();
let now: number;
let folder: string;
let url: string;
let engine: FaultEngine;
let store: Store;
let rig: EdgeRig;

const open = async () => {
  store = await openStore({ url, now: () => now });
  rig = await openEdgeRig(store, () => now);
};
const close = async () => {
  await rig.close();
  await store.close();
};
beforeEach(async () => {
  now = Date.now();
  folder = mkdtempSync(join(root, 'db-'));
  url = `sqlite:${folder}/s.db`;
  engine = await openFaultEngine({ routes: { '/info': { ID: 'engine-1' }, '/networks': [] } });
  await open();
});
afterEach(async () => {
  await close();
  await engine.close();
});

const stateFile = (edge: string) => join(edge, 'edge', 'edge.json');
const stateOf = (edge: string) => JSON.parse(readFileSync(stateFile(edge), 'utf8'));
const start = (edge: string, key?: string) =>
  rig.startEdge({ key, folder: edge, engineUrl: engine.url });
const isConnected = (host: string) => rig.tunnels.find(host) !== null;

/** A host whose key is changed after a backup was made. */
async function rotatedAfterBackup() {
  const edge = mkdtempSync(join(root, 'edge-'));
  const running = start(edge, await rig.add('web-7'));
  await until(async () => isConnected('web-7'));
  const backup = join(folder, 'backup.db');
  await backUp(url, backup);
  const before = stateOf(edge).key.publicKey;
  now += 31 * DAY;
  await until(async () => stateOf(edge).key.publicKey !== before);
  await running.stop();
  return { edge, backup, before };
}

/** The hub has another port each time. */
const moveTo = (edge: string) =>
  writeFileSync(stateFile(edge), JSON.stringify({ ...stateOf(edge), url: rig.url }));

it('knows the keys of edges as they are now, whichever backup it has', async () => {
  const { edge, backup } = await rotatedAfterBackup();
  const stolen = mkdtempSync(join(root, 'edge-'));
  const struck = start(stolen, await rig.add('web-8'));
  await until(async () => isConnected('web-8'));
  const later = join(folder, 'later.db');
  await backUp(url, later);
  await struck.stop();
  await rig.revoke('web-8');
  await close();

  for (const file of [later, backup]) {
    const { edges } = await restore(url, file, `before-${file.length}`);
    expect(edges).toEqual({ areKept: true, named: ['web-7', 'web-8'] });
  }

  await open();
  for (const one of [edge, stolen]) moveTo(one);
  start(edge);
  const refused = start(stolen);
  await until(async () => isConnected('web-7'));
  const said = () => refused.logged.some(({ fields }) => fields.code === 'unknown-key');
  await until(async () => said());
  expect(isConnected('web-8')).toBe(false);
  expect((await store.edges.listEdges()).map(({ name }) => name)).toEqual(['web-7', 'web-8']);
});

it('keeps those of the backup where another hub is replaced, or nothing, and names them', async () => {
  const { backup } = await rotatedAfterBackup();
  await close();
  for (const ending of databaseEndings) rmSync(join(folder, `s.db${ending}`), { force: true });
  const known = { areKept: false, named: ['web-7'] };
  expect((await restore(url, backup, 'a')).edges).toEqual(known);

  const other = mkdtempSync(join(root, 'db-'));
  url = `sqlite:${other}/s.db`;
  await open();
  await close();
  expect((await restore(url, backup, 'b')).edges).toEqual(known);

  writeFileSync(join(other, 's.db'), 'damaged '.repeat(1_000));
  expect((await restore(url, backup, 'c')).edges).toEqual(known);
  await open();
});

it('an edge whose key was changed since the backup shows its former one', async () => {
  const { edge, backup, before } = await rotatedAfterBackup();
  await close();
  for (const ending of databaseEndings) rmSync(join(folder, `s.db${ending}`), { force: true });
  copyFileSync(backup, join(folder, 's.db'));
  now -= 30 * DAY;
  await open();
  moveTo(edge);
  expect(stateOf(edge).former.publicKey).toBe(before);

  start(edge);

  await until(async () => isConnected('web-7'));
  await until(async () => stateOf(edge).former === null);
  expect(stateOf(edge)).toMatchObject({ key: { publicKey: before }, next: null });
  expect((await store.edges.listEdges())[0]).toMatchObject({ copy: null });
});

import type { Sighting } from '../../src/ports/watch-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { baseImage } from '../support/real-engine.ts';
import { openRealPodman, type RealPodman } from '../support/real-podman.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

const HOST = 'podman';
let engine: RealPodman;
let place: TemporaryDatabase;
let store: Store;
let rig: WatchRig;

beforeAll(async () => {
  engine = await openRealPodman();
  place = temporaryDatabase();
  store = await place.open(Date.now);
  rig = openWatchRig(store, { [HOST]: engine.url });
  await until(async () => (await store.watches.listWatches([HOST]))[0]?.since != null);
});
afterAll(async () => {
  await rig?.close();
  await store?.close();
  place?.remove();
  await engine?.close();
});

const run = (name: string, ...words: string[]) =>
  engine.docker('run', '--detach', '--network', 'none', '--name', name, ...words);
const events = async (id: string) =>
  (await store.watches.listEvents({ hosts: [HOST], since: 0, limit: 1_000 })).filter(
    ({ containerId }) => containerId === id,
  );
const has = (id: string, kind: Sighting['kind']) => async () =>
  (await events(id)).some((one) => one.kind === kind);
const rowOf = (id: string) =>
  place.rows<{ name: string; state: string; is_gone: number }>(
    `select name, state, is_gone from container where container_id = '${id}' order by id desc limit 1`,
  )[0];

it('records a container of Podman from its creation to its end', async () => {
  const id = run('short', baseImage, 'sleep', '1000');
  await until(has(id, 'created'));
  engine.docker('kill', 'short');
  await until(has(id, 'ended'));
  engine.docker('rm', 'short');
  await until(async () => (await events(id)).length === 4);
  const told = await events(id);

  expect(told.map(({ kind }) => kind)).toEqual(['created', 'started', 'ended', 'gone']);
  expect(told.find(({ kind }) => kind === 'ended')?.detail.exitCode).toBe(137);
  expect(rowOf(id)).toMatchObject({ name: 'short', state: 'exited', is_gone: 1 });
});

it('knows one that is removed by itself as it ends', async () => {
  const id = run('passing', '--rm', baseImage, 'true');
  await until(async () => (await events(id)).length === 4);

  // On a busy machine it is gone before it can be looked at.
  const glimpses = await store.watches.listGlimpses({ hosts: [HOST], since: 0 });
  const known = [rowOf(id)?.name, ...glimpses.map(({ name }) => name)];
  expect(known).toContain('passing');
});

it('knows the power of a command that runs, though Podman does not name it, and not its words', async () => {
  const id = run('host-of-execs', baseImage, 'sleep', '1000');
  await until(has(id, 'created'));
  const words = ['--privileged', '--user', '1', 'host-of-execs'];
  // It stays as long as it may be asked for.
  engine.docker('exec', '--detach', ...words, 'sh', '-c', 'sleep 1000; true', 'a-secret-word');
  await until(has(id, 'exec'));
  const begun = (await events(id)).find(({ kind }) => kind === 'exec');

  expect(begun?.detail.exec).toEqual({ state: 'read', value: { user: '1', isPrivileged: true } });
  expect(place.holds(HOST)).toBe(true);
  expect(place.holds('a-secret-word')).toBe(false);
});

it('says so where the command had ended before it could be asked for', async () => {
  const id = run('host-of-moments', baseImage, 'sleep', '1000');
  await until(has(id, 'created'));
  engine.docker('exec', 'host-of-moments', 'true');
  await until(has(id, 'exec'));
  const begun = (await events(id)).find(({ kind }) => kind === 'exec');

  // Whether it is asked in time is luck; nothing is made up when it is not.
  expect([
    { state: 'read', value: { user: '', isPrivileged: false } },
    { state: 'unread', reason: 'the engine did not name it, and it had ended' },
  ]).toContainEqual(begun?.detail.exec);
});

it('misses nothing that the ledger does not name', async () => {
  expect(await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 })).toEqual([]);
});

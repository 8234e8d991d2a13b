import { mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import type { EdgeStore } from '../../src/ports/edge-store.ts';
import type { EdgeTunnels } from '../../src/ports/edge-tunnels.ts';
import type { Store } from '../../src/store/open-store.ts';
import { createKeyPair } from '../../src/tunnel/greeting.ts';
import { hashSecret } from '../../src/tunnel/one-time-key.ts';
import { storedGauges } from '../../src/web/stored-metrics.ts';
import { type EdgeRig, openEdgeRig, partsOf, showKey } from '../support/edge-rig.ts';
import { type FaultEngine, openFaultEngine } from '../support/fault-engine.ts';
import { openRecordedEngine } from '../support/recorded-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = makeTemporaryFolder();
const HOUR = 3_600_000;
let database: TemporaryDatabase;
let store: Store;
let rig: EdgeRig;
let engine: FaultEngine;
let now: number;
beforeEach(async () => {
  now = Date.now();
  database = temporaryDatabase();
  store = await database.open(() => now);
  rig = await openEdgeRig(store, () => now);
  engine = await openFaultEngine({ routes: { '/info': { ID: 'engine-1' }, '/networks': [] } });
});
afterEach(async () => {
  await rig.close();
  await engine.close();
  await store.close();
  database.remove();
});

const newFolder = () => mkdtempSync(join(root, 'edge-'));
const isConnected = (host: string) => async () => rig.tunnels.find(host) !== null;
const edge = async (host: string) =>
  (await store.edges.listEdges()).find(({ name }) => name === host);

test('an edge trades its one-time key for its own, and its engine is read like any other', async () => {
  const folder = newFolder();
  rig.startEdge({ key: await rig.add('web-7'), folder, engineUrl: engine.url });
  await until(isConnected('web-7'));

  const door = rig.door('web-7', ['GET /info', 'GET /networks']);
  expect(await door.get('/info')).toEqual({ ID: 'engine-1' });
  expect(await door.get('/networks')).toEqual([]);
  door.close();
  expect(await edge('web-7')).toMatchObject({ engineId: 'engine-1', tradeUntil: null, copy: null });
  expect(statSync(join(folder, 'edge')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'edge/edge.json')).mode & 0o777).toBe(0o600);
});

test('a scan asks for nothing that an edge refuses, and an edge measures no disk', async () => {
  const recorded = await openRecordedEngine();
  const key = await rig.add('web-7');
  rig.startEdge({ key, folder: newFolder(), engineUrl: recorded.url });
  await until(isConnected('web-7'));
  const refused: string[] = [];
  const ask: EdgeTunnels['ask'] = async (host, call, signal) => {
    const answer = await rig.tunnels.ask(host, call, signal);
    if (answer.status === 403) refused.push(call.path.replace(/^.*\//, ''));
    return answer;
  };
  const hosts = [{ name: 'web-7', url: 'edge://web-7', tunnels: { ask } }];
  const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('web-7');
  const ofScan = new Set(refused.splice(0));
  const query = { all: '1', size: '1' };
  const call = { method: 'GET', path: '/containers/json', query } as const;
  await ask('web-7', call, AbortSignal.timeout(10_000));
  await recorded.close();

  for (const section of ['containers', 'images', 'limits', 'processes', 'volumes'] as const) {
    expect(snapshot[section].state).toBe('read');
  }
  expect([...ofScan]).toEqual([]);
  expect(JSON.stringify(snapshot.setUid)).toContain('A host that dials out gives no files');
  expect(refused).toEqual(['json']);
});

test('it comes back with its own key, and the one-time key is worth nothing any more', async () => {
  const [folder, key] = [newFolder(), await rig.add('web-7')];
  const first = rig.startEdge({ key, folder, engineUrl: engine.url });
  await until(isConnected('web-7'));
  // The hub knows it before the edge does, which then writes that the one-time key is used.
  await until(async () => first.logged.some(({ text }) => text === 'connected to the hub'));
  await first.stop();
  await until(async () => rig.tunnels.find('web-7') === null);
  const { ino } = statSync(join(folder, 'edge/edge.json'));

  rig.startEdge({ folder, engineUrl: engine.url });
  await until(isConnected('web-7'));
  // A disk that is full keeps nobody from coming back: there is nothing to write.
  expect(statSync(join(folder, 'edge/edge.json')).ino).toBe(ino);
  const thief = rig.startEdge({ key, folder: newFolder(), engineUrl: engine.url });

  await expect(thief.ended).rejects.toThrow('this one-time key was traded already');
  expect((await edge('web-7'))?.copy).toMatchObject({
    what: 'a one-time key that was traded already',
  });
});

test('an edge that can write no new key down goes on with the one it has, and tries again', async () => {
  const folder = newFolder();
  const { logged } = rig.startEdge({
    ...{ key: await rig.add('web-7'), folder, engineUrl: engine.url },
  });
  await until(isConnected('web-7'));
  const session = rig.tunnels.find('web-7');
  const key = session?.publicKey;
  renameSync(join(folder, 'edge'), join(folder, 'away'));
  await store.edges.wantRotation('web-7');
  await until(async () => logged.some(({ text }) => text.includes('could not be written down')));
  renameSync(join(folder, 'away'), join(folder, 'edge'));

  expect(rig.tunnels.find('web-7')).toBe(session);
  expect(session?.publicKey).toBe(key);
  const now = performance.now.bind(performance);
  performance.now = () => now() + HOUR;
  await until(async () => session?.publicKey !== key).finally(() => {
    performance.now = now;
  });
  expect(rig.tunnels.find('web-7')).toBe(session);
});

test('expired, revoked, removed and unknown keys are refused', async () => {
  const { hubKey, secret } = partsOf(await rig.add('late'));
  now += HOUR + 1;
  expect(await showKey(rig.url, hubKey, { key: createKeyPair(), secret })).toBe(
    'one-time-key-expired',
  );
  const fresh = partsOf(await rig.revoke('late'));
  const key = createKeyPair();
  expect(await showKey(rig.url, hubKey, { key, secret: fresh.secret })).toBe('welcome late');
  await until(async () => rig.tunnels.find('late') === null);
  expect(await showKey(rig.url, hubKey, { key })).toBe('welcome late');

  await rig.revoke('late');
  expect(await showKey(rig.url, hubKey, { key })).toBe('unknown-key');
  await store.edges.removeEdge('late');
  expect(await showKey(rig.url, hubKey, { key, secret: fresh.secret })).toBe('unknown-key');
  expect(await showKey(rig.url, hubKey, { key: createKeyPair() })).toBe('unknown-key');
});

test.each(['revoked', 'removed'])(
  'a connection ends within seconds when its key is %s',
  async (how) => {
    rig.startEdge({ key: await rig.add('web-7'), folder: newFolder(), engineUrl: engine.url });
    await until(isConnected('web-7'));

    if (how === 'revoked') await rig.revoke('web-7');
    else await store.edges.removeEdge('web-7');

    await until(async () => rig.tunnels.find('web-7') === null);
    expect(rig.logged.map(({ fields }) => fields.why)).toContain(
      'its key was revoked, or the host removed',
    );
  },
);

/** What the metrics say of hosts that dial out. */
async function edgeSeries(): Promise<string[]> {
  const registry = new Registry();
  const { scans, watches, edges, scanJobs, feeds, outbox } = store;
  const set = storedGauges(registry, {
    ...{ hosts: [], unwatched: new Set<string>(), store: scans, watches, edges, scanJobs, feeds },
    ...{ outbox, feedsStaleAfterMs: HOUR, now: () => now },
  });
  await set([]);
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('seawall_edges'));
}

test('a copy of the key folder does not get in while the host is connected, and is named', async () => {
  const folder = newFolder();
  await rig.add('web-8');
  expect(await edgeSeries()).toContain('seawall_edges_copied 0');
  rig.startEdge({ key: await rig.add('web-7'), folder, engineUrl: engine.url });
  await until(isConnected('web-7'));
  const session = rig.tunnels.find('web-7');
  const { key, hubKey } = JSON.parse(readFileSync(join(folder, 'edge/edge.json'), 'utf8'));

  expect(await showKey(rig.url, hubKey, { key, engineId: 'engine-1' })).toBe('connected-elsewhere');

  expect(rig.tunnels.find('web-7')).toBe(session);
  expect((await edge('web-7'))?.copy?.what).toBe('the same key, while the host was connected');
  expect(await edgeSeries()).toEqual([
    'seawall_edges{state="connected"} 1',
    'seawall_edges{state="invited"} 1',
    'seawall_edges{state="away"} 0',
    'seawall_edges_copied 1',
  ]);
  now += 25 * HOUR;
  expect(await edgeSeries()).toContain('seawall_edges_copied 0');
});

test('a copy of the key folder beside another engine does not get in, connected or not', async () => {
  const folder = newFolder();
  const first = rig.startEdge({ key: await rig.add('web-7'), folder, engineUrl: engine.url });
  await until(isConnected('web-7'));
  await first.stop();
  const { key, hubKey } = JSON.parse(readFileSync(join(folder, 'edge/edge.json'), 'utf8'));
  await until(async () => (await edge('web-7'))?.connectedAt === null);

  expect(await showKey(rig.url, hubKey, { key, engineId: 'engine-2' })).toBe('other-engine');
  expect((await edge('web-7'))?.copy?.what).toBe('the same key, with an engine of another id');
});

test('an edge changes its key when it is asked, and the old one tells of a copy', async () => {
  const folder = newFolder();
  rig.startEdge({ key: await rig.add('web-7'), folder, engineUrl: engine.url });
  await until(isConnected('web-7'));
  const old = JSON.parse(readFileSync(join(folder, 'edge/edge.json'), 'utf8'));

  await store.edges.wantRotation('web-7');
  await until(async () => (await edge('web-7'))?.publicKey !== old.key.publicKey);
  await until(
    async () =>
      JSON.parse(readFileSync(join(folder, 'edge/edge.json'), 'utf8')).key.publicKey ===
      (await edge('web-7'))?.publicKey,
  );

  expect((await edge('web-7'))?.copy).toBeNull();
  expect(await showKey(rig.url, old.hubKey, { key: old.key })).toBe('key-was-replaced');
  expect((await edge('web-7'))?.copy?.what).toBe('a key that was replaced by a newer one');
  expect(rig.tunnels.find('web-7')).not.toBeNull();
});

test('an edge stays connected where a beat sees its new key before the hub has heard that it holds', async () => {
  const compared = Promise.withResolvers<void>();
  let isReplaced = false;
  const slow: EdgeStore = {
    ...store.edges,
    async replaceKey(...asked) {
      isReplaced = await store.edges.replaceKey(...asked);
      await compared.promise;
      return isReplaced;
    },
    async renewEdges(...asked) {
      const held = await store.edges.renewEdges(...asked);
      if (isReplaced) setTimeout(compared.resolve, 20);
      return held;
    },
  };
  const other = await openEdgeRig(store, () => now, slow);
  try {
    const folder = newFolder();
    other.startEdge({ key: await other.add('web-7'), folder, engineUrl: engine.url });
    await until(async () => other.tunnels.find('web-7') !== null);
    const session = other.tunnels.find('web-7');
    await store.edges.wantRotation('web-7');
    await compared.promise;

    expect(other.tunnels.find('web-7')).toBe(session);
    await until(async () => session?.publicKey === (await edge('web-7'))?.publicKey);
    expect(other.tunnels.find('web-7')).toBe(session);
  } finally {
    await other.close();
  }
});

test('a connection does not stay with a key that was replaced before the last', async () => {
  rig.startEdge({ key: await rig.add('web-7'), folder: newFolder(), engineUrl: engine.url });
  await until(isConnected('web-7'));
  const session = rig.tunnels.find('web-7');
  const first = session?.publicKey ?? '';
  let latest = first;
  for (let rotation = 0; rotation < 2; rotation += 1) {
    const before = latest;
    await store.edges.wantRotation('web-7');
    await until(async () => session?.publicKey !== before);
    latest = session?.publicKey ?? '';
  }

  expect(await store.edges.replaceKey('web-7', latest, first)).toBe(true);
  await until(async () => rig.tunnels.find('web-7') !== session);
});

test.each([
  ['took', 'next'],
  ['did not hear of', 'key'],
] as const)(
  'a new key that the hub %s before the word of it was lost is no copy',
  async (how, held) => {
    const folder = newFolder();
    const file = join(folder, 'edge/edge.json');
    const first = rig.startEdge({ key: await rig.add('web-7'), folder, engineUrl: engine.url });
    await until(async () => JSON.parse(readFileSync(file, 'utf8')).secret === null);
    await first.stop();
    await until(async () => (await edge('web-7'))?.connectedAt === null);
    const state = { ...JSON.parse(readFileSync(file, 'utf8')), next: createKeyPair() };
    writeFileSync(file, JSON.stringify(state));
    const { key, next } = state;
    if (how === 'took') await store.edges.replaceKey('web-7', key.publicKey, next.publicKey);

    rig.startEdge({ folder, engineUrl: engine.url });
    await until(isConnected('web-7'));

    expect(await edge('web-7')).toMatchObject({ copy: null, publicKey: state[held].publicKey });
    await until(async () => JSON.parse(readFileSync(file, 'utf8')).next === null);
    expect(JSON.parse(readFileSync(file, 'utf8')).key).toEqual(state[held]);
  },
);

test('ten clones of a machine are ten hosts', async () => {
  for (let index = 0; index < 10; index += 1) {
    const key = await rig.add(`clone-${index}`);
    rig.startEdge({ key, folder: newFolder(), engineUrl: engine.url });
  }
  await until(async () => rig.tunnels.list().length === 10);

  const all = await store.edges.listEdges();
  expect(new Set(all.map(({ publicKey }) => publicKey)).size).toBe(10);
  expect(all.map(({ engineId }) => engineId)).toEqual(Array(10).fill('engine-1'));
});

test('an edge that is cut while it is let in does not stay connected', async () => {
  const admitted = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  const slow: EdgeStore = {
    ...store.edges,
    async admit(...asked) {
      const admission = await store.edges.admit(...asked);
      if (admission.kind === 'refused') return admission;
      admitted.resolve();
      await cut.promise;
      return admission;
    },
  };
  const other = await openEdgeRig(store, () => now, slow);
  try {
    const { hubKey, secret } = partsOf(await rig.add('web-7'));
    const key = createKeyPair();
    const shown = showKey(other.url, hubKey, { key, secret }, admitted.promise);
    await expect(shown).rejects.toThrow('it is cut');
    // The hub has heard of that once it has answered somebody who came later.
    expect(await showKey(other.url, hubKey, { key: createKeyPair() })).toBe('unknown-key');
    cut.resolve();

    await until(async () => (await edge('web-7'))?.connectedAt === null);
    expect(other.tunnels.find('web-7')).toBeNull();
    expect(await showKey(rig.url, hubKey, { key })).toBe('welcome web-7');
  } finally {
    await other.close();
  }
});

test('who holds connections holds those alone that it names', async () => {
  const lease = { owner: 'a', leaseMs: 15_000 };
  const claim = { engineId: null, version: '1', address: '10.0.0.7', secretHash: null };
  for (const host of ['web-7', 'web-8']) {
    const { secret } = partsOf(await rig.add(host));
    const shown = { ...claim, publicKey: `key of ${host}`, secretHash: hashSecret(secret) };
    await store.edges.admit(shown, { ...lease, connection: `to ${host}` });
  }
  const connected = async () =>
    (await store.edges.listEdges())
      .filter(({ connectedAt }) => connectedAt !== null)
      .map(({ name }) => name);

  now += 10_000;
  database.passTime(10_000);
  const held = await store.edges.renewEdges({ ...lease, connections: ['to web-8'] });
  expect([...held.keys()]).toEqual(['web-8']);
  now += 10_000;
  database.passTime(10_000);

  expect(await connected()).toEqual(['web-8']);
});

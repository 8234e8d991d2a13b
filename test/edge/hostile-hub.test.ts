import { mkdtempSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import fc from 'fast-check';
import { connectHub } from '../../src/edge/connect-hub.ts';
import { declaredCalls } from '../../src/edge/declared-calls.ts';
import { openEngineClient } from '../../src/edge/engine-client.ts';
import { beginState, openKeyFolder } from '../../src/edge/key-folder.ts';
import { createKeyPair } from '../../src/tunnel/greeting.ts';
import { tunnelLimits } from '../../src/tunnel/limits.ts';
import { keepingLogger, type Logged } from '../support/edge-rig.ts';
import { type FaultEngine, openFaultEngine } from '../support/fault-engine.ts';
import { type Captured, type HostileHub, openHostileHub } from '../support/hostile-hub.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = makeTemporaryFolder();
const agent = new Agent();
let engine: FaultEngine;
let hub: HostileHub;
let captured: (edge: Captured) => void;
beforeAll(async () => {
  const MB = 1024 * 1024;
  engine = await openFaultEngine({
    routes: { '/info': { ID: 'engine-1' }, '/networks': [] },
    faults: {
      '/images/json': { kind: 'huge', bytes: 50 * MB, hasContentLength: false },
      '/volumes': { kind: 'hang' },
    },
  });
  hub = await openHostileHub((edge) => captured(edge));
});
afterAll(async () => {
  await hub.close();
  await engine.close();
});

/** Connects the real edge once; what `use` does with it ends the connection. */
async function withEdge(use: (edge: Captured) => Promise<void>, url = hub.url) {
  const stop = new AbortController();
  const logged: Logged[] = [];
  const folder = openKeyFolder(mkdtempSync(join(root, 'edge-')));
  const state = beginState({ url, hubKey: hub.key.publicKey, secret: 'secret' });
  const client = openEngineClient(engine.url);
  const parts = { folder, agent, log: keepingLogger(logged), version: '0.1.0' };
  const { promise, resolve } = Promise.withResolvers<Captured>();
  captured = resolve;
  const ended = connectHub(state, state.key, { ...parts, engine: client, signal: stop.signal });
  const edge = await Promise.race([promise, ended.then(() => null)]);
  // It takes the welcome in before it is asked for more than its calls at once.
  if (edge !== null && (await edge.socket.isAlive(10_000))) await use(edge);
  stop.abort();
  const end = await ended;
  client.close();
  return { end, logged };
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'get',
];
/** What engines answer beyond the list, and disguises of what is on it. */
const PATHS = [
  ...declaredCalls.map((call) => (call.split(' ')[1] ?? '').replaceAll('{id}', 'web')),
  ...[
    '/containers/create',
    '/containers/web/start',
    '/containers/web/exec',
    '/containers/web/attach',
  ],
  ...[
    '/containers/web/archive',
    '/containers/web/export',
    '/containers/web/logs',
    '/containers/prune',
  ],
  ...[
    '/exec/web/start',
    '/images/create',
    '/images/web/get',
    '/images/load',
    '/images/get',
    '/build',
  ],
  ...[
    '/commit',
    '/session',
    '/grpc',
    '/auth',
    '/swarm',
    '/swarm/unlockkey',
    '/secrets',
    '/configs',
  ],
  ...[
    '/plugins/web/json',
    '/distribution/web/json',
    '/system/df',
    '/networks/web',
    '/volumes/web',
    '/tasks',
  ],
  ...[
    '/services/web',
    '/nodes/web',
    '/libpod/containers/web/mount',
    '/libpod/containers/web/checkpoint',
  ],
  ...[
    '/containers/../secrets/json',
    '/containers/web%2F..%2Fcreate/json',
    '/containers//json',
    '//info',
  ],
  ...[
    '/info/',
    '/info?x=1',
    '/info#',
    '/info\r\nX: y',
    '/info HTTP/1.1',
    'http://other/info',
    '/v1.45',
  ],
  ...[
    '/v1.45/v1.45/info',
    '/v99999.1/info',
    '/v1.45/../containers/create',
    '/Info',
    ' /info',
    '',
    '*',
  ],
  ...[
    '/containers/..json/json',
    '/containers/./json',
    `/containers/${'x'.repeat(300)}/json`,
    '/info\0',
  ],
];

test('a hub gets no answer to any other method or path, and the engine hears of none', async () => {
  const before = engine.requests.length;
  const calls = METHODS.flatMap((method) => PATHS.map((path) => ({ method, path }))).filter(
    ({ method, path }) =>
      !declaredCalls.some((call) => call.replaceAll('{id}', 'web') === `${method} ${path}`),
  );
  const { logged } = await withEdge(async (edge) => {
    for (const [index, { method, path }] of calls.entries()) edge.ask(index + 1, method, path);
    await until(
      async () => edge.frames.filter(({ kind }) => kind === 'end').length === calls.length,
    );

    const statuses = edge.frames.flatMap((frame) =>
      frame.kind === 'head' ? [frame.head.status] : [],
    );
    expect(statuses).toEqual(calls.map(() => 403));
  });

  // The edge itself asks who its engine is.
  expect(engine.requests.slice(before).map(({ path }) => path)).toEqual(['/info']);
  const told = logged.filter(({ text }) => text.includes('does not answer'));
  expect(told.length).toBeGreaterThan(10);
  expect(told.length).toBeLessThan(40);
  expect(calls.length).toBeGreaterThan(500);
});

test('whatever bytes a hub seals, the engine hears of declared calls alone', async () => {
  const before = engine.requests.length;
  const kind = fc.constantFrom(0, 1, 1, 1, 2, 3, 4, 5, 16, 17, 255);
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record({
        method: fc.constantFrom(...METHODS),
        path: fc.constantFrom(...PATHS),
        query: fc.object(),
      })
      .map((request) => Buffer.from(JSON.stringify(request))),
  );
  const frames = fc.array(fc.tuple(kind, fc.nat(3), payload), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(frames, async (sent) => {
      const { end } = await withEdge(async (edge) => {
        for (const [code, id, rest] of sent) {
          edge.send(Buffer.concat([Buffer.from([code, 0, 0, 0, id]), rest]));
        }
        await edge.socket.isAlive(2_000);
      });
      expect(end.kind).toBe('ended');
    }),
    { numRuns: 40 },
  );
  const isListed = ({ method, path }: { method: string; path: string }) =>
    declaredCalls.some((call) => call.replaceAll('{id}', 'web') === `${method} ${path}`);
  expect(engine.requests.slice(before).filter((asked) => !isListed(asked))).toEqual([]);
});

test.each([
  ['no frame', (edge: Captured) => edge.send(Buffer.from([1]))],
  ['a frame of an edge', (edge: Captured) => edge.send(Buffer.from([16, 0, 0, 0, 1]))],
  ['more than a message', (edge: Captured) => edge.send(Buffer.alloc(tunnelLimits.messageBytes))],
  ['what nobody sealed', (edge: Captured) => edge.sendOpenly(Buffer.alloc(40))],
  [
    'asking again and again for what is refused',
    (edge: Captured) => {
      for (let id = 1; id <= 2_000; id += 1) edge.ask(id, 'GET', '/secrets');
    },
  ],
  [
    'asking again and again for more than it answers at once',
    (edge: Captured) => {
      for (let id = 1; id <= 2_000; id += 1) edge.ask(id, 'GET', '/volumes');
    },
  ],
  [
    'one number twice',
    (edge: Captured) => {
      edge.ask(1, 'GET', '/volumes');
      edge.ask(1, 'GET', '/volumes');
    },
  ],
])('%s ends the connection', async (_what, send) => {
  const { end } = await withEdge(async (edge) => {
    send(edge);
    await edge.socket.ended;
  });

  expect(end.kind).toBe('ended');
});

test('a hub that reads nothing gets a window, whatever it grants', async () => {
  await withEdge(async (edge) => {
    edge.ask(1, 'GET', '/images/json', { all: '0' });
    const bytes = () =>
      edge.frames.reduce((sum, frame) => sum + (frame.kind === 'data' ? frame.data.length : 0), 0);
    const nearly = tunnelLimits.windowBytes - tunnelLimits.dataBytes;
    await until(async () => bytes() >= nearly);
    await edge.socket.isAlive(2_000);
    expect(bytes()).toBeLessThanOrEqual(tunnelLimits.windowBytes);

    // Grants beyond the window count as one.
    const grant = Buffer.from([2, 0, 0, 0, 1, 255, 255, 255, 255]);
    edge.send(grant);
    await until(async () => bytes() >= tunnelLimits.windowBytes + nearly);
    await edge.socket.isAlive(2_000);
    expect(bytes()).toBeLessThanOrEqual(2 * tunnelLimits.windowBytes);
  });
});

test('more calls at once than it answers are refused, and more streams', async () => {
  await withEdge(async (edge) => {
    for (let id = 1; id <= tunnelLimits.callsAtOnce + 5; id += 1) edge.ask(id, 'GET', '/volumes');
    await until(async () => edge.frames.length === 5);

    expect(edge.frames.map((frame) => (frame.kind === 'failed' ? frame.why : frame.kind))).toEqual(
      Array(5).fill('busy'),
    );
  });
});

test('whoever has not the key of the hub is told nothing', async () => {
  const proved: Captured[] = [];
  const other = await openHostileHub((edge) => proved.push(edge), createKeyPair());
  const { end } = await withEdge(async () => {}, other.url);
  await other.close();

  expect(end).toMatchObject({ kind: 'failed', why: expect.stringContaining('is not the hub') });
  expect(proved).toEqual([]);
});

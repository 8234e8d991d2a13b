import { once } from 'node:events';
import { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import { greetHub } from '../../src/edge/greet-hub.ts';
import { OpenCall } from '../../src/hub/edge-session.ts';
import { hubLimits } from '../../src/hub/limits.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEdgesStore } from '../../src/store/edges.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type EdgeFrame, readHubFrame, writeFrame } from '../../src/tunnel/frames.ts';
import {
  createKeyPair,
  type KeyPair,
  type Seal,
  signStatement,
} from '../../src/tunnel/greeting.ts';
import { tunnelLimits } from '../../src/tunnel/limits.ts';
import { openTunnelSocket, type TunnelSocket } from '../../src/tunnel/tunnel-socket.ts';
import {
  type EdgeRig,
  openEdgeRig,
  partsOf,
  showKey,
  strangersOpening,
} from '../support/edge-rig.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';

const now = performance.now.bind(performance);
const upgrading =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
let database: TemporaryDatabase;
let store: Store;
let rig: EdgeRig;
beforeEach(async () => {
  database = temporaryDatabase();
  store = await database.open(Date.now);
  rig = await openEdgeRig(store);
});
afterEach(async () => {
  performance.now = now;
  await rig.close();
  await store.close();
  database.remove();
});

async function connect(): Promise<{ socket: WebSocket; messages: TunnelSocket; sent: Buffer[] }> {
  const socket = new WebSocket(rig.url);
  const messages = openTunnelSocket(socket, 8);
  const sent: Buffer[] = [];
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    socket,
    messages: {
      ...messages,
      send: (bytes) => messages.send(bytes).then(() => void sent.push(bytes)),
    },
    sent,
  };
}

/** An edge that was let in and answers as it likes. */
async function letIn(): Promise<{
  messages: TunnelSocket;
  seal: Seal;
  sent: Buffer[];
  offer: () => Buffer;
}> {
  const { hubKey, secret } = partsOf(await rig.add('web-7'));
  const { messages, sent } = await connect();
  const key = createKeyPair();
  const proof = { key, secret, engineId: 'e', version: '0.1.0' };
  const greeted = await greetHub(messages, hubKey, proof);
  if (greeted.kind !== 'welcome') throw new Error(greeted.text);
  const { seal, transcript } = greeted;
  /** A new key, as nobody asked for it. */
  const offer = () => {
    const { publicKey, privateKey } = createKeyPair();
    const byOld = signStatement(key.privateKey, 'new-key-by-old', transcript, publicKey);
    const byNew = signStatement(privateKey, 'new-key-by-new', transcript, publicKey);
    return seal.seal(writeFrame({ kind: 'new-key', key: publicKey, byOld, byNew }));
  };
  return { messages, sent, seal, offer };
}

test('a recorded greeting opens nothing a second time', async () => {
  const { messages, sent } = await letIn();
  messages.close('recorded');
  await until(async () => rig.tunnels.find('web-7') === null);

  const { messages: again } = await connect();
  for (const bytes of sent) {
    await again.send(bytes).catch(() => {});
    await again.next().catch(() => {});
  }
  await again.ended;

  expect(rig.tunnels.find('web-7')).toBeNull();
  expect(rig.logged.at(-1)?.fields.why).toContain('not from the other end');
});

test.each([
  ['no JSON', Buffer.from('hello')],
  ['an empty object', Buffer.from('{}')],
  ['more than a greeting', Buffer.alloc(tunnelLimits.greetingBytes + 1)],
  ['more than a message', Buffer.alloc(tunnelLimits.messageBytes + 1)],
  ['deep JSON', Buffer.from('['.repeat(4000))],
])('a stranger who sends %s is shown out', async (_what, bytes) => {
  const { messages } = await connect();
  await messages.send(bytes);

  expect(await messages.ended).toMatch(/closed|ECONNRESET/);
});

test('so is one who proves nothing', async () => {
  const { messages } = await connect();
  await messages.send(strangersOpening());
  await messages.next();
  await messages.send(Buffer.alloc(200));

  await messages.ended;
  expect(rig.logged.at(-1)?.level).toBe('warn');
});

test('more strangers of one address than it takes are turned away at the door', async () => {
  const sockets = Array.from({ length: hubLimits.strangersOfAddress + 3 }, () => {
    const socket = new WebSocket(rig.url);
    return {
      socket,
      outcome: new Promise((resolve) => {
        socket.once('open', () => resolve('open'));
        socket.once('error', (error) => resolve(error.message));
      }),
    };
  });
  const outcomes = await Promise.all(sockets.map(({ outcome }) => outcome));
  for (const { socket } of sockets) socket.terminate();

  expect(outcomes.filter((outcome) => outcome !== 'open')).toEqual(
    Array(3).fill('Unexpected server response: 503'),
  );
});

test('who is turned away and stays on the line holds no connection', async () => {
  const line = createConnection({ port: rig.hub.port, host: '127.0.0.1', allowHalfOpen: true });
  const over = new Promise((resolve) => line.once('close', resolve));
  line.on('error', () => {}).resume();
  const { hostname } = new URL(rig.url);
  line.write(`GET /other HTTP/1.1\r\nHost: ${hostname}\r\n${upgrading}`);
  await once(line, 'end');

  // Who is gone answers what comes with a reset.
  const talk = setInterval(() => line.write('still here'), 20);
  await over.finally(() => clearInterval(talk));
});

test('who says nothing is cut where there are too many of one address, and others come in', async () => {
  const tooMany = 20;
  let cut = 0;
  const place = { port: rig.hub.port, host: '127.0.0.1', localAddress: '127.0.0.2' };
  const lines = Array.from({ length: hubLimits.waitingOfAddress + tooMany }, () =>
    createConnection(place)
      .on('error', () => {})
      .on('close', () => {
        cut += 1;
      })
      .resume(),
  );
  await until(async () => cut >= tooMany);

  const { messages } = await connect();
  expect(cut).toBe(tooMany);
  // Who upgrades does not say nothing.
  const others = await Promise.all(Array.from({ length: 5 }, connect));
  for (const line of lines) line.destroy();
  for (const one of [messages, ...others.map((other) => other.messages)]) one.close('seen enough');
});

test('a message that was parted on the way is put together', async () => {
  const { socket, messages } = await connect();
  const opening = strangersOpening();
  socket.send(opening.subarray(0, 10), { fin: false });
  socket.send(opening.subarray(10), { fin: true });

  expect((await messages.next()).length).toBeGreaterThan(0);
});

test('a message in more pieces than that is not put together', async () => {
  const { socket, messages } = await connect();
  const before = now();
  // The rest never comes, so the greeting alone would be waited for.
  for (let at = 0; at <= tunnelLimits.fragments; at++) {
    socket.send(Buffer.from('{'), { fin: false });
  }

  expect(await messages.ended).toMatch(/closed|ECONNRESET/);
  expect(now() - before).toBeLessThan(tunnelLimits.greetingMs / 2);
});

const id = 1;
const head: EdgeFrame = { kind: 'head', id, head: { status: 200, headers: {} } };
const data: EdgeFrame = { kind: 'data', id, data: Buffer.alloc(tunnelLimits.dataBytes) };
test.each<[string, (EdgeFrame | Buffer)[]]>([
  ['a head twice', [head, head]],
  ['a body without a head', [data]],
  ['an end without a head', [{ kind: 'end', id }]],
  ['more than there is room for', [head, ...Array<EdgeFrame>(9).fill(data)]],
  ['an empty part', [head, Buffer.from([17, 0, 0, 0, 1])]],
  [
    'what nobody asked for, for ever',
    // So many that a hub which stands still for seconds does not have room for all of them again.
    Array<EdgeFrame>(hubLimits.unknownBurst + 1_900).fill({ kind: 'end', id: 77 }),
  ],
  ['a frame of a hub', [Buffer.from([1, 0, 0, 0, 1])]],
  ['no frame', [Buffer.from([17])]],
  [
    'a key that is not signed',
    [{ kind: 'new-key', key: createKeyPair().publicKey, byOld: '', byNew: '' }],
  ],
])(
  'an edge that answers with %s loses its connection, and the call fails',
  async (_what, frames) => {
    const { messages, seal } = await letIn();
    messages.handle((bytes) => {
      if (readHubFrame(seal.open(bytes)).kind !== 'request') return;
      for (const frame of frames) {
        const bytes = seal.seal(Buffer.isBuffer(frame) ? frame : writeFrame(frame));
        messages.send(bytes).catch(() => {});
      }
    });
    await until(async () => rig.tunnels.find('web-7') !== null);
    const { signal } = new AbortController();
    const call = { method: 'GET', path: '/info', query: {} } as const;
    const asked = rig.tunnels.ask('web-7', call, signal).then(async (answer) => {
      // Nobody reads before all of it is there.
      await messages.ended;
      while ((await answer.next()) !== null);
    });

    await expect(asked).rejects.toMatchObject({ code: 'engine-cut' });
    await until(async () => rig.tunnels.find('web-7') === null);
  },
);

test('an edge that offers a key while another is put in its place loses its connection', async () => {
  let replaced = 0;
  const held = Promise.withResolvers<void>();
  await rig.close();
  rig = await openEdgeRig(store, Date.now, {
    ...store.edges,
    async replaceKey(...asked) {
      replaced += 1;
      await held.promise;
      return store.edges.replaceKey(...asked);
    },
  });
  const { messages, offer } = await letIn();
  for (let offered = 0; offered < 3; offered += 1) await messages.send(offer());

  await messages.ended;
  held.resolve();
  expect(replaced).toBe(1);
});

test('small parts of an answer are held as one', async () => {
  const granted: number[] = [];
  const grant = (bytes: number) => void granted.push(bytes);
  const call = new OpenCall('web-7', { grant, onCancel: () => {} });
  call.take(head);
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
  for (let at = 0; at < bytes.length; at += 1) {
    call.take({ kind: 'data', id, data: bytes.subarray(at, at + 1) });
  }
  call.take({ kind: 'end', id });

  const answer = await call.answer;
  const parts: Buffer[] = [];
  for (let part = await answer.next(); part !== null; part = await answer.next()) parts.push(part);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(parts.length).toBeLessThan(100);
});

test('what an edge complains of is kept without secrets', async () => {
  const call = new OpenCall('web-7', { grant: () => {}, onCancel: () => {} });
  const detail = 'mount failed: username=backup,password=hunter2-canary\nfor //nas';
  call.take({ kind: 'failed', id, why: 'unreachable', detail });

  const message = await call.answer.then(String, (error: Error) => error.message);
  expect(message).toContain('mount failed');
  expect(message).not.toMatch(/canary|\n/);
});

test('whether a stranger is known is read, and nobody who writes waits for it', async () => {
  const opened = await openDatabase(database.url, Date.now);
  const write = () => Promise.reject(new Error('it writes'));
  const edges = createEdgesStore({ ...opened, write }, Date.now);
  const shown = { engineId: null, version: '1', address: '192.0.2.1' };
  const lease = { owner: 'a', leaseMs: 1_000, connection: 'c' };
  const claim = { ...shown, publicKey: createKeyPair().publicKey, secretHash: 'no-such' };
  expect(await edges.admit(claim, lease)).toMatchObject({ code: 'unknown-key' });
  await opened.close();
});

test('strangers make few lines', async () => {
  // Each second gives room for more.
  const at = now();
  performance.now = () => at;
  const { hubKey } = partsOf(await rig.add('web-7'));
  const come = (key: KeyPair) => showKey(rig.url, hubKey, { key });
  expect(await come(createKeyPair())).toBe('unknown-key');
  const lines = () => rig.logged.filter(({ text }) => text.includes('not let in')).length;
  const keys = Array.from({ length: hubLimits.loggedBurst + 20 }, createKeyPair);
  expect(new Set(await Promise.all(keys.map(come)))).toEqual(new Set(['unknown-key']));

  expect(lines()).toBeLessThan(hubLimits.loggedBurst + 5);
});

import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { tunnelLimits } from '../../src/tunnel/limits.ts';
import { openTunnelSocket } from '../../src/tunnel/tunnel-socket.ts';

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

const connect = async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
};

/** A connection whose other end reads nothing. */
async function unread() {
  server.on('connection', (opened) => opened.pause());
  const socket = await connect();
  return { socket, messages: openTunnelSocket(socket, 1) };
}

test.each([
  ['bytes', 32 * 1024, 2_000],
  ['messages', 16, 1_000_000],
])('who leaves too many %s unread loses the connection', async (_what, size, most) => {
  const { socket, messages } = await unread();
  let why: string | null = null;
  void messages.ended.then((ended) => {
    why = ended;
  });
  let waiting = 0;
  for (let sent = 0; sent < most && why === null; sent += 1) {
    void messages.send(Buffer.alloc(size)).catch(() => {});
    waiting = Math.max(waiting, socket.bufferedAmount);
    if (sent % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  expect(await messages.ended).toContain('does not read');
  expect(waiting).toBeLessThanOrEqual(tunnelLimits.unsentBytes + 64 * 1024);
  await expect(messages.send(Buffer.alloc(1))).rejects.toThrow();
});

it('is not taken for dead because this process stood still', async () => {
  const messages = openTunnelSocket(await connect(), 1);
  const isAlive = messages.isAlive(1_000);
  const until = performance.now() + 1_200;
  while (performance.now() < until);

  expect(await isAlive).toBe(true);
  messages.close('it was seen');
});

it('is dead where no sign of life comes', async () => {
  const { messages } = await unread();

  expect(await messages.isAlive(50)).toBe(false);
  messages.close('it was seen');
});

it('keeps nothing of who asked for a sign of life', async () => {
  const { socket, messages } = await unread();
  const before = socket.listenerCount('pong');
  for (let asked = 0; asked < 3; asked += 1) await messages.isAlive(10);

  expect(socket.listenerCount('pong')).toBe(before);
  const waiting = messages.isAlive(60_000);
  messages.close('it was seen');
  expect(await waiting).toBe(false);
});

it('is given up after pings without an answer, and not after time in which this process stood still', async () => {
  const { setInterval } = globalThis;
  const { now } = performance;
  let beat = () => {};
  let why: string | null = null;
  globalThis.setInterval = ((task: () => void) => {
    beat = task;
    return setInterval(() => {}, tunnelLimits.pingMs);
  }) as typeof setInterval;
  try {
    const { messages } = await unread();
    void messages.ended.then((ended) => {
      why = ended;
    });
    performance.now = () => now.call(performance) + 10 * tunnelLimits.pingMs;
    beat();
    await new Promise((resolve) => setImmediate(resolve));
    expect(why).toBeNull();

    for (let beats = 0; beats < 3; beats += 1) beat();
    expect(await messages.ended).toBe('no sign of life');
  } finally {
    Object.assign(globalThis, { setInterval });
    Object.assign(performance, { now });
  }
});

import http from 'node:http';
import net from 'node:net';
import { type HttpDoor, openHttpDoor } from '../../src/chat/http-door.ts';
import { keepingLogger } from '../support/edge-rig.ts';
import { until } from '../support/until.ts';

const now = Math.floor(Date.now() / 1_000) * 1_000;
let door: HttpDoor;
let port: number;
const { createServer } = http;
beforeAll(() => {
  // A machine that stands still is no sender that is slow.
  const patient = { headersTimeout: 0, requestTimeout: 0 };
  const createPatient = (limits: http.ServerOptions, listener: http.RequestListener) =>
    createServer({ ...limits, ...patient }, listener);
  Object.assign(http, { createServer: createPatient });
});
afterAll(() => Object.assign(http, { createServer }));
beforeEach(async () => {
  const log = keepingLogger([]);
  const signingSecret = 'x'.repeat(32);
  door = openHttpDoor({ signingSecret, operations: () => false, now: () => now, log });
  port = await door.listen(0, '127.0.0.1');
});
afterEach(() => door.close());

interface Sender {
  socket: net.Socket;
  /** What came back. */
  heard: () => string;
}

/** A request of which the body is still to come. */
function begin(bytes: number, headers: Record<string, string> = {}): Sender {
  const socket = net.connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => {
    heard += data.toString();
  });
  socket.on('error', () => {});
  const lines = { host: 'x', 'content-type': 'application/json', ...headers };
  socket.write(
    `POST /slack/events HTTP/1.1\r\n${Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}content-length: ${bytes}\r\n\r\n`,
  );
  return { socket, heard: () => heard };
}

const seconds = now / 1_000;
const signed = (at: number | string = seconds) => ({
  'x-slack-signature': `v0=${'0'.repeat(64)}`,
  'x-slack-request-timestamp': String(at),
});

test.each([
  ['old', seconds - 301],
  ['of the future', seconds + 301],
  ['no number', 'soon'],
])('a request whose time is %s is refused before its body', async (_what, at) => {
  const { socket, heard } = begin(1_000_000, signed(at));
  await until(async () => heard().startsWith('HTTP/1.1 401'));
  await until(async () => socket.destroyed);
});

test.each([
  ['without a signature', { 'x-slack-request-timestamp': String(seconds) }],
  ['without a time', { 'x-slack-signature': 'v0=0' }],
  ['without both', {}],
])('of a request %s no more is read than the certificate check has', async (_what, headers) => {
  const { socket, heard } = begin(1_000_000, headers);
  socket.write(Buffer.alloc(10_000, 'a'));
  await until(async () => heard().startsWith('HTTP/1.1 413'));
});

test('large bodies share so much room, small ones are taken beside them, and room comes back', async () => {
  const large = Array.from({ length: 20 }, () => begin(3_999_000, signed()));
  for (const { socket } of large) socket.write(Buffer.alloc(2_000_000, 'a'));
  const refused = () => large.filter(({ heard }) => heard().startsWith('HTTP/1.1 503'));
  // Eight have room.
  await until(async () => refused().length >= 12);

  const small = begin(10, signed());
  small.socket.write('x'.repeat(10));
  await until(async () => small.heard().startsWith('HTTP/1.1 401'));
  for (const { socket } of large) socket.destroy();
  await until(async () => {
    const again = begin(1_000_000, signed());
    again.socket.write(Buffer.alloc(1_000_000, 'a'));
    await until(async () => again.heard() !== '');
    again.socket.destroy();
    return again.heard().startsWith('HTTP/1.1 401');
  });
});

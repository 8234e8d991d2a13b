import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { callApi, openSilent } from './open-for-tests.ts';

type Frame = Record<string, unknown> & { type: string; envelope_id: string; payload: object };

const clock = createManualClock();
let workspace: Workspace;
const open: WebSocket[] = [];

beforeEach(async () => {
  workspace = await openSilent({ scheduler: clock, rateLimits: false });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await workspace.close();
});

async function connectTo(url: string) {
  const frames: Frame[] = [];
  const socket = new WebSocket(url);
  open.push(socket);
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  await once(socket, 'message');
  return { socket, frames };
}

async function connect() {
  const { url } = await callApi(workspace, 'apps.connections.open', {}, workspace.appToken);
  return connectTo(String(url));
}

const acknowledge = (socket: WebSocket, frame: Frame | undefined, payload?: object) =>
  socket.send(JSON.stringify({ envelope_id: frame?.envelope_id, payload }));

test('a connection is greeted, and its ticket works once', async () => {
  const { url } = await callApi(workspace, 'apps.connections.open', {}, workspace.appToken);
  const { frames } = await connectTo(String(url));

  expect(frames[0]).toMatchObject({
    type: 'hello',
    num_connections: 1,
    connection_info: { app_id: 'A0SEAWALL' },
    debug_info: { approximate_connection_time: 18_060 },
  });
  await expect(connectTo(String(url))).rejects.toThrow('401');
});

test('a command is acknowledged by its envelope, with a message', async () => {
  const { socket, frames } = await connect();
  const sending = workspace.sendCommand({ text: 'help' });
  await once(socket, 'message');

  expect(frames[1]).toMatchObject({
    type: 'slash_commands',
    accepts_response_payload: true,
    payload: { command: '/seawall', text: 'help' },
  });
  acknowledge(socket, frames[1], { text: 'on it' });
  const delivery = await sending;
  expect(delivery).toMatchObject({ ackStatus: 200, ackBody: { text: 'on it' } });
  expect(workspace.ephemerals('security', 'alice')).toMatchObject([{ text: 'on it' }]);
  void workspace.redeliver(delivery);
  await once(socket, 'message');
  expect(frames[2]).toEqual(frames[1]);
  acknowledge(socket, frames[2]);
});

test('an event takes no payload, and comes again when nobody acknowledges it', async () => {
  const { socket, frames } = await connect();
  const sending = workspace.sendMention({ text: 'hello' });
  await once(socket, 'message');
  clock.advance(3000);
  const delivery = await sending;
  clock.advance(0);
  await once(socket, 'message');

  expect(delivery.error).toBe('operation_timeout');
  expect(frames[1]).toMatchObject({
    type: 'events_api',
    accepts_response_payload: false,
    retry_attempt: 0,
  });
  expect(frames[2]).toMatchObject({
    envelope_id: frames[1]?.envelope_id,
    retry_attempt: 1,
    retry_reason: 'timeout',
  });
});

test('without a connection a command fails at once', async () => {
  expect(await workspace.sendCommand({ text: 'help' })).toMatchObject({ error: 'dispatch_failed' });
});

test('envelopes are spread over the connections', async () => {
  const pair = [await connect(), await connect()];
  for (const { socket, frames } of pair) {
    socket.on('message', () => acknowledge(socket, frames.at(-1)));
  }

  for (const text of ['one', 'two', 'three', 'four']) await workspace.sendCommand({ text });

  expect(pair.map(({ frames }) => frames.length)).toEqual([3, 3]);
});

test('the eleventh connection is sent away', async () => {
  for (let count = 0; count < 10; count += 1) await connect();

  const { frames, socket } = await connect();
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');

  expect(frames).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }]);
  expect(workspace.sockets.count()).toBe(10);
});

test('a connection told to leave gets no more envelopes and is cut after ten seconds', async () => {
  const { socket, frames } = await connect();
  workspace.sockets.disconnect('refresh_requested');
  await once(socket, 'message');

  expect(frames[1]).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
  expect(await workspace.sendCommand({ text: 'help' })).toMatchObject({ error: 'dispatch_failed' });
  const closed = once(socket, 'close');
  clock.advance(10_000);
  await closed;
  expect(workspace.sockets.count()).toBe(0);
});

test('connections are pinged at least every thirty seconds', async () => {
  const { socket } = await connect();

  const pinged = once(socket, 'ping');
  clock.advance(30_000);

  await pinged;
});

test('connections can be dropped without a word', async () => {
  const { socket } = await connect();
  const closed = once(socket, 'close');

  workspace.sockets.drop();

  await closed;
  await workspace.waitUntil(() => workspace.sockets.count() === 0, 60_000);
});

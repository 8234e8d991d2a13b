import { OutsideError } from '../../../src/shared/errors.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
let app: ChatApp;

beforeAll(() => process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
beforeEach(async () => {
  app = await openChatApp({ kind: 'socket' });
  await bothConnected();
});
afterEach(() => app.close());

const bothConnected = () =>
  app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
const allGone = () => app.workspace.waitUntil(() => app.workspace.sockets.count() === 0, 60_000);

test('the same envelope is answered once, over whichever socket it comes again', async () => {
  const delivery = await app.workspace.sendCommand({ text: 'help' });
  await app.answered(1);
  await app.workspace.redeliver(delivery);
  await app.workspace.redeliver(delivery);
  await app.workspace.sendCommand({ text: 'status' });
  await app.answered(2);

  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
});

test('an event that comes again as a retry is answered once', async () => {
  const delivery = await app.workspace.sendMention({ text: 'help' });
  await app.answered(1);
  await app.workspace.redeliver(delivery, { retryNum: 1 });
  await app.workspace.sendMention({ text: 'status' });
  await app.answered(2);

  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
});

test('a cut connection comes back at once', async () => {
  app.workspace.sockets.drop();
  await allGone();
  await bothConnected();

  expect(await app.workspace.sendCommand({ text: 'help' })).toMatchObject({ ackStatus: 200 });
  await app.answered(1);
  expect(app.isConnected()).toBe(true);
});

test('Slack may ask for a fresh connection', async () => {
  app.workspace.sockets.disconnect('refresh_requested');
  const opened = () =>
    app.workspace.calls.filter(({ method }) => method === 'apps.connections.open').length;
  await app.workspace.waitUntil(() => opened() >= 4 && app.workspace.sockets.count() === 2, 60_000);

  expect(await app.workspace.sendCommand({ text: 'help' })).toMatchObject({ ackStatus: 200 });
  await app.answered(1);
});

test.each<[string, () => void]>([
  ['says that there are too many', () => app.workspace.sockets.disconnect('too_many_websockets')],
  ['asks for a fresh one', () => app.workspace.sockets.disconnect('refresh_requested')],
  ['hangs up', () => app.workspace.sockets.drop()],
])('a Slack that %s at every connection is asked ever more seldom', async (_name, end) => {
  const opened = () =>
    app.workspace.calls.filter(({ method }) => method === 'apps.connections.open').length;
  const before = opened();
  const over = performance.now() + 3_000;
  while (performance.now() < over) {
    if (app.workspace.sockets.count() > 0) end();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  // Of two sockets: at once, after half a second, after one, after two, and a try that was under way.
  expect(opened() - before).toBeLessThanOrEqual(12);
  await bothConnected();
  expect(await app.workspace.sendCommand({ text: 'help' })).toMatchObject({ ackStatus: 200 });
});

test.each<[string, Parameters<ChatApp['workspace']['faults']['add']>[0]]>([
  ['is in trouble', { kind: 'status', status: 503 }],
  ['refuses the token', { kind: 'error', error: 'invalid_auth' }],
  ['cuts the answer', { kind: 'reset' }],
  ['answers with nonsense', { kind: 'malformed-json' }],
])('a connection comes back when Slack %s for a while', async (_name, fault) => {
  app.workspace.faults.add({ ...fault, method: 'apps.connections.open', count: 4 });
  app.workspace.sockets.drop();
  await allGone();
  await app.workspace.waitUntil(() => app.workspace.sockets.count() > 0, 60_000);

  expect(await app.workspace.sendCommand({ text: 'help' })).toMatchObject({ ackStatus: 200 });
  await app.answered(1);
});

test('while it is without a connection it says so, and ends when asked to', async () => {
  app.workspace.faults.add({
    kind: 'status',
    status: 503,
    method: 'apps.connections.open',
    count: 50,
  });
  app.workspace.sockets.drop();
  await allGone();
  while (app.isConnected()) await new Promise((resolve) => setTimeout(resolve, 5));

  app.workspace.faults.clear();
  await app.restart();
  expect(app.isConnected()).toBe(true);
});

test('a refused app token ends the start', async () => {
  const opening = openChatApp({ kind: 'socket', appToken: 'xapp-wrong' });

  await expect(opening).rejects.toThrow(OutsideError);
  await expect(opening).rejects.toThrow('apps.connections.open: invalid_auth');
});

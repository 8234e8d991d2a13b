import type { RateSettings } from '../../../src/chat/rates.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { press, pressable } from '../../support/pressing.ts';

const rates: RateSettings = {
  user: { requests: 6, scans: 2 },
  channel: { requests: 9, scans: 3 },
};
const everybody = { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] };
let app: ChatApp;
let now: number;

async function open(options: ChatAppOptions = {}): Promise<void> {
  now = Date.now();
  app = await openChatApp({
    ...{ rateLimits: false, containers: 1, rates, access: everybody },
    change: () => ({ now: () => now }),
    ...options,
  });
}
afterEach(() => app.close());

async function ask(text: string, user = 'alice') {
  const count = app.answers.length + 1;
  const { ackStatus } = await app.workspace.sendCommand({ text, user });
  await app.answered(count);
  expect(ackStatus).toBe(200);
  return app.answers.at(-1);
}
const privateOnes = (user = 'alice') =>
  app.workspace
    .ephemerals('security', user)
    .filter(({ isFromApp }) => isFromApp)
    .map(readable);
/** Answers that everybody sees, without what stands in their threads. */
const shownToAll = () =>
  app.workspace
    .messages('security')
    .filter((message) => message.isFromApp && message.thread_ts === undefined);
const tooOften = { kind: 'problem', cause: 'too-often' };

test('who asks too often is told when to ask again, alone, and is answered then', async () => {
  await open();
  for (let count = 0; count < 6; count += 1)
    expect(await ask('status')).toMatchObject({ kind: 'status' });

  expect(await ask('status')).toMatchObject({
    ...tooOften,
    message: 'That was too much at once. Ask again in 10 seconds.',
    hint: 'I answer 6 requests a minute of one person; whoever runs Seawall can change that (rates.user.requests).',
    next: [],
  });
  expect(privateOnes().at(-1)).toContain('Ask again in 10 seconds.');
  expect(await ask('status', 'bob')).toMatchObject({ kind: 'status' });
  now += 10_000;
  expect(await ask('status')).toMatchObject({ kind: 'status' });
  expect(shownToAll()).toEqual([]);
});

test('a channel has its own rate', async () => {
  await open();
  for (const user of ['alice', 'bob']) {
    for (let count = 0; count < 4; count += 1) await ask('status', user);
  }
  await ask('status');
  expect(await ask('status', 'bob')).toMatchObject({
    ...tooOften,
    hint: expect.stringContaining('9 requests a minute in this channel'),
  });
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text: 'status', user: 'bob', channel: 'general' });
  await app.answered(count);
  expect(app.answers.at(-1)).toMatchObject({ kind: 'status' });
});

test('thirty scans at once start two, and no engine is asked for the others', async () => {
  await open({ rates: { user: { requests: 60, scans: 2 }, channel: { requests: 60, scans: 9 } } });
  const lines = Array.from({ length: 30 }, (_, index) => (index % 2 ? 'scan on all' : 'scan'));
  await Promise.all(lines.map((text) => app.workspace.sendCommand({ text })));
  await app.answered(30);

  const refused = app.answers.filter(({ kind }) => kind === 'problem');
  expect(refused).toHaveLength(28);
  expect(refused[0]).toMatchObject({
    ...tooOften,
    message: 'That was too much at once. Ask again in 30 seconds.',
    hint: expect.stringContaining('I answer 2 scans a minute of one person'),
  });
  expect(app.snapshots.length).toBeLessThanOrEqual(4);
  expect(shownToAll()).toHaveLength(2);
  expect(privateOnes()).toHaveLength(28);
  expect(await ask('status')).toMatchObject({ kind: 'status' });
});

test.each(['whoami', 'digest now'])('“%s” makes engines work as a scan does', async (line) => {
  await open();
  await ask('scan');
  await ask('scan');

  expect(await ask(line)).toMatchObject(tooOften);
});

test('a scan that was mentioned too often is refused to its author alone', async () => {
  await open();
  await ask('scan');
  await ask('scan');
  const before = shownToAll().length;
  await app.workspace.sendMention({ text: 'scan' });
  await app.answered(3);

  expect(app.answers[2]).toMatchObject(tooOften);
  expect(shownToAll()).toHaveLength(before);
  expect(privateOnes().at(-1)).toContain('Ask again in');
});

test('a button that came too often can be pressed again later', async () => {
  await open();
  await ask('scan');
  await ask('scan');
  const scan = () => shownToAll().at(-1);
  await press(app, scan(), 'Rescan');
  await app.answered(3);
  now += 60_000;
  await press(app, scan(), 'Rescan');
  await app.answered(4);

  expect(app.answers.map(({ kind }) => kind)).toEqual(['scan', 'scan', 'problem', 'scan']);
});

test('mentions, direct messages, buttons, the Home tab and forms are counted, and told as they can be', async () => {
  const rate = { requests: 3, scans: 3 };
  await open({ rates: { user: rate, channel: { requests: 100, scans: 100 } } });
  await ask('scan');
  await ask('findings');
  const list = app.workspace
    .ephemerals('security', 'alice')
    .find(({ blocks }) => pressable(blocks).some(({ label }) => label.startsWith('Filter')));
  await press(app, list, 'Filter …');
  await app.workspace.waitUntil(() => app.workspace.modals('alice').length === 1, 60_000);

  const { ackBody } = await app.workspace.submitView({ user: 'alice', values: {} });
  expect(JSON.stringify(ackBody)).toContain('Ask again in 20 seconds.');
  await app.workspace.sendMention({ text: 'status' });
  await app.workspace.sendDirectMessage({ text: 'status' });
  await press(app, list, 'Filter …');
  await app.workspace.openHome({ user: 'alice' });
  await app.answered(5);
  await app.workspace.waitUntil(() => app.workspace.home('alice') !== undefined, 60_000);

  expect(app.answers.slice(2)).toEqual(
    Array.from({ length: 3 }, () => expect.objectContaining(tooOften)),
  );
  expect(shownToAll()).toHaveLength(1);
  expect(JSON.stringify(app.workspace.home('alice'))).toContain('Ask again in 20 seconds.');
});

test('what Slack delivers again counts once', async () => {
  await open();
  const delivery = await app.workspace.sendMention({ text: 'status' });
  await app.answered(1);
  for (let count = 0; count < 10; count += 1) {
    await app.workspace.redeliver(delivery, { retryNum: 1 });
  }

  expect(await ask('status')).toMatchObject({ kind: 'status' });
});

test('a line that is longer than any is a mistake', async () => {
  await open();

  expect(await ask(`findings ${'x'.repeat(30_000)}`)).toMatchObject({
    ...{ kind: 'problem', cause: 'mistake' },
    message: 'A line has at most 4000 characters; this one has 30009.',
  });
});

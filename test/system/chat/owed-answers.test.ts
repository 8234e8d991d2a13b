import type { OutboxStore } from '../../../src/ports/outbox.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
  refuseSecretsInLog,
} from '../../support/chat-app.ts';
import { owed } from '../../support/outbox-rig.ts';

const security = 'C0SECURIT';
let app: ChatApp;

async function open(options: ChatAppOptions = {}): Promise<void> {
  const timings = {
    ...{ backoffMaxMs: 200, closeWaitMs: 100, tokenPauseMs: 50 },
    ...options.timings,
  };
  app = await openChatApp({ rateLimits: false, ...options, timings });
}
afterEach(async () => {
  app.workspace.faults.clear();
  await app.close();
  refuseSecretsInLog(app);
});

const posts = () => app.workspace.messages(security).filter(({ isFromApp }) => isFromApp);
const texts = () => posts().map(({ text }) => text);
const slackIsAway = () =>
  app.workspace.faults.add({ kind: 'status', status: 503, method: 'chat.postMessage', count: 999 });

test('an answer that Slack did not take before the end comes after the next start, once', async () => {
  await open();
  slackIsAway();

  await app.workspace.sendMention({ text: 'help' });
  await app.workspace.waitUntil(
    () => app.workspace.calls.some(({ method }) => method === 'chat.postMessage'),
    60_000,
  );
  await app.restart();
  expect(app.answers.map(({ kind }) => kind)).toEqual(['help']);
  expect(posts()).toEqual([]);
  app.workspace.faults.clear();
  await app.workspace.waitUntil(() => posts().length > 0, 60_000);
  await app.restart();

  const [question] = app.workspace.messages(security);
  expect(posts()).toMatchObject([{ text: 'What Seawall can answer', thread_ts: question?.ts }]);
  expect(app.log.join('\n')).toContain('waits in the outbox');
});

test('a scan whose result was lost on the way is one message, with its thread', async () => {
  await open();
  const lost = { kind: 'drop', isApplied: true, count: 3 } as const;
  app.workspace.faults.add({ ...lost, method: 'chat.update' });

  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);

  const [result, ...thread] = posts();
  expect(result?.text).toMatch(/^web-1 .*Grade F/);
  expect(thread.length).toBeGreaterThan(0);
  expect(thread.map(({ thread_ts }) => thread_ts)).toEqual(thread.map(() => result?.ts));
});

test('an answer of several messages comes whole and once, whatever is lost', async () => {
  await open();
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  const once = texts();
  const often = { method: 'chat.postMessage', count: 99, isApplied: true } as const;
  app.workspace.faults.add({ kind: 'drop', ...often, chance: 0.5, seed: 2 });
  app.workspace.faults.add({ kind: 'status', status: 503, ...often, chance: 0.5, seed: 4 });

  await app.workspace.sendMention({ text: 'inspect t37-stopped-priv' });
  await app.answered(2);

  const answer = texts().slice(once.length);
  app.workspace.faults.clear();
  await app.workspace.sendMention({ text: 'inspect t37-stopped-priv' });
  await app.answered(3);
  expect(texts().slice(once.length + answer.length)).toEqual(answer);
  expect(answer.length).toBeGreaterThan(1);
});

test.each<[string, () => Promise<never>]>([
  ['fails', () => Promise.reject(new OutsideError('store-failed', 'busy'))],
  ['says nothing', () => new Promise(() => {})],
])('a delivery that comes twice to a database that %s is answered once', async (_how, claim) => {
  await open({ deliveries: (store) => ({ ...store, claim }) });

  const delivery = await app.workspace.sendMention({ text: 'help' });
  await app.workspace.redeliver(delivery);
  await app.answered(1);
  await app.workspace.redeliver(delivery);
  await app.workspace.sendMention({ text: 'status' });
  await app.answered(2);

  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
  expect(texts()[0]).toBe('What Seawall can answer');
});

test('an outbox that takes nothing silences nobody', async () => {
  const put = () => Promise.reject(new OutsideError('store-failed', 'disk full'));
  await open({ outboxStore: (store): OutboxStore => ({ ...store, put }) });

  await app.workspace.sendCommand({ text: 'export csv' });
  await app.answered(1);

  const [answer, upload] = posts();
  expect(answer?.text).toContain('.csv');
  expect(upload).toMatchObject({ thread_ts: answer?.ts, files: [{}] });
});

test('an answer waits for a token that is refused, and comes when it works', async () => {
  await open();
  const method = 'chat.postMessage';
  app.workspace.faults.add({ kind: 'error', error: 'token_revoked', method, count: 999 });

  await app.workspace.sendMention({ text: 'help' });
  await app.answered(1);
  expect(posts()).toEqual([]);
  app.workspace.faults.clear();
  await app.workspace.waitUntil(() => posts().length > 0, 60_000);

  expect(texts()).toEqual(['What Seawall can answer']);
});

test('an answer that was given privately instead is not given again later', async () => {
  // Slack takes the token again before anybody tries it.
  await open({ timings: { tokenPauseMs: 60_000 } });
  const method = 'chat.postMessage';
  // The progress message, and the answer.
  app.workspace.faults.add({ kind: 'error', error: 'token_revoked', method, count: 2 });

  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  await app.outbox().put([owed('later')]);
  await app.workspace.waitUntil(() => posts().length > 0, 60_000);
  await app.restart();

  expect(texts()).toEqual(['later']);
  const private_ = app.workspace.ephemerals('security', 'alice').map(readable).join('\n');
  expect(private_).toContain('token_revoked');
});

test('a file whose answer comes later says how to get it', async () => {
  await open();
  slackIsAway();

  await app.workspace.sendMention({ text: 'export csv' });
  await app.workspace.waitUntil(
    () => app.workspace.calls.some(({ method }) => method === 'chat.postMessage'),
    60_000,
  );
  await app.restart();
  app.workspace.faults.clear();
  await app.workspace.waitUntil(() => posts().length >= 2, 60_000);

  expect(posts().map(readable).join('\n')).toContain('In a terminal: seawall export csv');
});

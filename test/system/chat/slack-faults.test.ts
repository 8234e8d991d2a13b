import type { Fault } from '../../../demo/workspace/faults.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
  refuseSecretsInLog,
} from '../../support/chat-app.ts';
import { until } from '../../support/until.ts';

/** One for all but what spoils it: a call that hangs is waited for, which others have no time for on a busy machine. */
const apps = new Map<string, ChatApp>();
let app: ChatApp;
/** Each test has one of its own. */
let channel: string;
let channels = 0;
/** Answers and calls to Slack before the test. */
let before = { answers: 0, calls: 0 };
const hasty = { callTimeoutMs: 2_000, responseTimeoutMs: 2_000 };

/** Goes on in a channel of its own with the app of that name, which is opened for the first that does. */
async function use(name: string, options: ChatAppOptions = {}): Promise<void> {
  app = apps.get(name) ?? (await openChatApp({ rateLimits: false, containers: 3, ...options }));
  apps.set(name, app);
  app.workspace.faults.clear();
  channels += 1;
  channel = app.workspace.channels.create({ name: `faults-${channels}` }).id;
  before = { answers: app.answers.length, calls: app.workspace.calls.length };
}

beforeEach(() => use('patient'));
afterEach(() => refuseSecretsInLog(app));
afterAll(() => Promise.all([...apps.values()].map((one) => one.close())));

const posts = () => app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const topLevel = () => posts().filter(({ thread_ts }) => thread_ts === undefined);
const privately = (place = channel) =>
  app.workspace.ephemerals(place, 'alice').filter(({ isFromApp }) => isFromApp);
const calls = () => app.workspace.calls.slice(before.calls);
const answered = (count: number) => app.answered(before.answers + count);

async function strike(fault: Fault, method: string): Promise<void> {
  if (fault.kind === 'hang') await use('hasty', { timings: hasty });
  app.workspace.faults.add({ ...fault, method });
}

const faults: [string, Fault][] = [
  ['hangs', { kind: 'hang' }],
  ['is in trouble twice', { kind: 'status', status: 503, count: 2 }],
  ['cuts the connection', { kind: 'reset', isApplied: false }],
  ['answers with nonsense', { kind: 'malformed-json', isApplied: false }],
  ['asks to wait', { kind: 'rate-limit', retryAfterSeconds: 1 }],
  ['asks to wait without saying how long', { kind: 'rate-limit', retryAfterSeconds: null }],
  ['has an internal error', { kind: 'error', error: 'fatal_error' }],
];

describe.each(['chat.postMessage', 'chat.update'])('when %s', (method) => {
  test.each(faults)(
    '%s, the scan still ends in one message with its thread',
    async (_name, fault) => {
      await strike(fault, method);

      expect(await app.workspace.sendCommand({ text: 'scan', channel })).toMatchObject({
        ackStatus: 200,
      });
      await answered(1);

      const [result, ...more] = topLevel();
      expect(more).toEqual([]);
      expect(result?.text).toMatch(/^web-1 .*: .*Grade F .*\d+ critical/);
      expect(posts().filter(({ thread_ts }) => thread_ts === result?.ts)).not.toEqual([]);
      expect(app.workspace.violations).toEqual([]);
    },
  );
});

test('when the first post took effect but its answer was lost, the result is not', async () => {
  app.workspace.faults.add({ kind: 'reset', isApplied: true, method: 'chat.postMessage' });

  await app.workspace.sendCommand({ text: 'scan', channel });
  await answered(1);

  expect(topLevel().filter(({ text }) => /^web-1 .*Grade F/.test(text))).toHaveLength(1);
});

test('when the progress message was deleted, the result comes anew', async () => {
  app.workspace.faults.add({
    kind: 'error',
    error: 'message_not_found',
    method: 'chat.update',
    count: 99,
  });

  await app.workspace.sendCommand({ text: 'scan', channel });
  await answered(1);

  expect(topLevel().filter(({ text }) => /^web-1 .*Grade F/.test(text))).toHaveLength(1);
});

test('a channel that must wait does not hold up another', async () => {
  app.workspace.faults.add({
    kind: 'rate-limit',
    retryAfterSeconds: 15,
    method: 'chat.postMessage',
    channel,
  });

  await app.workspace.sendMention({ text: 'help', channel });
  await app.workspace.waitUntil(() => calls().some(({ status }) => status === 429), 60_000);
  await app.workspace.sendMention({ text: 'status', channel: 'general' });
  await answered(1);

  expect(app.answers.slice(before.answers).map(({ kind }) => kind)).toEqual(['status']);
  await answered(2);
  expect(posts()).toHaveLength(1);
});

describe('a private answer', () => {
  test.each<[string, Fault]>([
    ['is used up', { kind: 'status', status: 404 }],
    ['is in trouble', { kind: 'status', status: 500, count: 2 }],
    ['hangs', { kind: 'hang', count: 2 }],
    ['cuts the connection', { kind: 'reset', isApplied: false, count: 2 }],
  ])('still arrives when the response_url %s', async (_name, fault) => {
    await strike(fault, 'response_url');

    await app.workspace.sendCommand({ text: 'help', channel });
    await answered(1);

    expect(privately().map(({ text }) => text)).toEqual(['What Seawall can answer']);
    const methods = calls().map(({ method }) => method);
    expect(methods.filter((method) => method === 'chat.postEphemeral')).toHaveLength(1);
  });

  test('is tried once more before another way is taken', async () => {
    app.workspace.faults.add({ kind: 'status', status: 500, method: 'response_url' });

    await app.workspace.sendCommand({ text: 'help', channel });
    await answered(1);

    expect(privately()).toHaveLength(1);
    expect(calls().map(({ method }) => method)).not.toContain('chat.postEphemeral');
  });
});

describe('a channel that takes no message', () => {
  test('without the bot in it: the answer comes privately and says why', async () => {
    const { id } = app.workspace.channels.create({ name: 'elsewhere', hasBot: false });

    await app.workspace.sendCommand({ text: 'scan', channel: id });
    await answered(1);

    const [answer, reason] = privately(id);
    expect(answer?.text).toMatch(/^web-1 .*Grade F/);
    expect(reason && readable(reason)).toContain('not_in_channel');
    expect(app.workspace.messages(id)).toEqual([]);
  });

  test('because it is archived: the answer comes privately and says why', async () => {
    app.workspace.channels.archive(channel);

    await app.workspace.sendCommand({ text: 'scan', channel });
    await answered(1);

    expect(privately().map(readable).join('\n')).toContain('is_archived');
    expect(posts()).toEqual([]);
  });

  test('because the token was revoked: the answer comes privately and says why', async () => {
    await use('revoked');
    app.workspace.revokeToken(app.workspace.botToken);

    await app.workspace.sendCommand({ text: 'scan', channel });
    await answered(1);

    expect(privately().map(readable).join('\n')).toContain('token_revoked');
  });
});

test('a direct message between two people takes none: the answer comes by the response_url', async () => {
  const { payload } = await app.workspace.sendDirectMessage({ text: 'help' });
  const { channel: direct } = payload.event as { channel: string };
  await answered(1);
  const gone = { kind: 'error', error: 'channel_not_found', count: 99 } as const;
  app.workspace.faults.add({ ...gone, method: 'chat.postMessage', channel: direct });

  await app.workspace.sendCommand({ text: 'scan', channel: direct });
  await answered(2);

  expect(privately(direct)[0]?.text).toMatch(/^web-1 .*Grade F/);
});

describe('a channel in which Slack fails at every message', () => {
  const fails = { kind: 'error', error: 'internal_error', method: 'chat.postMessage' } as const;

  test.each<[string, (text: string) => Promise<unknown>]>([
    ['typed', (text) => app.workspace.sendCommand({ text, channel })],
    ['mentioned', (text) => app.workspace.sendMention({ text, channel })],
  ])('%s: the answer comes privately and says why', async (_how, say) => {
    app.workspace.faults.add({ ...fails, channel, count: 99 });

    await say('scan');
    await answered(1);

    const [answer, ...reasons] = privately();
    expect(answer?.text).toMatch(/^web-1 .*Grade F/);
    expect(reasons.map(readable).join()).toContain('internal_error');
    expect(posts()).toEqual([]);
  });
});

describe('blocks that Slack refuses though they passed our check', () => {
  test.each(['msg_blocks_too_long', 'invalid_blocks'])(
    '%s: every word comes as text',
    async (error) => {
      app.workspace.faults.add({ kind: 'error', error, method: 'chat.postMessage' });

      await app.workspace.sendMention({ text: 'help', channel });
      await answered(1);

      const [message] = posts();
      expect(message?.blocks).toEqual([]);
      expect(message?.text).toContain('scan – Check hosts against the rules now');
      expect(message?.text).toContain('explain no-host-network – Explain a rule');
    },
  );
});

test('a person whom Slack does not know costs one call, and is in the log as that', async () => {
  const gone = { kind: 'error', error: 'user_not_found', method: 'chat.postEphemeral' } as const;
  app.workspace.faults.add({ kind: 'status', status: 404, method: 'response_url' });
  app.workspace.faults.add({ ...gone, count: 9 });
  const logged = app.log.length;

  await app.workspace.sendCommand({ text: 'help', channel });
  const isLost = (line: string) => line.includes('could not be delivered');
  await until(() => app.log.slice(logged).some(isLost));

  const lines = app.log.slice(logged);
  expect(lines.filter((line) => /refused blocks|nobody knows/.test(line))).toEqual([]);
  expect(calls().filter(({ method }) => method === 'chat.postEphemeral')).toHaveLength(1);
});

test('an answer that nobody takes is in the log with its reference', async () => {
  await use('revoked too');
  app.workspace.revokeToken(app.workspace.botToken);

  await app.workspace.sendMention({ text: 'help', channel });
  while (!app.log.some((line) => line.includes('could not be delivered'))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const line = app.log.find((text) => text.includes('could not be delivered')) ?? '';
  expect(line).toMatch(/"reference":"[0-9a-f]{4}"/);
  expect(line).toContain('token_revoked');
});

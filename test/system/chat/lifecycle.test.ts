import { runProgram } from '../../../src/programs/run-program.ts';
import type { OutsideError } from '../../../src/shared/errors.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';

const security = 'C0SECURIT';
const startedAt = Date.now();
let now = startedAt;
let app: ChatApp;

async function open(options: ChatAppOptions = {}): Promise<void> {
  now = startedAt;
  app = await openChatApp({ rateLimits: false, change: () => ({ now: () => now }), ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
}
afterEach(() => app.close());

const posts = (channel = security) =>
  app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const bugs = () => app.log.filter((line) => line.includes('a bug'));
/** Something that is answered after everything before it was handled. */
async function settle(channel = 'general') {
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text: 'status', channel });
  await app.answered(count);
}

describe.each<ChatKind>(['http', 'socket'])('invited over %s', (kind) => {
  test('it introduces itself once, in a few lines, and not again after a restart', async () => {
    await open({ kind, channelHosts: new Map([[security, ['web-2']]]) });

    await app.workspace.sendCommand({ text: 'scan on web-2', channel: 'general' });
    await app.answered(1);
    const joined = await app.workspace.invite({ channel: security });
    expect(joined).toMatchObject({ ackStatus: 200 });
    const message = await app.workspace.waitForMessage(security, (each) => each.isFromApp, 60_000);
    if (joined) await app.workspace.redeliver(joined);
    await app.restart();
    await app.workspace.invite({ channel: security });
    await settle();

    expect(posts()).toHaveLength(1);
    const lines = readable(message).split('\n').slice(1);
    expect(lines.join(' ')).toContain('web-2 (as of just now)');
    expect(lines.join(' ')).not.toContain('web-1');
    expect(message.blocks.length).toBeLessThanOrEqual(6);
    expect(app.workspace.violations).toEqual([]);
    expect(bugs()).toEqual([]);
  });
});

describe('an introduction', () => {
  const nobody = { view: ['U0NOBODY'], operate: [], approve: [] };
  const shown = async () => {
    await app.workspace.invite({ channel: security });
    return readable(await app.workspace.waitForMessage(security, isIntroduction, 60_000));
  };

  test('names no host where the channel may not ask, and says how to', async () => {
    await open({ access: nobody });

    const text = await shown();
    expect(text).not.toContain('web-');
    expect(text).toContain('/seawall status');
  });

  test('names hosts where the channel alone may ask', async () => {
    await open({ access: { ...nobody, view: [security] } });

    expect(await shown()).toContain('web-1 (never scanned)');
  });

  test('names no host in a channel that is shared with another organisation', async () => {
    await open();
    app.workspace.channels.share('security');

    const text = await shown();
    expect(text).not.toContain('web-');
    expect(text).toContain('/seawall status');
  });
});

test('it introduces itself again after a month, and never for somebody else', async () => {
  await open();

  await app.workspace.invite({ channel: security, member: 'bob' });
  await settle();
  expect(posts()).toEqual([]);

  await app.workspace.invite({ channel: security });
  await app.workspace.waitUntil(() => posts().length === 1, 60_000);
  now += 31 * 24 * 60 * 60_000;
  await app.workspace.invite({ channel: security });
  await app.workspace.waitUntil(() => posts().length === 2, 60_000);
  expect(posts().map(readable).join()).toContain('web-1 (never scanned), web-2 (never scanned)');
});

test('an introduction that Slack refused is given at the next invitation', async () => {
  await open();
  const method = 'chat.postMessage';
  app.workspace.faults.add({ kind: 'error', error: 'restricted_action', method });

  await app.workspace.invite({ channel: security });
  const said = () => app.log.some((line) => line.includes('could not be told'));
  await app.workspace.waitUntil(
    () => app.workspace.calls.some((each) => each.method === method),
    60_000,
  );
  while (!said()) await settle();
  await app.workspace.invite({ channel: security });
  await app.workspace.waitUntil(() => posts().length === 1, 60_000);
});

describe.each<ChatKind>(['http', 'socket'])('removed over %s', (kind) => {
  test('it posts, scans and connects no more, says so, and keeps the history', async () => {
    await open({ kind });
    await app.workspace.sendCommand({ text: 'scan' });
    await app.answered(1);
    await app.workspace.invite({ channel: security });
    await app.workspace.waitUntil(() => posts().some(isIntroduction), 60_000);
    const scans = app.snapshots.length;

    await app.workspace.uninstallApp();
    await app.workspace.waitUntil(() => !app.isConnected(), 60_000);
    if (kind === 'socket') {
      await app.workspace.waitUntil(() => app.workspace.sockets.count() === 0, 60_000);
    }
    const calls = app.workspace.calls.length;
    await app.workspace.sendCommand({ text: 'scan' });

    expect(app.snapshots).toHaveLength(scans);
    expect(app.workspace.calls).toHaveLength(calls);
    const said = app.log.filter((line) => line.includes('not connected any more'));
    expect(said).toHaveLength(1);
    expect(bugs()).toEqual([]);
    await app.stop();
    const rows = (table: string) => app.database.rows(`select count(*) as count from ${table}`)[0];
    expect(rows('scan')).toEqual({ count: 1 });
    expect(rows('introduction')).toEqual({ count: 0 });
    expect(rows('slack_loss')).toEqual({ count: 1 });
  });
});

test('the terminal tells it, and a start with that token is refused', async () => {
  await open();
  await app.workspace.revokeTokens();
  await app.workspace.waitUntil(() => !app.isConnected(), 60_000);
  await app.stop();

  const environment = {
    SLACK_BOT_TOKEN: app.workspace.botToken,
    SLACK_API_URL: app.workspace.apiUrl,
    DATABASE_URL: app.database.url,
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  };
  const status = await runInProcess(['status', '--json'], environment);
  const doctor = await runInProcess(['doctor'], environment);
  const slack = { at: new Date(now).toISOString(), reason: 'the bot token was revoked' };
  expect(JSON.parse(status)).toMatchObject({ answer: 'status', slack });
  expect(doctor).toContain('wrong   slack: Slack says token_revoked: the app was removed');
  const refused: Promise<OutsideError> = app.restart().then(
    () => Promise.reject(new Error('it started')),
    (error: OutsideError) => error,
  );
  expect((await refused).message).toContain('auth.test: token_revoked');
});

test('the token of a person is no concern of the bot', async () => {
  await open();

  await app.workspace.revokeTokens({ user: 'alice' });
  await settle();

  expect(app.isConnected()).toBe(true);
});

async function runInProcess(words: string[], environment: Record<string, string>) {
  let output = '';
  await runProgram({
    arguments: words,
    others: [],
    environment,
    cwd: '/',
    readFile: () => null,
    guardOf: () => null,
    async *stdin() {},
    stdout: (text) => {
      output += text;
    },
    stderr: () => {},
  });
  return output;
}

const isIntroduction = (message: Parameters<typeof readable>[0]) =>
  readable(message).includes('I am Seawall');

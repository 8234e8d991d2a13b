import type { AddressInfo } from 'node:net';
import { App, type AppOptions, LogLevel } from '@slack/bolt';
import { ErrorCode, WebClient } from '@slack/web-api';
import { openWorkspace, type Workspace } from '../../../../demo/workspace/workspace.ts';

/** Everything the workspace does is driven here by the real SDK as its client. */

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
const opened: { stop: () => Promise<unknown> }[] = [];

afterEach(async () => {
  for (const { stop } of opened.splice(0).toReversed()) await stop();
});

const go = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
} as const;

function addListeners(app: App): void {
  app.command('/seawall', async ({ ack, respond, command, client }) => {
    await ack();
    await respond(`working on ${command.text}`);
    const channel = command.channel_id;
    const { ts } = await client.chat.postMessage({ channel, text: 'scanning' });
    await client.chat.update({ channel, ts: ts ?? '', text: 'scanned', blocks: [go] });
    await client.chat.postMessage({ channel, text: 'details', ...(ts ? { thread_ts: ts } : {}) });
    await client.files.uploadV2({ channel_id: channel, filename: 'a.csv', content: 'a,b' });
  });
  app.action('go', async ({ ack, body, client, respond }) => {
    await ack();
    await respond({ text: 'replaced', replace_original: true });
    const trigger_id = 'trigger_id' in body ? body.trigger_id : '';
    await client.views.open({
      trigger_id,
      view: {
        type: 'modal',
        callback_id: 'accept',
        title: { type: 'plain_text', text: 'Accept' },
        submit: { type: 'plain_text', text: 'Accept' },
        blocks: [
          {
            type: 'input',
            block_id: 'reason',
            label: { type: 'plain_text', text: 'Reason' },
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    });
  });
  app.view('accept', async ({ ack, view }) => {
    const reason = view.state.values.reason?.text?.value ?? '';
    if (reason.length > 3) await ack();
    else await ack({ response_action: 'errors', errors: { reason: 'Say more' } });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'here I am', thread_ts: event.ts });
  });
}

async function startApp(workspace: Workspace, options: AppOptions): Promise<App> {
  const app = new App({
    token: workspace.botToken,
    deferInitialization: true,
    clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 1, minTimeout: 1 } },
    logger: silent,
    ...options,
  });
  addListeners(app);
  await app.init();
  return app;
}

async function open(mode: string): Promise<Workspace> {
  let port = 0;
  const requestUrl = () => `http://127.0.0.1:${port}/slack/events`;
  const delivery =
    mode === 'http' ? { mode: 'http' as const, requestUrl } : { mode: 'socket' as const };
  const workspace = await openWorkspace({ delivery });
  const { signingSecret, appToken } = workspace;
  const options = mode === 'http' ? { signingSecret } : { appToken, socketMode: true };
  opened.push({ stop: () => workspace.close() });
  const app = await startApp(workspace, options);
  opened.push({ stop: () => app.stop() });
  const server = await app.start(0);
  if (mode === 'http' && 'address' in server) port = (server.address() as AddressInfo).port;
  return workspace;
}

describe.each(['http', 'socket'])('a Bolt app over %s', (mode) => {
  test('answers a command with every kind of message', async () => {
    const workspace = await open(mode);

    const delivery = await workspace.sendCommand({ text: 'scan on web-1' });
    await workspace.waitForMessage('security', ({ files }) => files.length > 0, 60_000);

    expect(delivery).toMatchObject({ ackStatus: 200, ackBody: undefined });
    expect(workspace.ephemerals('security', 'alice')).toMatchObject([
      { text: 'working on scan on web-1' },
    ]);
    const [scanned, details] = workspace.messages('security');
    expect(scanned).toMatchObject({ text: 'scanned', edits: [{ text: 'scanning' }] });
    expect(details).toMatchObject({ text: 'details', thread_ts: scanned?.ts });
    expect(workspace.violations).toEqual([]);
  });

  test('handles a click, a modal and its submission', async () => {
    const workspace = await open(mode);
    await workspace.sendCommand({ text: '' });
    const message = await workspace.waitForMessage(
      'security',
      ({ blocks }) => blocks.length > 0,
      60_000,
    );

    await workspace.clickButton({ messageTs: message.ts, label: 'Go' });
    await workspace.waitUntil(() => workspace.modals('alice').length === 1, 60_000);
    const submit = (value: string) =>
      workspace.submitView({ values: { reason: { text: { type: 'plain_text_input', value } } } });

    expect(message.text).toBe('replaced');
    await submit('no');
    expect(workspace.modals('alice')[0]?.errors).toEqual({ reason: 'Say more' });
    await submit('accepted until May');
    expect(workspace.modals('alice')).toEqual([]);
  });

  test('answers a mention in its thread', async () => {
    const workspace = await open(mode);

    await workspace.sendMention({ text: 'hello' });

    const answer = await workspace.waitForMessage(
      'security',
      ({ text }) => text === 'here I am',
      60_000,
    );
    expect(answer.thread_ts).toBe(workspace.messages('security')[0]?.ts);
  });
});

test('a Bolt app over HTTP verifies the request URL and refuses a replay from the past', async () => {
  const workspace = await open('http');
  expect(await workspace.verifyRequestUrl()).toBe(true);

  workspace.faults.add({ kind: 'skew-clock', skewMs: -302_000 });

  expect(await workspace.sendCommand({ text: 'old' })).toMatchObject({ ackStatus: 401 });
});

test('a Bolt app over HTTP that knows no such command fails it for the user', async () => {
  const workspace = await open('http');

  const delivery = await workspace.sendCommand({ text: '', command: '/unknown' });

  expect(delivery.error).toMatch(/http_client_error|operation_timeout/);
  expect(workspace.ephemerals('security', 'alice')).toHaveLength(1);
});

test('a dropped socket comes back', async () => {
  const workspace = await open('socket');
  expect(workspace.sockets.count()).toBe(1);

  workspace.sockets.drop();
  await workspace.waitUntil(() => workspace.sockets.count() === 0, 60_000);
  const reconnections = () =>
    workspace.calls.filter(({ method }) => method === 'apps.connections.open').length;
  await workspace.waitUntil(() => reconnections() >= 2 && workspace.sockets.count() === 1, 60_000);

  expect(await workspace.sendCommand({ text: 'again' })).toMatchObject({ ackStatus: 200 });
});

describe('the Web API client', () => {
  let workspace: Workspace;
  const client = (options: object = {}) =>
    new WebClient(workspace.botToken, {
      slackApiUrl: workspace.apiUrl,
      logger: silent,
      retryConfig: { retries: 0 },
      ...options,
    });
  const hello = { channel: '#security', text: 'hello' };

  beforeEach(async () => {
    workspace = await openWorkspace({ delivery: { mode: 'socket' } });
    opened.push({ stop: () => workspace.close() });
  });

  test('reads Retry-After from a 429', async () => {
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 7 });

    await expect(
      client({ rejectRateLimitedCalls: true }).chat.postMessage(hello),
    ).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 7 });
  });

  test('gets through on the second try after a 503', async () => {
    workspace.faults.add({ kind: 'status', status: 503 });

    await client({ retryConfig: { retries: 1, minTimeout: 1 } }).chat.postMessage(hello);

    expect(workspace.calls.map(({ status }) => status)).toEqual([503, 200]);
  });

  test('gives up on a hanging call', async () => {
    workspace.faults.add({ kind: 'hang' });

    await expect(client({ timeout: 100 }).chat.postMessage(hello)).rejects.toMatchObject({
      code: ErrorCode.RequestError,
    });
  });

  test('posts twice when the answer to the first try was cut', async () => {
    workspace.faults.add({ kind: 'status', status: 502, isApplied: true });

    await client({ retryConfig: { retries: 1, minTimeout: 1 } }).chat.postMessage(hello);

    expect(workspace.messages('security')).toHaveLength(2);
  });

  test('is told what is wrong with its blocks', async () => {
    const text = { type: 'plain_text' as const, text: 'x'.repeat(151) };

    await expect(
      client().chat.postMessage({ ...hello, blocks: [{ type: 'header', text }] }),
    ).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: [expect.stringContaining('[json-pointer:/blocks/0/text/text]')],
        },
      },
    });
  });

  test('is told that its blocks are too long', async () => {
    const section = {
      type: 'section' as const,
      text: { type: 'mrkdwn' as const, text: 'x'.repeat(3000) },
    };
    const blocks = [section, section, section, section];

    await expect(client().chat.postMessage({ ...hello, blocks })).rejects.toMatchObject({
      data: { error: 'msg_blocks_too_long' },
    });
  });

  test('streams', async () => {
    const own = client();
    const { ts } = await own.chat.postMessage(hello);
    const stream = own.chatStream({
      channel: workspace.channels.find('security')?.id ?? '',
      thread_ts: ts ?? '',
      recipient_team_id: workspace.teamId,
      recipient_user_id: workspace.users.find('alice')?.id ?? '',
    });
    await stream.append({ markdown_text: 'x'.repeat(300) });
    await stream.append({ markdown_text: 'end' });
    await stream.stop();

    expect(workspace.messages('security')[1]?.text).toBe(`${'x'.repeat(300)}end`);
    expect(workspace.violations).toEqual([]);
  });
});

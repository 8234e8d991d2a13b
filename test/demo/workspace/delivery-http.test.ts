import { createHmac } from 'node:crypto';
import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { callApi, openSilent, openTestApp, type TestApp } from './open-for-tests.ts';

type AnswerOf = Parameters<typeof openTestApp>[0];

const clock = createManualClock();
let workspace: Workspace;
let app: TestApp;

async function open(answer: AnswerOf): Promise<void> {
  app = await openTestApp(answer);
  workspace = await openSilent({
    scheduler: clock,
    delivery: { mode: 'http', requestUrl: () => app.requestUrl },
  });
}

afterEach(async () => {
  await workspace.close();
  await app.close();
});

const button = (id: string) => ({
  type: 'actions',
  block_id: `block-${id}`,
  elements: [
    { type: 'button', action_id: id, value: 'v', text: { type: 'plain_text', text: `Do ${id}` } },
  ],
});
const respond = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', body: JSON.stringify(body) });
const texts = (messages: { text: string }[]) => messages.map(({ text }) => text);
/** Lets requests that are under way arrive. */
const settle = (isDone: () => boolean) => workspace.waitUntil(isDone, 60_000);

describe('a command', () => {
  test('is a signed form, and its acknowledgement an ephemeral message', async () => {
    await open(() => ({ body: 'on it' }));

    const delivery = await workspace.sendCommand({ text: 'posture on web-1', user: 'bob' });

    const [request] = app.received;
    const timestamp = String(request?.headers['x-slack-request-timestamp']);
    const digest = createHmac('sha256', workspace.signingSecret)
      .update(`v0:${timestamp}:${request?.body ?? ''}`)
      .digest('hex');
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.headers['x-slack-signature']).toBe(`v0=${digest}`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      command: '/seawall',
      text: 'posture on web-1',
      channel_name: 'security',
      user_name: 'bob',
      response_url: delivery.responseUrl,
      trigger_id: delivery.triggerId,
    });
    expect(delivery).toMatchObject({ ackStatus: 200, ackBody: 'on it' });
    expect(texts(workspace.ephemerals('security', 'bob'))).toEqual(['on it']);
    expect(workspace.messages('security')).toEqual([]);
  });

  test('may be answered in the channel', async () => {
    await open(() => ({ body: JSON.stringify({ text: 'hello', response_type: 'in_channel' }) }));

    await workspace.sendCommand({ text: '' });

    expect(texts(workspace.messages('security'))).toEqual(['hello']);
  });

  test('is escaped like a client does it when asked to', async () => {
    await open(() => ({}));

    const text = 'scan web1.example for @alice in #general & https://a.example/x <b>';
    const delivery = await workspace.sendCommand({ text, isEscaped: true });

    const alice = workspace.users.find('alice')?.id ?? '';
    const general = workspace.channels.find('general')?.id ?? '';
    expect(delivery.payload.text).toBe(
      `scan <http://web1.example|web1.example> for <@${alice}|alice> in <#${general}|general> ` +
        '&amp; <https://a.example/x> &lt;b&gt;',
    );
  });

  test('that nobody acknowledges within three seconds tells the user so', async () => {
    await open(() => null);

    const sending = workspace.sendCommand({ text: 'help' });
    await app.whenReceived(1);
    clock.advance(3000);

    expect(await sending).toMatchObject({ ackStatus: null, error: 'operation_timeout' });
    expect(texts(workspace.ephemerals('security', 'alice'))).toEqual([
      '/seawall failed with the error "operation_timeout"',
    ]);
  });

  test.each([
    [404, 'http_client_error'],
    [500, 'http_service_error'],
  ])('answered with %i tells the user so', async (status, error) => {
    await open(() => ({ status }));

    expect(await workspace.sendCommand({ text: 'help' })).toMatchObject({
      ackStatus: status,
      error,
    });
  });

  test('to an app that is not there tells the user so', async () => {
    await open(() => ({}));
    await app.close();

    expect(await workspace.sendCommand({ text: 'help' })).toMatchObject({
      error: 'dispatch_failed',
    });
  });

  test('whose acknowledgement holds invalid blocks fails and is noted', async () => {
    await open(() => ({ body: JSON.stringify({ text: 'a', blocks: [{ type: 'nonsense' }] }) }));

    const delivery = await workspace.sendCommand({ text: 'help' });

    expect(delivery.error).toBe('invalid_response');
    expect(workspace.violations).toMatchObject([{ kind: 'invalid-blocks' }]);
  });

  test('can be replayed byte for byte', async () => {
    await open(() => ({}));
    const delivery = await workspace.sendCommand({ text: 'help' });

    clock.advance(60_000);
    await workspace.redeliver(delivery);

    expect(app.received[1]?.body).toBe(app.received[0]?.body);
    expect(app.received[1]?.headers['x-slack-signature']).toBe(
      app.received[0]?.headers['x-slack-signature'],
    );
  });
});

describe('a response_url', () => {
  test('takes five uses', async () => {
    await open(() => ({}));
    const { responseUrl } = await workspace.sendCommand({ text: '' });

    const statuses = [];
    for (let use = 1; use <= 6; use += 1) {
      statuses.push((await respond(responseUrl, { text: `use ${use}` })).status);
    }

    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(workspace.ephemerals('security', 'alice')).toHaveLength(5);
    expect(workspace.calls.filter(({ method }) => method === 'response_url')).toHaveLength(6);
  });

  test('lives thirty minutes', async () => {
    await open(() => ({}));
    const { responseUrl } = await workspace.sendCommand({ text: '' });

    clock.advance(30 * 60_000);
    expect((await respond(responseUrl, { text: 'just in time' })).status).toBe(200);
    clock.advance(1);
    expect((await respond(responseUrl, { text: 'late' })).status).toBe(404);
  });

  test('of a command has no original to replace', async () => {
    await open(() => ({}));
    const { responseUrl } = await workspace.sendCommand({ text: '' });

    await respond(responseUrl, { text: 'one' });
    await respond(responseUrl, { text: 'two', replace_original: true });

    expect(texts(workspace.ephemerals('security', 'alice'))).toEqual(['one', 'two']);
  });

  test('of a click replaces and deletes the message, also an ephemeral one', async () => {
    await open(() => ({}));
    const command = await workspace.sendCommand({ text: '' });
    await respond(command.responseUrl, { text: 'one', blocks: [button('go')] });
    const [message] = workspace.ephemerals('security', 'alice');
    const click = { messageTs: message?.ts ?? '', label: 'Do go' };
    await expect(async () => workspace.clickButton({ ...click, user: 'bob' })).rejects.toThrow(
      'no message',
    );
    const { responseUrl, payload } = await workspace.clickButton(click);

    await respond(responseUrl, { text: 'two', replace_original: true });
    expect(message).toMatchObject({ text: 'two', edits: [{ text: 'one' }] });
    expect(payload).toMatchObject({
      type: 'block_actions',
      container: { is_ephemeral: true },
      actions: [{ action_id: 'go', block_id: 'block-go', value: 'v' }],
    });
    expect(payload.message).toBeUndefined();
    await respond(responseUrl, { delete_original: true });
    expect(workspace.ephemerals('security', 'alice')).toEqual([]);
  });

  test('refuses invalid blocks and empty messages', async () => {
    await open(() => ({}));
    const { responseUrl } = await workspace.sendCommand({ text: '' });

    const wrong = await respond(responseUrl, { text: 'a', blocks: [{ type: 'nonsense' }] });
    const empty = await respond(responseUrl, {});

    expect([wrong.status, await wrong.text()]).toEqual([400, 'invalid_blocks']);
    expect([empty.status, await empty.text()]).toEqual([400, 'no_text']);
  });
});

describe('an event', () => {
  test('is signed JSON', async () => {
    await open(() => ({}));

    await workspace.sendMention({ text: 'posture' });

    expect(app.received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({
      type: 'event_callback',
      event: { type: 'app_mention', text: `<@${workspace.botUserId}> posture` },
    });
  });

  test('is sent again at once, after one minute and after five', async () => {
    await open(() => ({ status: 500 }));
    const delivery = await workspace.sendMention({ text: 'posture' });

    clock.advance(0);
    await settle(() => delivery.retries.length === 1);
    clock.advance(59_999);
    expect(app.received).toHaveLength(2);
    clock.advance(1);
    await settle(() => delivery.retries.length === 2);
    clock.advance(300_000);
    await settle(() => delivery.retries.length === 3);
    clock.advance(3_600_000);

    expect(app.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      undefined,
      '1',
      '2',
      '3',
    ]);
    expect(app.received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    const ids = app.received.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id);
    expect(new Set(ids).size).toBe(1);
  });

  test('is not sent again when the app says so', async () => {
    await open(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));

    await workspace.sendMention({ text: 'posture' });
    clock.advance(3_600_000);

    expect(app.received).toHaveLength(1);
  });

  test('needs a request URL that gives the challenge back', async () => {
    await open(({ body }) => ({ body: (JSON.parse(body) as { challenge: string }).challenge }));

    expect(await workspace.verifyRequestUrl()).toBe(true);
  });
});

describe('a view', () => {
  const modal = (text: string) => ({
    type: 'modal',
    callback_id: 'accept',
    notify_on_close: true,
    title: { type: 'plain_text', text },
    blocks: [button('go')],
  });
  const openView = (trigger_id: string, view: object = modal('First')) =>
    callApi(workspace, 'views.open', { trigger_id, view });

  test('needs a fresh trigger, once', async () => {
    await open(() => ({}));
    const { triggerId } = await workspace.sendCommand({ text: '' });
    const late = await workspace.sendCommand({ text: '' });

    expect(await openView('1.2.3')).toMatchObject({ error: 'invalid_trigger_id' });
    expect(await openView(triggerId)).toMatchObject({ ok: true });
    expect(await openView(triggerId)).toMatchObject({ error: 'exchanged_trigger_id' });
    clock.advance(3001);
    expect(await openView(late.triggerId)).toMatchObject({ error: 'expired_trigger_id' });
  });

  test('stacks three deep, and updates by its hash', async () => {
    await open(() => ({}));
    const trigger = async () => (await workspace.sendCommand({ text: '' })).triggerId;
    const push = async (title: string) =>
      callApi(workspace, 'views.push', { trigger_id: await trigger(), view: modal(title) });
    expect(await push('None')).toMatchObject({ error: 'not_found' });
    const first = (await openView(await trigger())).view as { id: string; hash: string };
    await push('Second');
    await push('Third');
    expect(await push('Fourth')).toMatchObject({ error: 'push_limit_reached' });

    const update = () =>
      callApi(workspace, 'views.update', {
        view_id: first.id,
        hash: first.hash,
        view: modal('New'),
      });
    expect(await update()).toMatchObject({ ok: true });
    expect(await update()).toMatchObject({ error: 'hash_conflict' });
    expect(workspace.modals('alice').map(({ content }) => content.title)).toMatchObject([
      { text: 'New' },
      { text: 'Second' },
      { text: 'Third' },
    ]);
  });

  test('does what the acknowledgement of its submission says', async () => {
    const answers: object[] = [
      { response_action: 'errors', errors: { reason: 'too short' } },
      { response_action: 'push', view: modal('Pushed') },
      { response_action: 'update', view: modal('Updated') },
      { response_action: 'update', view: { type: 'modal' } },
    ];
    await open(({ body }) => {
      const isSubmission = decodeURIComponent(body).includes('"view_submission"');
      return isSubmission ? { body: JSON.stringify(answers.shift() ?? {}) } : {};
    });
    await openView((await workspace.sendCommand({ text: '' })).triggerId);
    const titles = () =>
      workspace.modals('alice').map(({ content }) => (content.title as { text: string }).text);
    const values = { reason: { text: { type: 'plain_text_input', value: 'because' } } };

    const submitted = await workspace.submitView({ values });
    expect(submitted.payload).toMatchObject({
      type: 'view_submission',
      view: { state: { values } },
    });
    expect(workspace.modals('alice')[0]?.errors).toEqual({ reason: 'too short' });
    await workspace.submitView({});
    expect(titles()).toEqual(['First', 'Pushed']);
    await workspace.submitView({});
    expect(titles()).toEqual(['First', 'Updated']);
    expect((await workspace.submitView({})).error).toBe('invalid_response');
    await workspace.submitView({});
    expect(titles()).toEqual(['First']);
    expect((await workspace.closeModal({}))?.payload).toMatchObject({ type: 'view_closed' });
    expect(titles()).toEqual([]);
  });

  test('of the Home tab is published, clicked and checked', async () => {
    await open(() => ({}));
    const user_id = workspace.users.find('alice')?.id;
    const publish = (view: object) => callApi(workspace, 'views.publish', { user_id, view });
    await publish({ type: 'home', blocks: [button('go')] });

    expect((await workspace.openHome({})).payload).toMatchObject({
      event: { type: 'app_home_opened' },
    });
    expect((await workspace.clickInView({ actionId: 'go' })).payload).toMatchObject({
      container: { type: 'view', view_id: workspace.home('alice')?.id },
    });
    expect(await publish({ type: 'home', blocks: [{ type: 'alert' }] })).toMatchObject({
      error: 'invalid_arguments',
    });
    const blocks = Array.from({ length: 90 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(3000) },
    }));
    expect(await publish({ type: 'home', blocks })).toMatchObject({ error: 'view_too_large' });
  });
});

test('shortcuts come with or without a message', async () => {
  await open(() => ({}));
  const { ts } = workspace.postAsUser({ text: 'look at this' });

  const onMessage = await workspace.runShortcut({ callbackId: 'explain', messageTs: ts });
  const alone = await workspace.runShortcut({ callbackId: 'scan' });

  expect(onMessage.payload).toMatchObject({
    type: 'message_action',
    message: { text: 'look at this' },
  });
  expect(alone.payload).toMatchObject({ type: 'shortcut', callback_id: 'scan' });
});

test('a direct message to the app is an event of its own channel', async () => {
  await open(() => ({}));

  const { payload } = await workspace.sendDirectMessage({ text: 'help' });

  expect(payload).toMatchObject({ event: { type: 'message', channel_type: 'im', text: 'help' } });
});

import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { limits } from '../../../src/blocks/limits.ts';
import { invalidMessages } from '../../blocks/invalid-messages.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { callApi, openPage, openSilent } from './open-for-tests.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const clock = createManualClock();
let workspace: Workspace;
let channel: string;

beforeEach(async () => {
  workspace = await openSilent({ scheduler: clock, rateLimits: false });
  channel = workspace.channels.find('#security')?.id ?? '';
});
afterEach(async () => {
  await workspace.close();
  expect(workspace.violations.filter(({ kind }) => kind === 'unlisted-error')).toEqual([]);
});

const call = (method: string, args: Record<string, unknown> = {}) =>
  callApi(workspace, method, args);
const post = (args: Record<string, unknown>) => call('chat.postMessage', { channel, ...args });

describe('tokens and scopes', () => {
  test('no token, a wrong one and a revoked one are told apart', async () => {
    expect(await callApi(workspace, 'auth.test', {}, '')).toMatchObject({ error: 'not_authed' });
    expect(await callApi(workspace, 'auth.test', {}, 'x')).toMatchObject({ error: 'invalid_auth' });
    workspace.revokeToken(workspace.botToken);
    expect(await call('auth.test')).toMatchObject({ error: 'token_revoked' });
  });

  test('a missing scope is named', async () => {
    const narrow = await openSilent({ scopes: ['commands'] });

    const answer = await callApi(narrow, 'chat.postMessage', { channel, text: 'hello' });

    expect(answer).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'commands',
    });
    await narrow.close();
  });

  test('a kind of channel needs its own scope', async () => {
    const narrow = await openSilent({ scopes: ['channels:read'] });

    expect(await callApi(narrow, 'conversations.list')).toMatchObject({ ok: true });
    expect(await callApi(narrow, 'conversations.list', { types: 'im' })).toMatchObject({
      needed: 'im:read',
    });
    await narrow.close();
  });

  test('a connection needs the app token, in the header', async () => {
    const form = await fetch(`${workspace.apiUrl}apps.connections.open`, {
      method: 'POST',
      body: new URLSearchParams({ token: workspace.appToken }),
    });

    expect(await form.json()).toMatchObject({ error: 'not_authed' });
    expect(await call('apps.connections.open')).toMatchObject({ error: 'not_allowed_token_type' });
    const { url } = await callApi(workspace, 'apps.connections.open', {}, workspace.appToken);
    expect(url).toMatch(/^ws:/);
  });

  test('a form may carry the token and blocks as JSON text', async () => {
    const blocks = JSON.stringify([{ type: 'divider' }]);
    const answer = await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      body: new URLSearchParams({ token: workspace.botToken, channel, text: 'hello', blocks }),
    });

    expect(await answer.json()).toMatchObject({ ok: true, message: { text: 'hello' } });
    expect(workspace.messages('security')[0]?.blocks).toMatchObject([{ type: 'divider' }]);
    expect(JSON.stringify(workspace.calls)).not.toContain(workspace.botToken);
  });

  test('an unknown method is answered and noted', async () => {
    expect(await call('chat.shout')).toMatchObject({ error: 'unknown_method' });
    expect(await call('constructor')).toMatchObject({ error: 'unknown_method' });
    expect(workspace.violations.map(({ kind }) => kind)).toEqual([
      'unknown-method',
      'unknown-method',
    ]);
  });

  test('an argument that the reference does not list is noted', async () => {
    await post({ text: 'hello', colour: 'red' });

    expect(workspace.violations).toMatchObject([{ kind: 'unlisted-argument', detail: 'colour' }]);
  });
});

describe('posting', () => {
  test.each(Object.entries(invalidMessages))('refuses %s', async (name, { blocks, pointer }) => {
    const answer = await post({ text: 'hello', blocks });

    expect(answer.error).toBe(name === 'two tables' ? 'only_one_table_allowed' : 'invalid_blocks');
    expect(answer.response_metadata?.messages?.join('\n')).toContain(`[json-pointer:${pointer}]`);
    expect(workspace.violations).toMatchObject([{ kind: 'invalid-blocks' }]);
    expect(workspace.messages('security')).toEqual([]);
  });

  test.each([
    ['channel_not_found', { channel: 'C0NOWHERE', text: 'hello' }],
    ['no_text', { text: ' ' }],
    ['invalid_blocks_format', { text: 'hello', blocks: '[{' }],
    ['too_many_attachments', { attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) }],
    ['markdown_text_conflict', { text: 'a', markdown_text: 'b' }],
    ['cannot_reply_to_message', { text: 'a', thread_ts: '1.000001' }],
    ['invalid_metadata_schema', { text: 'a', metadata: { event_type: 'x' } }],
  ])('answers %s', async (error, args) => {
    expect(await post(args)).toMatchObject({ ok: false, error });
  });

  test('needs the app in the channel, and a channel in use', async () => {
    workspace.channels.create({ name: 'outside', hasBot: false });
    workspace.channels.create({ name: 'hidden', hasBot: false, isPrivate: true });
    workspace.channels.create({ name: 'old' });
    workspace.channels.archive('old');

    const errors = [];
    for (const name of ['#outside', '#hidden', '#old']) {
      errors.push((await post({ channel: name, text: 'hello' })).error);
    }

    expect(errors).toEqual(['not_in_channel', 'channel_not_found', 'is_archived']);
  });

  test('takes 11,340 characters of block text and not one more', async () => {
    const blocksOf = (length: number) =>
      [3000, 3000, 3000, length - 9000].map((part) => ({
        type: 'section',
        text: plain('x'.repeat(part)),
      }));

    const most = limits.messageBlockText.value;
    expect(await post({ text: 'a', blocks: blocksOf(most) })).toMatchObject({ ok: true });
    expect(await post({ text: 'a', blocks: blocksOf(most + 1) })).toMatchObject({
      error: 'msg_blocks_too_long',
    });
  });

  test('cuts text after 40,000 characters with a warning', async () => {
    const answer = await post({ text: 'x'.repeat(40_001) });

    expect(answer).toMatchObject({ ok: true, warning: 'message_truncated' });
    expect(workspace.messages('security')[0]?.text).toHaveLength(40_000);
  });

  test('keeps every version of an edited message, and its thread', async () => {
    const { ts } = await post({ text: 'one', blocks: [{ type: 'divider' }] });
    await call('chat.update', { channel, ts, text: 'two' });
    const reply = await post({ text: 'reply', thread_ts: ts });
    await post({ text: 'reply to a reply', thread_ts: reply.ts });

    const [root, ...replies] = workspace.messages('security');
    expect(root).toMatchObject({ text: 'two', blocks: [], edits: [{ text: 'one' }] });
    expect(replies.map((message) => message.thread_ts)).toEqual([ts, ts]);
    expect(await call('conversations.replies', { channel, ts })).toMatchObject({
      messages: [{ text: 'two' }, { text: 'reply' }, { text: 'reply to a reply' }],
    });
  });

  test('cannot update or delete what people wrote, nor ephemeral messages', async () => {
    const person = workspace.postAsUser({ text: 'mine' });
    const user = workspace.users.find('alice')?.id;
    const ephemeral = await call('chat.postEphemeral', { channel, user, text: 'psst' });

    const update = (ts: unknown) => call('chat.update', { channel, ts, text: 'new' });
    expect(await update(person.ts)).toMatchObject({ error: 'cant_update_message' });
    expect(await update(ephemeral.message_ts)).toMatchObject({ error: 'message_not_found' });
    expect(await call('chat.delete', { channel, ts: person.ts })).toMatchObject({
      error: 'cant_delete_message',
    });
    expect(workspace.ephemerals('security', 'alice').map(({ text }) => text)).toEqual(['psst']);
    expect(workspace.ephemerals('security', 'bob')).toEqual([]);
    expect(workspace.messages('security')).toHaveLength(1);
  });

  test.each([
    ['chat.scheduleMessage', { thread_ts: '1.000001', text: 'a', post_at: 9_999_999_999 }],
    [
      'chat.startStream',
      { thread_ts: '1.000001', recipient_user_id: 'U0', recipient_team_id: 'T0' },
    ],
    ['chat.postMessage', { text: 'a', attachments: '[{' }],
    ['chat.update', { ts: '1.000001', text: 'a' }],
    ['files.completeUploadExternal', { files: [{ id: 'F0' }] }],
  ])('refuses in %s with an error of its reference', async (method, args) => {
    expect(await call(method, { channel, ...args })).toMatchObject({ ok: false });
  });

  test('to a user id is a direct message', async () => {
    const user = workspace.users.find('bob')?.id;

    const answer = await post({ channel: user, text: 'hello' });

    expect(String(answer.channel)).toMatch(/^D/);
  });
});

describe('scheduled messages', () => {
  test('are posted on the clock, and can be taken back', async () => {
    const postAt = Math.floor(clock.now() / 1000) + 60;
    const schedule = (text: string) =>
      call('chat.scheduleMessage', { channel, text, post_at: postAt });
    await schedule('kept');
    const dropped = await schedule('dropped');
    await call('chat.deleteScheduledMessage', {
      channel,
      scheduled_message_id: dropped.scheduled_message_id,
    });
    expect(await call('chat.scheduledMessages.list')).toMatchObject({
      scheduled_messages: [{ text: 'kept' }],
    });

    clock.advance(60_000);

    expect(workspace.messages('security').map(({ text }) => text)).toEqual(['kept']);
  });

  test.each([
    ['time_in_past', -1],
    ['time_too_far', 121 * 86_400],
  ])('answer %s', async (error, seconds) => {
    const post_at = Math.floor(clock.now() / 1000) + seconds;

    expect(await call('chat.scheduleMessage', { channel, text: 'a', post_at })).toMatchObject({
      error,
    });
  });

  test('are at most 30 in five minutes', async () => {
    const post_at = Math.floor(clock.now() / 1000) + 3600;
    const answers = [];
    for (let count = 0; count < 31; count += 1) {
      answers.push(await call('chat.scheduleMessage', { channel, text: 'a', post_at }));
    }

    expect(answers.filter((answer) => answer.ok)).toHaveLength(30);
    expect(answers.at(-1)).toMatchObject({ error: 'restricted_too_many' });
  });
});

describe('streams', () => {
  test('grow in a thread until they are stopped', async () => {
    const { ts: thread_ts } = await post({ text: 'question' });
    const start = { channel, thread_ts, recipient_team_id: workspace.teamId };
    expect(await call('chat.startStream', start)).toMatchObject({
      error: 'missing_recipient_user_id',
    });
    const { ts } = await call('chat.startStream', {
      ...start,
      recipient_user_id: workspace.users.find('alice')?.id,
      markdown_text: 'one ',
    });
    await call('chat.appendStream', { channel, ts, markdown_text: 'two ' });
    await call('chat.stopStream', {
      channel,
      ts,
      chunks: [{ type: 'markdown_text', text: 'three' }],
    });

    expect(workspace.messages('security')[1]).toMatchObject({
      text: 'one two three',
      thread_ts,
      isStreaming: false,
    });
    expect(await call('chat.appendStream', { channel, ts, markdown_text: 'x' })).toMatchObject({
      error: 'message_not_in_streaming_state',
    });
  });
});

describe('files', () => {
  test('are uploaded, shared and read back with the token', async () => {
    const { upload_url, file_id } = await call('files.getUploadURLExternal', {
      filename: 'report.csv',
      length: 5,
    });
    const upload = () => fetch(String(upload_url), { method: 'POST', body: 'a,b,c' });
    expect((await upload()).status).toBe(200);
    expect((await upload()).status).toBe(404);
    const args = { files: [{ id: file_id, title: 'Report' }], channel_id: channel };
    await call('files.completeUploadExternal', args);

    const info = await call('files.info', { file: file_id });
    const url = (info.file as { url_private: string }).url_private;
    expect((await fetch(url)).status).toBe(403);
    const headers = { authorization: `Bearer ${workspace.botToken}` };
    expect(await (await fetch(url, { headers })).text()).toBe('a,b,c');
    expect(workspace.messages('security')[0]?.files).toEqual([{ id: file_id, title: 'Report' }]);
  });

  test('cannot be completed before all bytes are there', async () => {
    const { file_id } = await call('files.getUploadURLExternal', { filename: 'a', length: 5 });

    expect(await call('files.completeUploadExternal', { files: [{ id: file_id }] })).toMatchObject({
      error: 'file_update_failed',
    });
  });
});

describe('reading', () => {
  test('lists in pages', async () => {
    const first = await call('users.list', { limit: 2 });
    const cursor = first.response_metadata?.next_cursor;
    const second = await call('users.list', { limit: 2, cursor });

    expect(first.members).toHaveLength(2);
    expect(second.members).toHaveLength(1);
    expect(second.response_metadata?.next_cursor).toBe('');
    expect(await call('users.list', { cursor: 'nonsense' })).toMatchObject({
      error: 'invalid_cursor',
    });
  });

  test('knows users, groups, members, the bot and the team', async () => {
    const alice = workspace.users.find('alice')?.id ?? '';
    const group = workspace.users.createGroup({ handle: 'ops', users: ['alice'] });

    expect(await call('users.info', { user: alice })).toMatchObject({ user: { name: 'alice' } });
    expect(await call('users.info', { user: 'U0' })).toMatchObject({ error: 'user_not_found' });
    expect(await call('usergroups.list')).toMatchObject({ usergroups: [{ handle: 'ops' }] });
    expect(await call('usergroups.users.list', { usergroup: group.id })).toMatchObject({
      users: [alice],
    });
    expect((await call('conversations.members', { channel })).members).toContain(alice);
    expect(await call('bots.info')).toMatchObject({ bot: { user_id: workspace.botUserId } });
    expect(await call('team.info')).toMatchObject({ team: { id: workspace.teamId } });
    expect(await call('conversations.open', { users: alice })).toMatchObject({ ok: true });
  });

  test('keeps ephemeral messages and replies out of the history', async () => {
    const { ts } = await post({ text: 'root' });
    await post({ text: 'reply', thread_ts: ts });
    await call('chat.postEphemeral', {
      channel,
      user: workspace.users.find('bob')?.id,
      text: 'psst',
    });

    const history = await call('conversations.history', { channel });

    expect(history.messages).toMatchObject([{ text: 'root' }]);
  });

  test('shows the metadata of messages to who asks for it, and keeps it through an edit', async () => {
    const metadata = { event_type: 'seawall_message', event_payload: { key: 'a' } };
    const { ts } = await post({ text: 'root', metadata });
    await post({ text: 'reply', thread_ts: ts, metadata });
    await call('chat.update', { channel, ts, text: 'edited' });

    const all = { channel, include_all_metadata: true };
    expect((await call('conversations.history', all)).messages).toMatchObject([
      { text: 'edited', metadata },
    ]);
    const replies = (await call('conversations.replies', { ...all, ts })).messages;
    expect(replies).toMatchObject([{ metadata }, { text: 'reply', metadata }]);
    const [bare] = (await call('conversations.history', { channel })).messages as object[];
    expect(bare).not.toHaveProperty('metadata');
  });

  test.each([
    ['channels:history', false],
    ['groups:history', true],
  ])('of a channel needs %s', async (scope, isPrivate) => {
    const scopes = ['channels:history', 'groups:history'];
    const poor = await openSilent({ scopes: scopes.filter((other) => other !== scope) });
    const { id } = poor.channels.create({ name: 'other', isPrivate });

    expect(await callApi(poor, 'conversations.history', { channel: id })).toMatchObject({
      error: 'missing_scope',
      needed: scope,
    });
    await poor.close();
  });

  test('joins a public channel', async () => {
    const outside = workspace.channels.create({ name: 'outside', hasBot: false });
    expect(await call('conversations.history', { channel: outside.id })).toMatchObject({
      error: 'not_in_channel',
    });

    await call('conversations.join', { channel: outside.id });

    expect(await post({ channel: outside.id, text: 'hello' })).toMatchObject({ ok: true });
  });
});

describe('other methods', () => {
  test('a reaction is added once', async () => {
    const { ts: timestamp } = await post({ text: 'hello' });
    const react = () => call('reactions.add', { channel, timestamp, name: 'eyes' });

    expect(await react()).toMatchObject({ ok: true });
    expect(await react()).toMatchObject({ error: 'already_reacted' });
  });

  test('blocks and manifests are judged without being used', async () => {
    const blocks = [{ type: 'header', text: plain('x'.repeat(151)) }];
    const named = { display_information: { name: 'Seawall' } };

    expect(await call('blocks.validate', { blocks })).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      errors: [{ pointer: '/blocks/0/text/text' }],
    });
    expect(await call('blocks.validate', { blocks: [], message: {} })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await call('blocks.validate', { message: { text: 'a', blocks } })).toMatchObject({
      error: 'invalid_message',
    });
    expect(
      await call('blocks.validate', { view: { type: 'home', blocks: [{ type: 'divider' }] } }),
    ).toMatchObject({
      ok: true,
    });
    expect(await call('apps.manifest.validate', { manifest: named })).toMatchObject({ ok: true });
    expect(
      await call('apps.manifest.validate', {
        manifest: { display_information: { name: 'x'.repeat(36) } },
      }),
    ).toMatchObject({
      error: 'invalid_manifest',
      errors: [{ pointer: '/display_information/name' }],
    });
  });

  test('an install gives a code, and the code a token, once', async () => {
    const redirect_uri = 'http://127.0.0.1:9/done';
    const installed = await openSilent({ redirectUrls: [redirect_uri] });
    const browse = await openPage(installed);
    const query = new URLSearchParams({
      client_id: installed.clientId,
      scope: 'chat:write',
      state: 's1',
      redirect_uri,
    });
    const page = await browse(`/oauth/v2/authorize?${query.toString()}`, { redirect: 'manual' });
    const target = new URL(page.headers.get('location') ?? '');
    const exchange = () =>
      callApi(installed, 'oauth.v2.access', {
        client_id: installed.clientId,
        client_secret: installed.clientSecret,
        code: target.searchParams.get('code'),
      });
    const granted = await exchange();

    expect(target.searchParams.get('state')).toBe('s1');
    expect(await exchange()).toMatchObject({ error: 'invalid_code' });
    const hello = { channel, text: 'hello' };
    const token = String(granted.access_token);
    expect(await callApi(installed, 'chat.postMessage', hello, token)).toMatchObject({ ok: true });
    await installed.close();
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Deed, PageState } from '../../../demo/workspace/page/page-state.ts';
import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { listFiles } from '../../support/source-files.ts';
import {
  callApi,
  openPage,
  openSilent,
  openTestApp,
  type PageBrowser,
  type TestApp,
} from './open-for-tests.ts';

let app: TestApp;
let workspace: Workspace;
let browse: PageBrowser;

beforeEach(async () => {
  app = await openTestApp(() => ({ body: 'on it' }));
  workspace = await openSilent({ delivery: { mode: 'http', requestUrl: () => app.requestUrl } });
  browse = await openPage(workspace);
});
afterEach(async () => {
  await workspace.close();
  await app.close();
});

const act = (path: string, body: object, headers: Record<string, string> = {}) =>
  browse(`/page/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const readState = async (query = '') =>
  (await (await browse(`/page/state?${query}`)).json()) as Pick<
    PageState,
    'channel' | 'channels'
  > & {
    messages: { text: string }[];
    modal: unknown;
  };

test('is served with everything it needs and may load nothing else', async () => {
  const page = await fetch(workspace.url);
  const html = await page.text();
  const linked = [...html.matchAll(/"(\/page\/[^"]+)"/g)].map(([, path = '']) => path);
  const [, map = ''] = /<script type="importmap">(.*?)<\/script>/s.exec(html) ?? [];
  const policy = page.headers.get('content-security-policy') ?? '';

  expect(policy).toContain("default-src 'self'; script-src 'self' 'sha256-");
  expect(policy).toContain(createHash('sha256').update(map).digest('base64'));
  expect(policy).not.toContain('unsafe');
  expect(linked).toContain('/page/library/preact.js');
  for (const path of linked) {
    const file = await browse(path);
    expect([path, file.status, file.headers.get('content-type')]).toEqual([
      path,
      200,
      expect.stringMatching(/^(text\/(css|javascript)|image\/svg\+xml); charset=utf-8$/),
    ]);
  }
});

test('shows each user their own conversation with the app, whoever’s was asked for', async () => {
  const ofBob = (await readState('user=bob')).channels.find(({ kind }) => kind === 'direct');
  const ofAlice = await readState(`user=alice&channel=${ofBob?.id}`);
  const own = ofAlice.channels.filter(({ kind }) => kind === 'direct');

  expect(own.map(({ id }) => id)).toEqual([ofAlice.channel]);
  expect(ofAlice.channel).not.toBe(ofBob?.id);
});

test('serves every file of the page, and none beside it', async () => {
  const folder = 'demo/workspace/page/client';
  const files = listFiles([folder], '.js').map((path) => path.slice(folder.length + 1));

  for (const name of files) {
    expect([name, (await browse(`/page/client/${name}`)).status]).toEqual([name, 200]);
  }
  for (const path of ['client/tsconfig.json', 'client/../routes.ts', 'client/%2e%2e/routes.ts']) {
    expect((await browse(`/page/${path}`)).status).toBe(404);
  }
});

test('never makes markup out of data', () => {
  const scripts = listFiles(['demo/workspace/page/client'], '.js');
  const makesMarkup = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/i;

  expect(scripts.length).toBeGreaterThan(20);
  expect(scripts.filter((path) => makesMarkup.test(readFileSync(path, 'utf8')))).toEqual([]);
});

test('sends a typed command as a client would', async () => {
  const answer = await act('send', { text: '/seawall posture on web1.example', user: 'bob' });

  expect(await answer.json()).toEqual({ ok: true });
  expect(Object.fromEntries(new URLSearchParams(app.received[0]?.body))).toMatchObject({
    command: '/seawall',
    text: 'posture on <http://web1.example|web1.example>',
    user_name: 'bob',
  });
  expect(await readState('user=bob')).toMatchObject({ messages: [{ text: 'on it' }] });
  expect(await readState('user=alice')).toMatchObject({ messages: [] });
});

test('sends a mention as an event, and other text to the channel alone', async () => {
  await act('send', { text: '@seawall help', channel: 'general' });
  await act('send', { text: 'lunch?', channel: 'general' });

  expect(app.received).toHaveLength(1);
  expect(app.received[0]?.body).toContain('app_mention');
  const { messages } = await readState('channel=general');
  expect(messages.map(({ text }) => text)).toEqual([`<@${workspace.botUserId}> help`, 'lunch?']);
});

test('clicks buttons', async () => {
  const elements = [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }];
  await fetch(`${workspace.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${workspace.botToken}`,
    },
    body: JSON.stringify({
      channel: '#security',
      text: 'hello',
      blocks: [{ type: 'actions', elements }],
    }),
  });
  const messageTs = workspace.messages('security')[0]?.ts;

  expect((await act('click', { messageTs, actionId: 'go' })).status).toBe(200);

  expect(app.received[0]?.body).toContain('block_actions');
  expect((await act('click', { messageTs, actionId: 'gone' })).status).toBe(400);
});

test('takes nothing from the page of another site', async () => {
  const foreign = await act('send', { text: '/seawall help' }, { origin: 'http://evil.example' });
  const form = await act('send', { text: '/seawall help' }, { 'content-type': 'text/plain' });

  expect([foreign.status, form.status]).toEqual([403, 403]);
  expect(app.received).toEqual([]);
  const own = await act(
    'send',
    { text: '/seawall help' },
    { origin: new URL(workspace.url).origin },
  );
  expect(own.status).toBe(200);
});

test('is told of changes', async () => {
  const answer = await browse('/page/changes');
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  workspace.postAsUser({ text: 'news' });
  const second = await reader?.read();
  await reader?.cancel();

  expect([first, second].map((part) => Buffer.from(part?.value ?? []).toString())).toEqual([
    'data: change\n\n',
    'data: change\n\n',
  ]);
});

test('counts what a user has not read, and does not count what was said in threads', async () => {
  const unread = async (user: string) => {
    const { channels } = (await readState(`user=${user}`)) as unknown as PageState;
    return channels.find(({ name }) => name === 'general')?.unread;
  };
  const { ts, channel } = workspace.postAsUser({ channel: 'general', user: 'bob', text: 'one' });
  workspace.postAsUser({ channel: 'general', user: 'bob', text: 'two' });
  workspace.postAsUser({ channel: 'general', user: 'bob', text: 'aside', threadTs: ts });

  expect([await unread('alice'), await unread('bob')]).toEqual([2, 0]);
  const { user } = (await readState('user=alice')) as unknown as PageState;
  await act('read', { user, channel, ts });
  expect(await unread('alice')).toBe(1);
});

test('gives a file to be kept, whatever it is called', async () => {
  const filename = '../..\\evil"\r\n<é>.html';
  const given = await callApi(workspace, 'files.getUploadURLExternal', { filename, length: 4 });
  await fetch(String(given.upload_url), { method: 'POST', body: '<p>1' });
  await callApi(workspace, 'files.completeUploadExternal', { files: [{ id: given.file_id }] });

  const file = await browse(`/page/file/${String(given.file_id)}`);

  expect(await file.text()).toBe('<p>1');
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-disposition':
      'attachment; filename="evil______.html"; filename*=UTF-8\'\'evil%22%0D%0A%3C%C3%A9%3E.html',
  });
  expect((await browse('/page/file/F0UNKNOWN0')).status).toBe(404);
});

test('tells what was asked of the app and what happened then, without the signature', async () => {
  const note = { source: 'Engine calls', where: 'web-1', what: 'GET /info', outcome: '200', ms: 2 };
  await act('send', { text: '/seawall scan' });
  workspace.note(note);
  workspace.note(note);

  const deeds = (await (await browse('/page/underneath')).json()) as Deed[];

  expect(deeds).toMatchObject([
    {
      title: '/seawall scan',
      request: { line: 'POST /slack/events', status: 200, error: null },
      notes: [{ ...note, count: 2, ms: 4 }],
    },
  ]);
  const { headers = [], fields = [] } = deeds[0]?.request ?? {};
  const signature = String(app.received[0]?.headers['x-slack-signature']);
  expect(Object.fromEntries(headers)['x-slack-signature']).toBe(`${signature.slice(0, 14)}…`);
  expect(Object.fromEntries(fields)).toMatchObject({ command: '/seawall', text: 'scan' });
});

test('has no clock to move where none was given', async () => {
  const answer = await act('clock', {});

  expect([answer.status, await answer.json()]).toEqual([
    400,
    { ok: false, error: 'nothing is planned' },
  ]);
});

import { Script } from 'node:vm';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { openSilent, openTestApp, type TestApp } from './open-for-tests.ts';

let app: TestApp;
let workspace: Workspace;

beforeEach(async () => {
  app = await openTestApp(() => ({ body: 'on it' }));
  workspace = await openSilent({ delivery: { mode: 'http', requestUrl: () => app.requestUrl } });
});
afterEach(async () => {
  await workspace.close();
  await app.close();
});

const act = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${workspace.url}page/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const readState = async (query = '') =>
  (await (await fetch(`${workspace.url}page/state?${query}`)).json()) as {
    messages: { text: string }[];
    modal: unknown;
  };

test('is served with everything it needs and may load nothing else', async () => {
  const page = await fetch(workspace.url);
  const html = await page.text();
  const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);

  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(linked).toEqual(['/page/page.css', '/page/page.js']);
  for (const path of linked) expect((await fetch(new URL(path, workspace.url))).ok).toBe(true);
});

test('never makes markup out of data', async () => {
  const script = await (await fetch(`${workspace.url}page/page.js`)).text();

  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
  expect(() => new Script(script)).not.toThrow();
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
  const own = await act('send', { text: '/seawall help' }, { origin: workspace.url.slice(0, -1) });
  expect(own.status).toBe(200);
});

test('is told of changes', async () => {
  const answer = await fetch(`${workspace.url}page/changes`);
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

import { once } from 'node:events';
import { request as sendRequest } from 'node:http';
import { WebSocket } from 'ws';
import { createOwnAddress } from '../../../demo/workspace/own-address.ts';
import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { sendRaw, statusesIn } from '../../support/raw-request.ts';
import { callApi, openPage, openSilent, openTestApp, type TestApp } from './open-for-tests.ts';

let app: TestApp;
let workspace: Workspace;
let port: number;
let cookie: string;

beforeEach(async () => {
  app = await openTestApp(() => ({}));
  workspace = await openSilent({
    delivery: { mode: 'http', requestUrl: () => app.requestUrl },
    redirectUrls: ['http://127.0.0.1:9/done'],
  });
  port = Number(new URL(workspace.url).port);
  const opened = await fetch(workspace.url);
  cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterEach(async () => {
  await workspace.close();
  await app.close();
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** With headers that a browser would not let a page set. */
async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const request = sendRequest({ host: '127.0.0.1', port, path, method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** One request as it stands there, which is answered. */
const sendOne = (bytes: string) => sendRaw({ host: '127.0.0.1', port }, bytes, 300, 1);

const json = { 'content-type': 'application/json' };
const asPage = () => ({ ...json, cookie });
const typed = JSON.stringify({ text: '/seawall scan' });
const pagePaths = ['/', '/page/state', '/page/hints', '/page/underneath', '/page/changes'];
const clientPaths = ['/page/client/main.js', '/page/library/preact.js', '/page/file/F1'];

describe('without the token of the printed address', () => {
  test.each([...pagePaths, ...clientPaths, '/oauth/v2/authorize?client_id=100.200'])(
    'nothing is read from %s',
    async (path) => {
      const { status, text } = await send(path);

      expect([status, text]).toEqual([403, expect.stringContaining('the terminal printed')]);
    },
  );

  test.each(['?token=', '?token=0', `?token=${'0'.repeat(32)}`, '?token=%00&token=x'])(
    'a wrong one (%s) opens nothing',
    async (query) => {
      const { status, headers } = await send(`/${query}`);

      expect([status, headers['set-cookie']]).toEqual([403, undefined]);
    },
  );

  test('nothing is done', async () => {
    for (const action of ['send', 'click', 'home', 'submit', 'clock', 'read']) {
      const { status } = await send(`/page/${action}`, {
        ...{ method: 'POST', headers: json, body: typed },
      });
      expect([action, status]).toEqual([action, 403]);
    }
    expect(app.received).toEqual([]);
    expect(workspace.calls).toEqual([]);
  });
});

test('the address that is printed gives a cookie that no script and no other site gets', async () => {
  const { status, headers } = await send(`/${new URL(workspace.url).search}`);

  expect(status).toBe(200);
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      new RegExp(`^seawall-${port}=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Strict$`),
    ),
  ]);
  expect((await send('/page/state', { headers: { cookie } })).status).toBe(200);
  expect((await send('/page/state', { headers: { cookie: `a=b; ${cookie}` } })).status).toBe(200);
});

describe('a name that somebody else leads here (DNS rebinding)', () => {
  const evil = () => ({ host: `evil.example:${port}`, origin: `http://evil.example:${port}` });

  test.each([...pagePaths, '/files/F1/x', '/nothing'])('reads nothing from %s', async (path) => {
    const { host } = evil();
    expect((await send(path, { headers: { host, cookie } })).status).toBe(403);
  });

  test.each(['/page/send', '/api/api.test', '/api/chat.postMessage', '/response/x', '/upload/x'])(
    'does nothing by %s',
    async (path) => {
      const authorization = `Bearer ${workspace.botToken}`;
      const headers = { ...asPage(), ...evil(), authorization };
      const { status } = await send(path, { method: 'POST', headers, body: typed });

      expect(status).toBe(403);
      expect(app.received).toEqual([]);
      expect(workspace.calls).toEqual([]);
    },
  );

  test.each(['localhost.evil.example', '127.0.0.1.evil.example', 'evil.example#127.0.0.1', ''])(
    'is none of ours whatever it looks like: %s',
    async (name) => {
      const { status } = await send('/page/state', {
        headers: { host: `${name}:${port}`, cookie },
      });
      expect([400, 403]).toContain(status);
    },
  );

  test('nor is the right name with another port, or none', async () => {
    for (const host of ['127.0.0.1', 'localhost', `127.0.0.1:${port + 1}`]) {
      expect((await send('/page/state', { headers: { host, cookie } })).status).toBe(403);
    }
  });
});

test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('answers as %s', async (name) => {
  const host = `${name}:${port}`;
  expect((await send('/page/state', { headers: { host, cookie } })).status).toBe(200);
});

test.each([
  ['of another site', { origin: 'http://evil.example' }],
  ['of another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['of a page without one', { origin: 'null' }],
  ['over TLS', { origin: 'https://127.0.0.1' }],
  ['of another port, by the word of the browser', { 'sec-fetch-site': 'same-site' }],
  ['of another site, by the word of the browser', { 'sec-fetch-site': 'cross-site' }],
])('a request %s is refused, though it has the cookie', async (_name, more) => {
  const headers = { ...asPage(), ...more };

  expect((await send('/page/state', { headers })).status).toBe(403);
  const sent = await send('/page/send', { method: 'POST', headers, body: typed });
  expect([sent.status, app.received]).toEqual([403, []]);
});

test('a workspace that listens on every address is known by the one that was called', () => {
  const own = createOwnAddress('0.0.0.0', 80);
  const ask = (host: string, localAddress: string) =>
    own.refusalOf({ headers: { host }, socket: { localAddress } } as never);

  expect(ask('192.168.1.5', '192.168.1.5')).toBeNull();
  expect(ask('192.168.1.5', '::ffff:192.168.1.5')).toBeNull();
  expect(ask('[fd00::5]', 'fd00::5')).toBeNull();
  expect(ask('localhost', '127.0.0.1')).toBeNull();
  expect(ask('192.168.1.6', '192.168.1.5')).not.toBeNull();
  expect(ask('slack', '192.168.1.5')).not.toBeNull();
  expect(
    createOwnAddress('slack', 8080).refusalOf({
      headers: { host: 'slack:8080' },
      socket: { localAddress: '172.17.0.2' },
    } as never),
  ).toBeNull();
});

describe('a WebSocket upgrade', () => {
  const address = async () =>
    String((await callApi(workspace, 'apps.connections.open', {}, workspace.appToken)).url);
  const upgrade = (target: string, host = `127.0.0.1:${port}`, more = '') =>
    sendOne(
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n${more}\r\n`,
    );

  test.each(['//', 'http://', '/link/', '/link/?ticket=', '/?ticket=x', '*', '/%', '///@:x'])(
    'to %s is turned away, and the workspace lives',
    async (target) => {
      expect(statusesIn(await upgrade(target))).toEqual([expect.any(Number)]);
      expect(await callApi(workspace, 'api.test')).toMatchObject({ ok: true });
    },
  );

  test('with a ticket, from another site or by another name, is refused', async () => {
    const { pathname, search } = new URL(await address());
    const origin = 'Origin: http://evil.example\r\n';

    expect(statusesIn(await upgrade(pathname + search, 'evil.example'))).toEqual([403]);
    expect(statusesIn(await upgrade(pathname + search, undefined, origin))).toEqual([403]);
    expect(statusesIn(await upgrade(pathname + search))).toEqual([101]);
  });

  test('with a ticket, to another path, is refused', async () => {
    const { search } = new URL(await address());

    expect(statusesIn(await upgrade(`/page/${search}`))).toEqual([401]);
  });

  test('that is cut off at once ends nothing', async () => {
    for (let count = 0; count < 20; count += 1) {
      const raw = (await import('node:net')).connect({ host: '127.0.0.1', port });
      raw.on('error', () => {});
      await once(raw, 'connect');
      raw.write(
        `GET /link/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`,
      );
      raw.resetAndDestroy();
    }
    expect(await callApi(workspace, 'api.test')).toMatchObject({ ok: true });
  });

  test('gives a connection that takes no huge message', async () => {
    const socket = new WebSocket(await address());
    await once(socket, 'message');
    const closed = once(socket, 'close');
    socket.on('error', () => {});
    socket.send('x'.repeat(2_000_000));

    expect((await closed)[0]).toBe(1009);
  });
});

describe('a body', () => {
  const token = () => `Bearer ${workspace.botToken}`;

  test.each(['/api/chat.postMessage', '/response/x'])(
    'of two megabytes to %s is not read',
    async (path) => {
      const headers = { ...json, authorization: token() };
      const { status } = await send(path, { method: 'POST', headers, body: 'x'.repeat(2_000_000) });

      expect([status, workspace.calls]).toEqual([413, []]);
    },
  );

  test('that does not say how long it is ends at the limit', async () => {
    const head = `POST /api/api.test HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const received = await sendOne(head + chunk.repeat(20));

    expect(statusesIn(received)).toEqual([413]);
    expect(workspace.calls).toEqual([]);
  });

  test('goes to an upload address that was given out, as long as was said', async () => {
    const args = { filename: 'a.csv', length: 4 };
    const { upload_url: url } = await callApi(workspace, 'files.getUploadURLExternal', args);
    const { pathname } = new URL(String(url));
    const upload = async (path: string, body: string) =>
      (await send(path, { method: 'POST', body })).status;

    expect(await upload('/upload/nobody', 'x')).toBe(404);
    expect(await upload(pathname, 'x'.repeat(20_000))).toBe(413);
    expect(await upload(pathname, 'a,b\n')).toBe(200);
    expect(await upload(pathname, 'a,b\n')).toBe(404);
    const huge = { filename: 'a.csv', length: 50_000_000 };
    expect(await callApi(workspace, 'files.getUploadURLExternal', huge)).toMatchObject({
      error: 'file_upload_size_restricted',
    });
  });
});

describe('the install page', () => {
  const authorize = async (redirectUri: string) => {
    const query = new URLSearchParams({
      ...{ client_id: workspace.clientId, redirect_uri: redirectUri, scope: 'chat:write' },
    });
    const browse = await openPage(workspace);
    return browse(`/oauth/v2/authorize?${query.toString()}`, { redirect: 'manual' });
  };

  test.each([
    ...['https://evil.example/', 'http://127.0.0.1:9/done/more', 'http://127.0.0.1:9/done?x'],
    ...['http://127.0.0.1:9@evil.example/done', 'javascript:alert(1)', '//evil.example', ''],
  ])('leads nowhere but to the registered address: %s', async (redirectUri) => {
    const { status, headers } = await authorize(redirectUri);

    expect([status, headers.get('location')]).toEqual([400, null]);
  });

  test('leads there', async () => {
    expect((await authorize('http://127.0.0.1:9/done')).headers.get('location')).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/done\?code=/,
    );
  });
});

test.each(['//', '/%', 'http://', '*', '/page/../..//', '/files/%00/x', '/page/picture/%ff'])(
  'a request for %s is answered, and the workspace lives',
  async (target) => {
    const received = await sendOne(
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );

    expect(statusesIn(received)).toEqual([expect.any(Number)]);
    expect(await callApi(workspace, 'api.test')).toMatchObject({ ok: true });
  },
);

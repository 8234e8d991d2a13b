import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import pLimit from 'p-limit';
import type { Workspace } from '../../../../demo/workspace/workspace.ts';
import { callApi, openPage, openSilent } from '../../../demo/workspace/open-for-tests.ts';
import { isLongRun, runs } from '../../../support/long-run.ts';
import { mutated } from '../../../support/mutations.ts';
import { sendRaw, statusesIn } from '../../../support/raw-request.ts';
import { type Strain, strainLine, strainOf, tally } from '../../../support/strain.ts';

// What a hostile page, or a hostile program on this machine, sends to the local workspace.

const TRIED = runs(150, 5_000);
const AT_ONCE = 20;
const LIMIT_MS = 900_000;
let workspace: Workspace;
let place: { host: string; port: number };

beforeEach(async () => {
  workspace = await openSilent({ rateLimits: false });
  place = { host: '127.0.0.1', port: Number(new URL(workspace.url).port) };
});
afterEach(() => workspace.close());

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: TRIED });
const inTurns = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>) => {
  const limit = pLimit(AT_ONCE);
  await Promise.all(all.map((one) => limit(() => work(one))));
};

async function expectAlive(what: string, tried: number, strain: Strain, more = ''): Promise<void> {
  process.stdout.write(strainLine(what, tried, strain, more));
  expect(await callApi(workspace, 'api.test')).toMatchObject({ ok: true });
  expect(strain.uncaught).toEqual([]);
  expect(strain.longestStopMs).toBeLessThan(500);
  expect(strain.keptMb).toBeLessThan(64);
}

const word = fc.uint8Array({ maxLength: 40 }).map((all) =>
  Buffer.from(all)
    .toString('latin1')
    .replaceAll(/[\r\n]/g, ' '),
);
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'CONNECT', 'TRACE', 'x');
const target = fc.oneof(
  fc.constantFrom('/', '//', '*', '/link/', '/link/?ticket=', '/page/state', '/page/send', '/api/'),
  fc.constantFrom(
    '/files/',
    '/response/',
    '/upload/',
    '/oauth/v2/authorize',
    'http://',
    '/%',
    '///@',
  ),
  fc.webUrl(),
  word.map((text) => `/${text}`),
);
const header = fc.oneof(
  fc.constantFrom(
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Expect: 100-continue',
  ),
  fc.constantFrom('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 0', 'Sec-WebSocket-Key: x'),
  fc.constantFrom('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Extensions: ;;,'),
  fc.constantFrom('Origin: null', 'Origin: http://evil.example', 'Cookie: seawall-=;=;', 'Host: x'),
  fc.constantFrom('Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked', 'X:'),
  fc.tuple(word, word).map(([name, value]) => `${name}: ${value}`),
);
const rawRequest = () =>
  fc
    .record({ method, target, headers: fc.array(header, { maxLength: 6 }), body: word })
    .map(
      ({ method: verb, target: path, headers, body }) =>
        `${verb} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${place.port}\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n${body}`,
    );

test(
  'requests and upgrades of any shape end nothing and get nothing',
  async () => {
    const requests = sample(rawRequest());
    const statuses: number[] = [];
    const strain = await strainOf(() =>
      inTurns(requests, async (bytes) => {
        statuses.push(...statusesIn(await sendRaw(place, bytes, 100)));
      }),
    );

    expect(statuses).not.toContain(101);
    expect(statuses).not.toContain(500);
    await expectAlive('Raw requests and upgrades', requests.length, strain, `; ${tally(statuses)}`);
  },
  LIMIT_MS,
);

test(
  'what is sent over an opened WebSocket ends at most that one',
  async () => {
    const frames = sample(fc.uint8Array({ maxLength: 64 }));
    const open = async () => {
      const { url } = await callApi(workspace, 'apps.connections.open', {}, workspace.appToken);
      const { pathname, search } = new URL(String(url));
      const socket = connect(place);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(
        `GET ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${place.port}\r\nConnection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      await once(socket, 'data');
      return socket;
    };
    const strain = await strainOf(async () => {
      const limit = pLimit(5);
      const work = frames.map((bytes) =>
        limit(async () => {
          const socket = await open();
          socket.write(bytes);
          await new Promise((resolve) => setImmediate(resolve));
          socket.resetAndDestroy();
        }),
      );
      await Promise.all(work);
    });

    await workspace.waitUntil(() => workspace.sockets.count() === 0, 60_000);
    await expectAlive('WebSocket frames', frames.length, strain);
  },
  LIMIT_MS,
);

test(
  'actions of the page and calls of the API with any arguments end nothing',
  async () => {
    const browse = await openPage(workspace);
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }];
    const posted = await callApi(workspace, 'chat.postMessage', {
      channel: '#security',
      text: 'x',
    });
    const message = { user: 'alice', channel: 'security', messageTs: posted.ts };
    const actions = fc.oneof(
      ...Object.entries({
        send: { ...message, text: '@seawall status' },
        click: { ...message, actionId: 'act-0', blockId: 'b', value: 'x' },
        submit: { user: 'alice', values: { reason: { reason: { value: 'x' } } } },
        shortcut: message,
        read: { ...message, ts: posted.ts },
        home: { user: 'alice' },
      }).map(([name, input]) =>
        mutated(input).map((body) => ({ path: `/page/${name}`, body: JSON.stringify(body) })),
      ),
    );
    const calls = fc.oneof(
      ...Object.entries({
        'chat.postMessage': { channel: '#security', text: 'x', blocks, attachments: [] },
        'chat.update': { channel: '#security', ts: posted.ts, text: 'x', blocks },
        'views.publish': { user_id: 'U0ALICE00', view: { type: 'home', blocks } },
        'conversations.history': { channel: '#security', limit: 5 },
        'files.completeUploadExternal': { files: [{ id: 'F1' }], channel_id: 'C0SECURIT' },
        'nothing.here': { text: 'x' },
      }).map(([name, args]) =>
        mutated(args).map((body) => ({ path: `/api/${name}`, body: JSON.stringify(body) })),
      ),
    );
    const sent = [...sample(actions), ...sample(calls)];
    const authorization = `Bearer ${workspace.botToken}`;
    const statuses: number[] = [];
    const strain = await strainOf(() =>
      inTurns(sent, async ({ path, body }) => {
        const headers = { 'content-type': 'application/json', authorization };
        const answer = await browse(path, { method: 'POST', headers, body: body ?? '' });
        statuses.push(answer.status);
        await answer.text();
      }),
    );

    expect(statuses).toHaveLength(sent.length);
    await expectAlive('Page and API', sent.length, strain, `; ${tally(statuses)}`);
    expect((await browse('/page/state?user=alice')).status).toBe(200);
  },
  LIMIT_MS,
);

test('connections that say nothing, or half of something, hold nobody up', async () => {
  const sockets = await Promise.all(
    Array.from({ length: isLongRun ? 1_000 : 100 }, async (_, index) => {
      const socket = connect(place);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write('POST /api/api.test HTTP/1.1\r\nHost: x\r\nContent-Length: 9'.slice(0, index));
      return socket;
    }),
  );
  expect(await callApi(workspace, 'api.test')).toMatchObject({ ok: true });
  // Nobody waited for the end of one of them.
  expect(sockets.filter(({ closed }) => closed)).toEqual([]);
  for (const socket of sockets) socket.destroy();
});

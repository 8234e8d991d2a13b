import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { type OpenEngineOptions, openEngine } from '../../src/engine/open-engine.ts';
import { statusOf } from '../../src/shared/errors.ts';
import type { Endpoint } from '../../src/snapshot/collector.ts';
import {
  type Fault,
  type FaultEngine,
  type FaultEngineOptions,
  openFaultEngine,
} from '../support/fault-engine.ts';
import { openRecordingProxy } from '../support/recording-proxy.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const allowedEndpoints: Endpoint[] = [
  'GET /info',
  'GET /containers/json',
  'GET /containers/{id}/json',
  'GET /containers/{id}/archive',
  'HEAD /containers/{id}/archive',
];

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function serve(options: FaultEngineOptions = {}): Promise<FaultEngine> {
  const engine = await openFaultEngine(options);
  opened.push(engine);
  return engine;
}

function reader(url: string, options: Partial<OpenEngineOptions> = {}) {
  const engine = openEngine({ url, allowedEndpoints, ...options });
  opened.push(engine);
  return engine;
}

describe('a healthy engine', () => {
  it.each(['tcp', 'unix'])(
    'is read over %s with its path, version and query whole',
    async (kind) => {
      const socketPath = join(folder, 'engine.sock');
      const engine = await serve({
        routes: { '/containers/json': [{ Id: '4f5c' }], '/info': { ID: 'x' } },
        ...(kind === 'unix' ? { socketPath } : {}),
      });
      const { get } = reader(engine.url);

      expect(await get('/containers/json', { all: '1', filters: '{"a":["b c"]}' })).toEqual([
        { Id: '4f5c' },
      ]);
      expect(await get('/info')).toEqual({ ID: 'x' });
      expect(engine.requests.slice(1)).toEqual([
        {
          method: 'GET',
          path: '/containers/json',
          query: { all: '1', filters: '{"a":["b c"]}' },
          apiVersion: '1.45',
        },
        { method: 'GET', path: '/info', query: {}, apiVersion: '1.45' },
      ]);
    },
  );

  it('gives headers with names in lower case and frees the connection', async () => {
    const engine = await serve({
      routes: {
        '/containers/4f5c/archive': (_: unknown, response: ServerResponse) =>
          response
            .writeHead(200, { 'X-Docker-Container-Path-Stat': 'e30=', 'Content-Length': 0 })
            .end(),
      },
    });
    const { head } = reader(engine.url);

    for (let i = 0; i < 20; i += 1) {
      const headers = await head('/containers/4f5c/archive', { path: '/etc/passwd' });
      expect(headers['x-docker-container-path-stat']).toBe('e30=');
    }
    expect(engine.accepted()).toBe(1);
  });

  it('gives the entries of an archive', async () => {
    const archive = pack();
    archive.entry({ name: 'passwd' }, 'root:x:0:0\n');
    archive.entry({ name: 'link', type: 'symlink', linkname: '/run/passwd' });
    archive.entry({ name: 'etc/', type: 'directory' });
    archive.finalize();
    const engine = await serve({
      routes: {
        '/containers/4f5c/archive': (_: unknown, response: ServerResponse) =>
          archive.pipe(response.setHeader('Content-Type', 'application/x-tar')),
      },
    });

    const entries = await reader(engine.url).get('/containers/4f5c/archive', { path: '/etc' });

    expect(entries).toEqual([
      { name: 'passwd', kind: 'file', linkTarget: null, content: 'root:x:0:0\n' },
      { name: 'link', kind: 'symlink', linkTarget: '/run/passwd', content: '' },
      { name: 'etc/', kind: 'directory', linkTarget: null, content: '' },
    ]);
  });

  it('is asked at most eight things at once', async () => {
    let running = 0;
    let most = 0;
    const engine = await serve({
      routes: {
        '/info': (_: unknown, response: ServerResponse) => {
          running += 1;
          most = Math.max(most, running);
          setTimeout(() => {
            running -= 1;
            response.end('{}');
          }, 20);
        },
      },
    });
    const { get } = reader(engine.url);

    await Promise.all(Array.from({ length: 40 }, () => get('/info')));

    expect(most).toBe(8);
    expect(engine.accepted()).toBeLessThanOrEqual(9);
  });

  it('is described as another endpoint when asked to', async () => {
    const engine = await serve();

    const { endpoint } = reader(engine.url, { describedAs: 'unix:///srv/demo/docker.sock' });

    expect(endpoint).toEqual({
      kind: 'unix',
      url: 'unix:///srv/demo/docker.sock',
      isMutualTls: false,
      socketPath: '/srv/demo/docker.sock',
    });
  });
});

describe('calls', () => {
  it.each([
    '/containers/4f5c/attach/ws',
    '/containers/4f5c/export',
    '/containers/../json',
    '/containers/a..b/json',
    '/containers/a%2f..%2fb/json',
    '/containers//json',
    '/containers/4f5c/json?x=1',
    '/info/',
    'http://elsewhere/info',
    '//elsewhere/info',
  ])('that are not declared never reach an engine: GET %s', async (path) => {
    const engine = await serve();

    await expect(reader(engine.url).get(path)).rejects.toThrow('not among the declared endpoints');
    expect(engine.requests).toEqual([]);
  });

  it('are declared for one method only', async () => {
    const engine = await serve();

    await expect(reader(engine.url).head('/info')).rejects.toThrow('not among the declared');
    expect(engine.requests).toEqual([]);
  });

  it('reach a proxied engine as GET and HEAD from the list, and as nothing else', async () => {
    const engineSocket = join(folder, 'behind.sock');
    await serve({ socketPath: engineSocket, routes: { '/info': {}, '/containers/json': [] } });
    const proxy = await openRecordingProxy({ listenOn: join(folder, 'p.sock'), engineSocket });
    opened.push(proxy);
    const engine = reader(proxy.url);

    await engine.get('/info');
    await engine.get('/containers/json', { all: '1' });
    await expect(engine.head('/containers/4f5c/archive')).rejects.toMatchObject({ status: 404 });

    expect(proxy.calls).toEqual([
      'GET /version',
      'GET /v1.45/info',
      'GET /v1.45/containers/json?all=1',
      'HEAD /v1.45/containers/4f5c/archive',
    ]);
  });
});

describe('a failing engine', () => {
  const MEGABYTE = 1024 * 1024;

  it.each<[string, Fault, string, RegExp]>([
    ['hangs', { kind: 'hang' }, 'engine-timeout', /did not answer \/v1.45\/info within 0.3 s/],
    ['is slow', { kind: 'slow', bytes: 1e6, everyMs: 20 }, 'engine-timeout', /within 0.3 s/],
    ['breaks off', { kind: 'cut' }, 'engine-cut', /closed the connection/],
    ['resets', { kind: 'reset' }, 'engine-cut', /closed the connection/],
    ['is no engine', { kind: 'html' }, 'engine-invalid-answer', /GET \/info: not JSON/],
    ['babbles', { kind: 'invalid-json' }, 'engine-invalid-answer', /GET \/info: not JSON/],
    ['is no web server', { kind: 'not-http' }, 'engine-invalid-answer', /does not speak HTTP/],
    [
      'fails',
      { kind: 'status', status: 500, message: `boom\n${'x'.repeat(1000)}` },
      'engine-status',
      /GET \/info: 500 boom x{194}…$/,
    ],
  ])('that %s is named', async (_, fault, code, text) => {
    const engine = await serve({ faults: { '/info': fault } });
    const { get, apiVersion } = reader(engine.url, { callTimeoutMs: 300 });
    await apiVersion();

    const failure = await get('/info').catch((error: unknown) => error);

    expect(failure).toMatchObject({ code, message: expect.stringMatching(text) });
  });

  it('that hangs from the start is named', async () => {
    const engine = await serve({ fault: { kind: 'hang' } });

    await expect(reader(engine.url, { callTimeoutMs: 100 }).get('/info')).rejects.toMatchObject({
      code: 'engine-timeout',
    });
  });

  it('whose container has gone gives the status', async () => {
    const engine = await serve();

    const failure = await reader(engine.url)
      .get('/containers/4f5c/json')
      .catch((e: unknown) => e);

    expect(statusOf(failure)).toBe(404);
  });

  it.each([true, false])('cannot fill the memory (length declared: %s)', async (declared) => {
    const fault: Fault = { kind: 'huge', bytes: 50 * MEGABYTE, hasContentLength: declared };
    const engine = await serve({ faults: { '/info': fault } });

    await expect(reader(engine.url).get('/info')).rejects.toMatchObject({
      code: 'engine-answer-too-large',
      message: expect.stringContaining('16384 KB'),
    });
    await untilTrue(() => engine.connections() === 0);
    expect(engine.bytesSent()).toBeLessThan((declared ? 10 : 26) * MEGABYTE);
  });

  it('cannot fill the memory with an error message', async () => {
    const huge = 'x'.repeat(MEGABYTE);
    const engine = await serve({
      faults: { '/info': { kind: 'status', status: 500, message: huge } },
    });

    await expect(reader(engine.url).get('/info')).rejects.toMatchObject({
      code: 'engine-answer-too-large',
    });
  });

  it('cannot hand over a large file inside an archive', async () => {
    const archive = pack();
    archive.entry({ name: 'large' }, 'x'.repeat(MEGABYTE + 1));
    archive.finalize();
    const engine = await serve({
      routes: {
        '/containers/4f5c/archive': (_: unknown, response: ServerResponse) =>
          archive.pipe(response.setHeader('Content-Type', 'application/x-tar')),
      },
    });

    await expect(reader(engine.url).get('/containers/4f5c/archive')).rejects.toMatchObject({
      code: 'engine-answer-too-large',
    });
  });

  it.each(['no tar at all', 'x'.repeat(512)])('cannot pass off %j as an archive', async (body) => {
    const engine = await serve({
      routes: {
        '/containers/4f5c/archive': (_: unknown, response: ServerResponse) =>
          response.setHeader('Content-Type', 'application/x-tar').end(body),
      },
    });

    await expect(reader(engine.url).get('/containers/4f5c/archive')).rejects.toMatchObject({
      code: 'engine-invalid-answer',
    });
  });

  it('cannot send Seawall elsewhere', async () => {
    const elsewhere = await serve();
    const location = `${elsewhere.url.replace('tcp:', 'http:')}/info`;
    const engine = await serve({ faults: { '/info': { kind: 'redirect', location } } });

    await expect(reader(engine.url).get('/info')).rejects.toMatchObject({
      code: 'engine-status',
      status: 302,
    });
    expect(elsewhere.accepted()).toBe(0);
  });

  it('cannot crash Seawall with a redirect to an unknown scheme', async () => {
    const fault: Fault = { kind: 'redirect', location: 'gopher://elsewhere/' };
    const engine = await serve({ faults: { '/info': fault } });

    await expect(reader(engine.url).get('/info')).rejects.toMatchObject({ status: 302 });
  });

  it('cannot make Seawall wait with an upgrade nobody asked for', async () => {
    const server = createServer((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'),
      );
      socket.on('error', () => {});
    });
    const url = await listen(server);

    await expect(reader(url, { callTimeoutMs: 200 }).get('/info')).rejects.toMatchObject({
      name: 'Error',
      code: expect.stringMatching(/^engine-(timeout|cut)$/),
    });
    server.close();
  });

  it('that refuses is named by its url', async () => {
    const engine = await openFaultEngine();
    await engine.close();

    await expect(reader(engine.url).get('/info')).rejects.toMatchObject({
      code: 'engine-unreachable',
      isRetryable: true,
      detail: `${engine.url} refused the connection (ECONNREFUSED)`,
    });
  });

  it('that does not exist is named by its socket', async () => {
    const url = `unix://${join(folder, 'none.sock')}`;

    await expect(reader(url).get('/info')).rejects.toMatchObject({
      code: 'engine-unreachable',
      detail: `${url} has no such socket (ENOENT)`,
    });
  });

  it('is asked again when a kept connection had ended', async () => {
    let calls = 0;
    const engine = await serve({
      routes: {
        '/info': (_: unknown, response: ServerResponse) => {
          calls += 1;
          if (calls < 3) response.socket?.resetAndDestroy();
          else response.end('{"ID":"x"}');
        },
      },
    });

    expect(await reader(engine.url).get('/info')).toEqual({ ID: 'x' });
    expect(calls).toBe(3);
  });
});

describe('ending', () => {
  it('closes every connection and rejects open and later calls', async () => {
    const engine = await serve({ faults: { '/info': { kind: 'hang' } } });
    const engineReader = openEngine({ url: engine.url, allowedEndpoints });
    await engineReader.apiVersion();
    const open = engineReader.get('/info').catch((error: unknown) => error);
    await untilTrue(() => engine.requests.length === 2);

    engineReader.close();

    expect(await open).toMatchObject({ code: 'engine-unreachable' });
    await expect(engineReader.get('/info')).rejects.toMatchObject({ code: 'engine-unreachable' });
    await untilTrue(() => engine.connections() === 0);
  });

  it('tells the reason of the signal that ended a call', async () => {
    const engine = await serve({ faults: { '/info': { kind: 'hang' } } });
    const signal = AbortSignal.timeout(100);

    await expect(reader(engine.url, { signal }).get('/info')).rejects.toMatchObject({
      code: 'engine-timeout',
      message: expect.stringContaining('the call was given up'),
    });
  });
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

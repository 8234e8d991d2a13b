import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import { openRecordingProxy } from '../support/recording-proxy.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const { serve, reader, closeLater } = useEngines();

describe('a healthy engine', () => {
  it.each(['tcp', 'unix'])(
    'is read over %s with its path, version and query whole',
    async (kind) => {
      const socketPath = join(folder, 'engine.sock');
      const engine = await serve({
        routes: { '/containers/json': [{ Id: '4f5c' }], '/info': { ID: 'x' } },
        ...(kind === 'unix' ? { socketPath } : {}),
      });
      const door = reader(engine.url);

      expect(await door.get('/containers/json', { all: '1', filters: '{"a":["b c"]}' })).toEqual([
        { Id: '4f5c' },
      ]);
      expect(await door.get('/info')).toEqual({ ID: 'x' });
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

  it('has the time to answer that is set here, not that of another client', async () => {
    const { DOCKER_HOST = '', DOCKER_CLIENT_TIMEOUT = '' } = env;
    Object.assign(env, { DOCKER_HOST: 'tcp://x', DOCKER_CLIENT_TIMEOUT: '120' });
    try {
      const late = (_: unknown, response: ServerResponse) => {
        setTimeout(() => response.end('{"ID":"x"}'), 400);
      };
      const engine = await serve({ routes: { '/info': late } });
      expect(await reader(engine.url).get('/info')).toEqual({ ID: 'x' });
    } finally {
      Object.assign(env, { DOCKER_HOST, DOCKER_CLIENT_TIMEOUT });
    }
  });

  it('gives headers with names in lower case and frees the connection', async () => {
    const engine = await serve({
      routes: {
        '/containers/4f5c/archive': (_: unknown, response: ServerResponse) =>
          response
            .writeHead(200, { 'X-Docker-Container-Path-Stat': 'e30=', 'Content-Length': 0 })
            .end(),
      },
    });
    const door = reader(engine.url);

    for (let i = 0; i < 20; i += 1) {
      const headers = await door.head('/containers/4f5c/archive', { path: '/etc/passwd' });
      expect(headers['x-docker-container-path-stat']).toBe('e30=');
    }
    expect(engine.accepted()).toBe(1);
  });

  it('is asked at most eight things at once', async () => {
    let running = 0;
    let most = 0;
    const eight = Promise.withResolvers<void>();
    const engine = await serve({
      routes: {
        '/info': async (_: unknown, response: ServerResponse) => {
          running += 1;
          most = Math.max(most, running);
          if (running >= 8) eight.resolve();
          // The first wait for the others however slow the machine is, and all of them for a ninth.
          await eight.promise;
          await pause(20);
          running -= 1;
          response.end('{}');
        },
      },
    });
    const door = reader(engine.url);

    await Promise.all(Array.from({ length: 40 }, () => door.get('/info')));

    expect(most).toBe(8);
    expect(engine.accepted()).toBeLessThanOrEqual(9);
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
    closeLater(proxy);
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

describe('ending', () => {
  it('closes every connection and rejects open and later calls', async () => {
    const engine = await serve({ faults: { '/info': { kind: 'hang' } } });
    const engineReader = reader(engine.url);
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

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { statusOf } from '../../src/shared/errors.ts';
import { passwdFormat } from '../../src/snapshot/archive/single-file.ts';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import { type Fault, openFaultEngine } from '../support/fault-engine.ts';
import { useHeldTimers } from '../support/held-timers.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const { serve, reader } = useEngines();
const { holdTimers } = useHeldTimers();

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
    // Who is only waited for is given up soon; on a busy machine any other answer takes its time.
    const isWaitedFor = code === 'engine-timeout';
    const door = reader(engine.url, isWaitedFor ? { callTimeoutMs: 300 } : {});
    const held = holdTimers(300);
    await door.apiVersion();
    held.stop();

    const failure = await door.get('/info').catch((error: unknown) => error);

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
      message: expect.stringContaining('more than 512 KB'),
    });
    await untilTrue(() => engine.connections() === 0);
    expect(engine.bytesSent()).toBeLessThan(10 * MEGABYTE);
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

    await expect(
      reader(engine.url).readArchive('/containers/4f5c/archive', {}, passwdFormat),
    ).rejects.toMatchObject({
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

    await expect(
      reader(engine.url).readArchive('/containers/4f5c/archive', {}, passwdFormat),
    ).rejects.toMatchObject({
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
      code: 'engine-invalid-answer',
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

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

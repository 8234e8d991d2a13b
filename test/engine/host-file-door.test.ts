import type { ServerResponse } from 'node:http';
import { pack } from 'tar-stream';
import { openHostFileDoor } from '../../src/engine/host-file-door.ts';
import { probeEndpoints } from '../../src/engine/snapshot-taker.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { HostFileWindow } from '../../src/snapshot/collector.ts';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import type { FaultEngineOptions, RecordedRequest } from '../support/fault-engine.ts';

const { serve, closeLater } = useEngines();

const view = { paths: ['/etc'], dataRoot: null };
const own = 'f00d';
const label = { 'seawall.probe': '1' };
const probe = (id: string, created: number, more = {}) => ({
  Id: id,
  Names: [`/seawall-probe-${id}`],
  State: 'created',
  Created: created,
  Labels: label,
  ...more,
});

const sendJson = (status: number, body: unknown) => (_: unknown, response: ServerResponse) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

/** An engine that makes and removes probes and shows what `archive` answers. */
function probing(
  archive: (request: RecordedRequest, response: ServerResponse) => void = sendJson(404, {}),
  listed: unknown[] = [probe(own, 1000)],
): NonNullable<FaultEngineOptions['routes']> {
  return {
    '/containers/create': sendJson(201, { Id: own, Warnings: [] }),
    '/containers/json': listed,
    [`/containers/${own}`]: sendJson(204, undefined),
    [`/containers/${own}/archive`]: archive,
  };
}

function door(url: string, options: Partial<Parameters<typeof openHostFileDoor>[0]> = {}) {
  return closeLater(openHostFileDoor({ url, allowedEndpoints: probeEndpoints, ...options }));
}

const callsOf = ({ requests }: { requests: readonly RecordedRequest[] }) =>
  requests.map(({ method, path }) => `${method} ${path}`).filter((call) => !/version/.test(call));

const stat = (mode: number, linkTarget = '') =>
  Buffer.from(JSON.stringify({ name: 'x', size: 1, mode, linkTarget })).toString('base64');

/** `HEAD` says a regular file, `GET` sends what `body` holds. */
const file =
  (body: Buffer | string, mode = 0o640) =>
  ({ method }: RecordedRequest, response: ServerResponse) => {
    response.writeHead(200, {
      'X-Docker-Container-Path-Stat': stat(mode),
      'Content-Type': 'application/x-tar',
    });
    response.end(method === 'HEAD' ? undefined : body);
  };

async function archiveOf(
  header: Parameters<ReturnType<typeof pack>['entry']>[0],
  content = '',
): Promise<Buffer> {
  const tar = pack();
  tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a look', () => {
  it('creates one container that cannot run, and removes it', async () => {
    const bodies: string[] = [];
    const engine = await serve({
      routes: {
        ...probing(),
        '/containers/create': (_: RecordedRequest, response: ServerResponse) => {
          response.req.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
          response.req.on('end', () => sendJson(201, { Id: own })(null, response));
        },
      },
    });

    await door(engine.url).look({ paths: ['/etc'], dataRoot: '/var/lib/docker' }, async () => {});

    expect(callsOf(engine)).toEqual([
      'POST /containers/create',
      'GET /containers/json',
      `DELETE /containers/${own}`,
    ]);
    expect(engine.requests[1]?.query).toEqual({
      name: expect.stringMatching(/^seawall-probe-[0-9a-f]{12}$/),
    });
    expect(JSON.parse(bodies.join(''))).toEqual({
      Image: '',
      Cmd: ['none'],
      User: '65534:65534',
      NetworkDisabled: true,
      Labels: label,
      HostConfig: {
        NetworkMode: 'none',
        IpcMode: 'none',
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none' },
        Mounts: [
          { Type: 'bind', Source: '/etc', Target: '/seawall-host/etc', ReadOnly: true },
          {
            Type: 'bind',
            Source: '/',
            Target: '/root-filesystem',
            ReadOnly: true,
            BindOptions: { NonRecursive: true },
          },
          {
            Type: 'bind',
            Source: '/var/lib/docker',
            Target: '/data-root',
            ReadOnly: true,
            BindOptions: { NonRecursive: true },
          },
        ],
      },
    });
  });

  it('leaves out the paths that the host does not have', async () => {
    let attempts = 0;
    const engine = await serve({
      routes: {
        ...probing(),
        '/containers/create': (_: unknown, response: ServerResponse) => {
          const missing = ['/nope', '/run/x'][attempts];
          attempts += 1;
          const message = `invalid mount config for type "bind": bind source path does not exist: ${missing}`;
          if (missing) sendJson(400, { message })(null, response);
          else sendJson(201, { Id: own })(null, response);
        },
      },
    });
    const paths = ['/etc', '/nope', '/run/x'];

    const shown = await door(engine.url).look({ paths, dataRoot: null }, async (w) => w.shown);

    expect(shown).toEqual(['/etc']);
  });

  it('removes its container when what was done in it fails', async () => {
    const engine = await serve({ routes: probing() });

    const look = door(engine.url).look(view, () => Promise.reject(new Error('a bug')));

    await expect(look).rejects.toThrow('a bug');
    expect(callsOf(engine).at(-1)).toBe(`DELETE /containers/${own}`);
  });

  it.each([
    [400, 'invalid mount config for type "bind": bind source path does not exist: /other'],
    [403, 'a read-only proxy'],
    [404, 'No such image: x'],
  ])('that is refused with %d says so and leaves nothing to remove', async (status, message) => {
    const engine = await serve({
      faults: { '/containers/create': { kind: 'status', status, message } },
    });

    await expect(door(engine.url).look(view, async () => {})).rejects.toThrow(
      `${status} ${message}`,
    );
    expect(callsOf(engine)).toEqual(['POST /containers/create']);
  });

  it.each(['cut', 'hang', 'html'] as const)(
    'whose answer to the creation is lost (%s) removes the container by its name',
    async (kind) => {
      const engine = await serve({ faults: { '/containers/create': { kind } } });

      await expect(
        door(engine.url, { callTimeoutMs: 200 }).look(view, async () => {}),
      ).rejects.toBeInstanceOf(OutsideError);

      const name = engine.requests.find(({ method }) => method === 'POST')?.query.name;
      expect(callsOf(engine)).toEqual(['POST /containers/create', `DELETE /containers/${name}`]);
    },
  );

  it('asks for a container once, though the connection breaks', async () => {
    const engine = await serve({ faults: { '/containers/create': { kind: 'reset' } } });

    await expect(door(engine.url).look(view, async () => {})).rejects.toThrow('broke');
    expect(engine.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('still removes its container when the time of the host is up', async () => {
    const engine = await serve({ routes: probing(() => {}) });
    const hostTime = new AbortController();
    const options = { signal: hostTime.signal };

    const look = door(engine.url, options).look(view, (window) => window.stat('/etc/passwd'));
    await untilTrue(() => callsOf(engine).some((call) => call.startsWith('HEAD')));
    hostTime.abort(new OutsideError('engine-timeout', 'the host took too long'));

    await expect(look).rejects.toThrow('the host took too long');
    expect(callsOf(engine).at(-1)).toBe(`DELETE /containers/${own}`);
  });

  it('gives what was read though the removal fails', async () => {
    const engine = await serve({
      routes: probing(),
      faults: { [`/containers/${own}`]: { kind: 'status', status: 500, message: 'busy' } },
    });

    expect(await door(engine.url).look(view, async () => 'read')).toBe('read');
  });

  it('removes what a Seawall that died has left, and nothing of anyone else', async () => {
    const listed = [
      probe(own, 1000),
      probe('dead', 1000 - 61),
      probe('alive', 1000 - 59),
      probe('running', 1, { State: 'running' }),
      probe('named', 1, { Names: ['/my-seawall-probe-x'] }),
      probe('labelled', 1, { Labels: { 'seawall.probe': 'yes' } }),
    ];
    const engine = await serve({
      routes: { ...probing(undefined, listed), '/containers/dead': sendJson(204, undefined) },
    });

    await door(engine.url).look(view, async () => {});

    const removed = callsOf(engine).filter((call) => call.startsWith('DELETE'));
    expect(removed).toEqual(['DELETE /containers/dead', `DELETE /containers/${own}`]);
  });

  it('can make no call that is not declared', async () => {
    const engine = await serve({ routes: probing() });
    const allowedEndpoints = probeEndpoints.filter((one) => !one.startsWith('POST'));

    await expect(door(engine.url, { allowedEndpoints }).look(view, async () => {})).rejects.toThrow(
      'POST /containers/create is not among the declared',
    );
    expect(callsOf(engine)).toEqual([]);
  });
});

describe('a window', () => {
  async function through<T>(
    archive: (request: RecordedRequest, response: ServerResponse) => void,
    use: (window: HostFileWindow) => Promise<T>,
    dataRoot: string | null = null,
  ) {
    const engine = await serve({ routes: probing(archive) });
    return { engine, result: door(engine.url).look({ ...view, dataRoot }, use) };
  }

  it('tells kind and mode, and what is not there', async () => {
    const { result } = await through(
      ({ query }, response) => {
        if (query.path !== '/seawall-host/etc/x') return sendJson(404, {})(null, response);
        response.writeHead(200, { 'X-Docker-Container-Path-Stat': stat(2 ** 31 + 0o750) }).end();
      },
      async (window) => [await window.stat('/etc/x'), await window.stat('/etc/y')],
    );

    expect(await result).toEqual([{ kind: 'directory', mode: 0o750, linkTarget: null }, null]);
  });

  it.each([
    // The engine resolves a relative link inside of the container, so that it comes with our prefix.
    ['/seawall-host/etc/real.pem', '/etc/real.pem'],
    ['/seawall-host/srv/x', '/srv/x'],
    ['/seawall-host', '/'],
    ['/srv/x', '/srv/x'],
    ['/seawall-hosts/x', '/seawall-hosts/x'],
    ['real.pem', 'real.pem'],
  ])('says that a link to %s leads to %s on the host', async (linkTarget, target) => {
    const { result } = await through(
      (_, response) =>
        response
          .writeHead(200, { 'X-Docker-Container-Path-Stat': stat(2 ** 27 + 0o777, linkTarget) })
          .end(),
      (window) => window.stat('/etc/x'),
    );

    expect(await result).toEqual({ kind: 'symlink', mode: 0o777, linkTarget: target });
  });

  it('reads an owner without the content, however large', async () => {
    const archive = await archiveOf({ name: 'key.pem', uid: 0, gid: 42, size: 16 });
    let sent = 0;
    const { engine, result } = await through(
      ({ method }, response) => {
        response.writeHead(200, {
          'X-Docker-Container-Path-Stat': stat(0o640),
          'Content-Type': 'application/x-tar',
        });
        if (method === 'HEAD') return response.end();
        response.write(archive.subarray(0, 512));
        // A content without end: only hanging up ends it.
        const timer = setInterval(() => {
          sent += 1;
          response.write(Buffer.alloc(512, 'k'));
        }, 5);
        response.on('close', () => clearInterval(timer));
      },
      (window) => window.ownerOf('/etc/key.pem'),
    );

    expect(await result).toEqual({ uid: 0, gid: 42 });
    const before = sent;
    await untilTrue(() => engine.requests.some(({ method }) => method === 'DELETE'));
    expect(sent - before).toBeLessThan(50);
  });

  it('reads owners of any size from an extended header', async () => {
    const archive = await archiveOf({
      name: 'ä'.repeat(80),
      uid: 0,
      gid: 0,
      pax: { uid: '4000000000', gid: '3000000000', comment: 'a=b' },
    });
    const { result } = await through(file(archive), (window) => window.ownerOf('/etc/x'));

    expect(await result).toEqual({ uid: 4_000_000_000, gid: 3_000_000_000 });
  });

  it('reads the text of a file', async () => {
    const archive = await archiveOf({ name: 'group' }, 'docker:x:105:bob\n');
    const { result } = await through(file(archive), (window) => window.textOf('/etc/group'));

    expect(await result).toBe('docker:x:105:bob\n');
  });

  it.each([
    ['a directory', 2 ** 31 + 0o755],
    ['a socket', 2 ** 24 + 0o660],
    ['a symlink', 2 ** 27 + 0o777],
  ])('never gets %s', async (_, mode) => {
    const use = (window: HostFileWindow) =>
      Promise.allSettled([window.ownerOf('/etc/docker'), window.textOf('/etc/docker')]);
    const { engine, result } = await through(file('', mode), use);

    expect((await result).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(callsOf(engine).filter((call) => /^GET .*archive/.test(call))).toEqual([]);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['nothing', async () => Buffer.alloc(0)],
    ['an empty archive', async () => Buffer.alloc(1024)],
    ['another kind', () => archiveOf({ name: 'x', type: 'directory' })],
    ['half a header', async () => (await archiveOf({ name: 'x' })).subarray(0, 300)],
    [
      'a header without numbers',
      async () => Buffer.alloc(512, '0'.charCodeAt(0)).fill('z', 100, 130),
    ],
    ['a header that never ends', async () => Buffer.alloc(2048, 'x')],
  ])('says that %s is no owner', async (_, archive) => {
    const { result } = await through(file(await archive()), (window) => window.ownerOf('/etc/x'));

    await expect(result).rejects.toBeInstanceOf(OutsideError);
  });

  it.each<[string, string[], boolean | null]>([
    ['on the filesystem of /', ['/data-root', '/root-filesystem/srv/d'], true],
    ['on a mount of its own', ['/data-root'], false],
    ['not where the engine says', ['/root-filesystem/srv/d'], null],
    [
      'not to be told from /',
      ['/data-root', '/root-filesystem/srv/d', '/root-filesystem/proc/self'],
      null,
    ],
  ])('sees a data root that is %s', async (_, present, expected) => {
    const isPresent = (path: string) =>
      present.some((one) => path === one || path === `${one}/containers/${own}`);
    const { result } = await through(
      ({ query }, response) =>
        isPresent(query.path ?? '')
          ? response.writeHead(200, { 'X-Docker-Container-Path-Stat': stat(2 ** 31) }).end()
          : sendJson(404, {})(null, response),
      (window) => window.isDataRootOnRootFilesystem(),
      '/srv/d',
    );

    expect(await result).toBe(expected);
  });
});

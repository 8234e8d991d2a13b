import type { ServerResponse } from 'node:http';
import { pack } from 'tar-stream';
import { openHostFileDoor } from '../../src/engine/host-file-door.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { type HostFileWindow, hostFileCalls } from '../../src/snapshot/collector.ts';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import type { RecordedRequest } from '../support/fault-engine.ts';
import { callsOf, own, probing, sendJson, view } from '../support/probing-engine.ts';

const { serve, closeLater, patient } = useEngines();

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

describe('a window', () => {
  async function through<T>(
    archive: (request: RecordedRequest, response: ServerResponse) => void,
    use: (window: HostFileWindow) => Promise<T>,
    dataRoot: string | null = null,
  ) {
    const engine = await serve({ routes: probing(archive) });
    const door = closeLater(
      openHostFileDoor({ url: engine.url, allowedEndpoints: hostFileCalls, ...patient }),
    );
    return { engine, result: door.look({ ...view, dataRoot }, use) };
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

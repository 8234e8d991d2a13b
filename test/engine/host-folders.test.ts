import type { ServerResponse } from 'node:http';
import { openHostFileDoor } from '../../src/engine/host-file-door.ts';
import { type FolderWindow, hostFileCalls } from '../../src/snapshot/collector.ts';
import { useEngines } from '../support/engine-door.ts';
import type { RecordedRequest } from '../support/fault-engine.ts';
import { callsOf, own, probing, sendJson } from '../support/probing-engine.ts';

const { serve, closeLater, patient } = useEngines();

const LINK = 2 ** 27 + 0o777;
const time = '2026-01-02T03:04:05.000000007Z';
const ns = BigInt(Date.parse('2026-01-02T03:04:05Z')) * 1_000_000n + 7n;

/** What a window of these folders tells, where `stats` has what lies where in the container. */
async function through<T>(
  folders: readonly string[],
  stats: Record<string, object>,
  use: (window: FolderWindow) => Promise<T>,
  missing: readonly string[] = [],
) {
  const bodies: { HostConfig: { Mounts: { Source: string; Target: string }[] } }[] = [];
  const answer = ({ query }: RecordedRequest, response: ServerResponse) => {
    const found = stats[String(query.path)];
    if (found === undefined) return sendJson(404, {})(null, response);
    const header = { name: 'x', size: 1, mode: 0o644, mtime: time, linkTarget: '', ...found };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64');
    return response.writeHead(200, { 'X-Docker-Container-Path-Stat': encoded }).end();
  };
  const engine = await serve({
    routes: {
      ...probing(answer),
      '/containers/create': (_: RecordedRequest, response: ServerResponse) => {
        const chunks: Buffer[] = [];
        response.req.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.req.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString());
          bodies.push(body);
          const sources = body.HostConfig.Mounts.map(({ Source }: { Source: string }) => Source);
          const lost = missing.find((path) => sources.includes(path));
          const message = `invalid mount config for type "bind": stat ${lost}: not a directory`;
          if (lost) sendJson(400, { message })(null, response);
          else sendJson(201, { Id: own })(null, response);
        });
      },
    },
  });
  const door = closeLater(
    openHostFileDoor({ url: engine.url, allowedEndpoints: hostFileCalls, ...patient }),
  );
  return { engine, bodies, result: await door.lookInto(folders, use) };
}

it('shows every folder alone, and none by way of another', async () => {
  const { bodies, engine } = await through(['/', '/srv', '/srv/a'], {}, async () => {});

  expect(bodies[0]?.HostConfig.Mounts).toEqual(
    ['/seawall-host-0', '/seawall-host-1/srv', '/seawall-host-2/srv/a'].map((Target, index) => ({
      Type: 'bind',
      Source: ['/', '/srv', '/srv/a'][index],
      Target,
      ReadOnly: true,
      BindOptions: { NonRecursive: true },
    })),
  );
  expect(callsOf(engine).at(-1)).toBe(`DELETE /containers/${own}`);
});

it('tells what lies in a folder, and what the folder itself is', async () => {
  const stats = {
    '/seawall-host-0/srv': { mode: 2 ** 31 + 0o755, size: 4096 },
    '/seawall-host-1/srv': { mode: 2 ** 31 + 0o700, size: 6 },
    '/seawall-host-1/srv/x': {},
  };
  const { result } = await through(['/', '/srv'], stats, async ({ entry, itself }) => [
    await entry('/', 'srv'),
    await itself('/srv'),
    await entry('/srv', 'x'),
    await entry('/srv', 'y'),
  ]);

  expect(result).toEqual([
    { kind: 'directory', mode: 0o755, linkTarget: null, size: 4096, modifiedNs: ns },
    { kind: 'directory', mode: 0o700, linkTarget: null, size: 6, modifiedNs: ns },
    { kind: 'file', mode: 0o644, linkTarget: null, size: 1, modifiedNs: ns },
    null,
  ]);
});

it.each([
  // The engine resolves a relative link inside of the container, so that it comes with our prefix.
  ['/seawall-host-1/etc/cron.d', '/etc/cron.d'],
  ['/seawall-host-1', '/'],
  ['/etc', '/etc'],
  ['/seawall-host-0/etc', '/seawall-host-0/etc'],
])('says that a link to %s leads to %s on the host', async (linkTarget, target) => {
  const stats = { '/seawall-host-1/srv/link': { mode: LINK, linkTarget } };
  const { result } = await through(['/', '/srv'], stats, ({ entry }) => entry('/srv', 'link'));

  expect(result).toMatchObject({ kind: 'symlink', linkTarget: target });
});

it('leaves out what is no folder on the way', async () => {
  const { result, bodies } = await through(['/', '/srv/file/x'], {}, async ({ shown }) => shown, [
    '/srv/file/x',
  ]);

  expect(result).toEqual(['/']);
  expect(bodies).toHaveLength(2);
});

it.each([{ mtime: 'yesterday' }, { size: -1 }])('refuses a stat without %j', async (wrong) => {
  const stats = { '/seawall-host-0/srv': wrong };

  await expect(through(['/'], stats, ({ entry }) => entry('/', 'srv'))).rejects.toThrow(
    'no size or time',
  );
});

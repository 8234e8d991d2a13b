import type { ServerResponse } from 'node:http';
import { openHostFileDoor } from '../../src/engine/host-file-door.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { hostFileCalls } from '../../src/snapshot/collector.ts';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import type { RecordedRequest } from '../support/fault-engine.ts';
import { useHeldTimers } from '../support/held-timers.ts';
import { callsOf, label, own, probe, probing, sendJson, view } from '../support/probing-engine.ts';

const { serve, closeLater, patient } = useEngines();
const { holdTimers } = useHeldTimers();

function door(url: string, options: Partial<Parameters<typeof openHostFileDoor>[0]> = {}) {
  return closeLater(
    openHostFileDoor({ url, allowedEndpoints: hostFileCalls, ...patient, ...options }),
  );
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
      const held = holdTimers(200);
      const looking = door(engine.url, { callTimeoutMs: 200 }).look(view, async () => {});
      const refused = expect(looking).rejects.toBeInstanceOf(OutsideError);
      await untilTrue(() => callsOf(engine).length > 0);
      if (kind === 'hang') held.run();
      await refused;

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
    const allowedEndpoints = hostFileCalls.filter((one) => !one.startsWith('POST'));

    await expect(door(engine.url, { allowedEndpoints }).look(view, async () => {})).rejects.toThrow(
      'POST /containers/create is not among the declared',
    );
    expect(callsOf(engine)).toEqual([]);
  });
});

import { chmodSync, chownSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createEnginePower, heldAs, outcomeOf } from '../../../src/engine/engine-power.ts';
import { harmlessWrites, nobodyId, unneededReads } from '../../../src/snapshot/power-calls.ts';
import { useEngines } from '../../support/engine-door.ts';
import type { RecordedRequest } from '../../support/fault-engine.ts';
import { openRecordingProxy } from '../../support/recording-proxy.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const { serve, closeLater } = useEngines();

const tryEngine = (
  url: string,
  evidence: 'api' | 'files' | 'kernel' = 'api',
  callTimeoutMs = 120_000,
) =>
  createEnginePower({ hosts: [{ name: 'web-1', url, evidence }], callTimeoutMs }).tryEngine(
    'web-1',
  );

/** An engine's answer to a container that there is not, with the header of every engine. */
const absent = (_: RecordedRequest, response: ServerResponse) => {
  response.writeHead(404, { 'Content-Type': 'application/json', 'Api-Version': '1.45' });
  response.end(JSON.stringify({ message: 'No such container' }));
};
const answer = (status: number, body: string) => (_: unknown, response: ServerResponse) => {
  response.removeHeader('Api-Version');
  response.writeHead(status).end(body);
};
const paths = [...unneededReads, ...harmlessWrites].map(({ call }) =>
  (call.split(' ')[1] ?? '').replace('{id}', nobodyId),
);
const routesOf = (handler: unknown) => Object.fromEntries(paths.map((path) => [path, handler]));

describe('at the level api', () => {
  it('tries every needed and some unneeded calls, and writes nothing', async () => {
    const engine = await serve({ routes: routesOf(absent) });
    const found = await tryEngine(engine.url);

    expect(found.writes).toBeNull();
    expect(found.unneeded.map(({ call, outcome }) => ({ call, outcome }))).toEqual(
      unneededReads.map(({ call }) => ({ call, outcome: 'answered' })),
    );
    expect(found.needed.map(({ call }) => call)).toEqual(found.needs);
    expect([...new Set(engine.requests.map(({ method }) => method))].sort()).toEqual([
      'GET',
      'HEAD',
    ]);
    // Where an id stands, it is one that nothing can have.
    const ids = engine.requests.flatMap(
      ({ path }) => /^(?:\/libpod)?\/\w+\/([^/]+)\//.exec(path)?.[1] ?? [],
    );
    expect([...new Set(ids)].filter((id) => id !== 'no-such-path')).toEqual([nobodyId]);
  });

  it.each([
    ['before the engine', '{"message":"not among the calls"}', 'before-engine'],
    // Recorded from Docker Engine 26.1.5, which sends no header of its own with it.
    ['by a plugin', '{"message":"authorization denied by plugin demo: nope"}\n', 'engine'],
  ])('tells a refusal %s', async (_where, body, by) => {
    const engine = await serve({ routes: routesOf(answer(403, body)) });
    const { unneeded } = await tryEngine(engine.url);

    expect(unneeded).toEqual(
      unneededReads.map(({ call }) => ({ call, outcome: 'refused', by, status: 403 })),
    );
  });

  it('is sure of nothing where nobody knows who answered', async () => {
    const engine = await serve({
      routes: routesOf(answer(404, '<h1>nothing here</h1>')),
      faults: { [paths[1] ?? '']: { kind: 'reset' }, [paths[2] ?? '']: { kind: 'hang' } },
    });
    // The one that hangs is waited for; the others have as long on a busy machine.
    const { unneeded } = await tryEngine(engine.url, 'api', 10_000);

    expect(unneeded.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['unclear', 404],
      ['unclear', null],
      ['unclear', null],
      ['unclear', 404],
    ]);
  });

  it('does not read what it is given', async () => {
    const flood = (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'Api-Version': '1.45' });
      const more = () => {
        while (response.write('x'.repeat(65_536)) && !response.destroyed);
        response.once('drain', more);
      };
      more();
    };
    const engine = await serve({ routes: routesOf(flood) });
    const { unneeded } = await tryEngine(engine.url);

    expect(unneeded.every(({ outcome }) => outcome === 'answered')).toBe(true);
    expect(engine.bytesSent()).toBeLessThan(64 * 1024 * 1024);
  });

  it('says why an engine could not be asked', async () => {
    const url = `unix://${join(folder, 'nothing.sock')}`;

    expect(await tryEngine(url)).toMatchObject({
      problem: expect.stringContaining('has no such socket'),
      needed: [],
      unneeded: [],
      socket: null,
    });
  });
});

it.each(['files', 'kernel'] as const)(
  'at the level %s it also tries what cannot write',
  async (evidence) => {
    const engine = await serve({ routes: routesOf(absent) });
    const found = await tryEngine(engine.url, evidence);
    const written = engine.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method));

    expect(found.writes?.map(({ outcome }) => outcome)).toEqual(
      harmlessWrites.map(() => 'answered'),
    );
    expect(written.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      harmlessWrites.map(({ call }) => call.replace('{id}', nobodyId)).sort(),
    );
    expect(found.needs).toContain('POST /containers/create');
  },
);

it.each([
  [200, false, null, 'unclear'],
  [200, true, null, 'answered'],
  [401, true, 'no', 'refused'],
  [404, false, 'page not found', 'answered'],
  [404, false, null, 'unclear'],
  [405, false, null, 'refused'],
  [503, true, 'no swarm manager', 'answered'],
  [502, false, 'bad gateway', 'unclear'],
])(
  'a %i, with an engine’s header: %s, saying %s, is %s',
  (status, hasEngineHeader, message, outcome) => {
    expect(outcomeOf({ status, hasEngineHeader, message })).toMatchObject({ outcome });
  },
);

describe('the socket', () => {
  it('is looked at on Seawall’s own machine', async () => {
    const engine = await serve({ socketPath: join(folder, 'engine.sock') });
    const listenOn = join(folder, 'guarded.sock');
    const proxy = closeLater(
      await openRecordingProxy({ listenOn, engineSocket: engine.url.slice('unix://'.length) }),
    );
    chmodSync(listenOn, 0o640);
    if (process.geteuid?.() === 0) chownSync(listenOn, 0, 108);
    const { socket } = await tryEngine(proxy.url);

    expect(socket).toMatchObject({ path: listenOn, mode: 0o640, ownUid: process.geteuid?.() });
    expect(socket?.heldAs).toBe(process.geteuid?.() === 0 ? 'root' : 'owner');
  });

  it.each([
    ['root', { mode: 0o000, uid: 5, gid: 5 }, { uid: 0, groups: [] }],
    ['owner', { mode: 0o600, uid: 5, gid: 9 }, { uid: 5, groups: [] }],
    ['group', { mode: 0o660, uid: 0, gid: 108 }, { uid: 5, groups: [5, 108] }],
    ['anyone', { mode: 0o666, uid: 0, gid: 108 }, { uid: 5, groups: [5] }],
    [null, { mode: 0o660, uid: 0, gid: 108 }, { uid: 5, groups: [5] }],
    // The first class that fits counts alone.
    [null, { mode: 0o606, uid: 0, gid: 108 }, { uid: 5, groups: [108] }],
  ])('is held as %s', (expected, guard, self) => {
    expect(heldAs(guard, self)).toBe(expected);
  });
});

import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { patient } from '../support/patient.ts';
import { askEngine, baseImage, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { createContainer, startSleeper } from '../support/run-options.ts';
import { workerEngine } from '../support/worker-engine.ts';

// What a call of `…/archive` makes a real engine do, and that a scan at the level `api` makes it do nothing.

let engine: RealEngine;
let proxy: RecordingProxy;
/** Containers by name, with the folder of the host that each binds. */
const bound = ['stopped', 'removed', 'strict'] as const;
const source = (name: string) => join(engine.folder, 'srv', name, 'below');

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  const user = ['--user', 'www'];
  const create = (name: string, ...options: string[]) =>
    createContainer(
      engine.socketPath,
      name,
      ['--no-network', ...user, ...options],
      [baseImage, 'sleep', 'infinity'],
    );
  const run = (name: string, ...options: string[]) =>
    startSleeper(engine, name, ...user, ...options);
  await create('stopped', '--volume', `${source('stopped')}:/data`);
  await run('removed', '--volume', `${source('removed')}:/data`);
  mkdirSync(source('strict'), { recursive: true });
  await run('strict', '--mount', `type=bind,src=${source('strict')},dst=/data`);
  const mounted = ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs'];
  engine.docker('volume', 'create', ...mounted, 'share');
  await create('shared', '--volume', 'share:/data:nocopy');
  // Volumes have the mode `z` by themselves.
  await run('local', '--volume', 'kept:/data');
  await create('plain');
  for (const name of bound) if (existsSync(source(name))) rmdirSync(source(name));
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
});
afterAll(async () => {
  await proxy?.close();
  engine?.docker('rm', '--force', 'shared', 'local');
  engine?.docker('volume', 'rm', 'share', 'kept');
  await engine?.close();
});

const there = () => bound.filter((name) => existsSync(source(name)));
const scan = (evidence: 'api' | 'files'): Promise<Snapshot> =>
  createSnapshotTaker({
    hosts: [{ ...patient, name: 'here', url: proxy.url, evidence }],
    clock: Date.now,
  }).takeSnapshot('here');

/** What a scan says of the user `www` of each container: its number, or why it is not known. */
function usersIn({ containers }: Snapshot): Record<string, unknown> {
  if (containers.state === 'unread') throw new Error(containers.reason);
  return Object.fromEntries(
    containers.value.read.map(({ name, user }) => [name, user.uid ?? user.reason]),
  );
}

// One engine changes step by step, so these stand in their order.
describe('a scan at the level api', () => {
  let seen: Snapshot;
  beforeAll(async () => {
    proxy.calls.length = 0;
    seen = await scan('api');
  });

  it('creates no folder on the host', () => {
    expect(there()).toEqual([]);
  });

  it('asks for no file of a container whose mounts would be set up', () => {
    const ids = Object.fromEntries(
      ['stopped', 'removed', 'shared', 'strict', 'local', 'plain'].map((name) => [
        name,
        engine.docker('inspect', '--format', '{{.Id}}', name),
      ]),
    );
    const asked = Object.keys(ids).filter((name) =>
      proxy.calls.some((call) => call.includes(`/containers/${ids[name]}/archive`)),
    );
    expect(asked).toEqual(['strict', 'local', 'plain']);
  });

  it('says of each what is not known, and what would read it', () => {
    expect(usersIn(seen)).toMatchObject({
      stopped: expect.stringContaining(`would create ${source('stopped')}`),
      removed: expect.stringContaining(`would create ${source('removed')}`),
      shared: expect.stringContaining(
        'would mount what a container that does not run has at /data',
      ),
      local: 1000,
      plain: 1000,
    });
  });

  it('leaves a stopped container without mounts as it was', () => {
    expect(engine.docker('diff', 'plain')).toBe('');
  });
});

describe('an archive call', () => {
  // No such path, or no source to mount: what happens on the way counts.
  const ask = (name: string) =>
    askEngine(engine.socketPath, 'HEAD', `/v1.45/containers/${name}/archive?path=/x`).catch(
      () => {},
    );

  it('creates the missing source of a bind, whether or not the container runs', async () => {
    for (const name of bound) await ask(name);

    expect(there()).toEqual(['stopped', 'removed']);
  });

  it('mounts the volume of a container that does not run', async () => {
    // Not from the second on in which all of this was made.
    const since = ((Date.now() + 1) / 1000).toFixed(3);
    const events = () => {
      const until = String(Math.floor(Date.now() / 1000) + 1);
      return engine.docker(
        'events',
        '--since',
        since,
        '--until',
        until,
        '--filter',
        'volume=share',
      );
    };
    await ask('local');
    expect(events()).toBe('');
    await ask('shared');
    expect(events()).toContain('volume unmount share');
  });
});

it('is made at the level files, which allows changes', async () => {
  expect(usersIn(await scan('files'))).toMatchObject({ stopped: 1000, removed: 1000 });
});

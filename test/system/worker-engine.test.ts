import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { workerEngine } from '../support/worker-engine.ts';

const idOf = (engine: RealEngine) => engine.docker('info', '--format', '{{.ID}}');

it('is the same for the next one, empty but for the base image, with another folder', async () => {
  const first = await workerEngine();
  first.importBaseImage();
  first.importBaseImage();
  const [base] = first.docker('images', '--quiet', '--no-trunc').split('\n');
  first.build('mine:1.0', `FROM ${baseImage}\nRUN true\nLABEL a=b\n`);
  first.docker('tag', baseImage, 'other:1.0');
  first.docker('network', 'create', 'mine');
  first.docker('volume', 'create', 'mine');
  const words = ['--network', 'mine', '--volume', 'mine:/a', '--volume', '/b'];
  first.docker('run', '--detach', '--name', 'mine', ...words, 'mine:1.0', 'sleep', 'infinity');
  first.docker('exec', '--detach', 'mine', 'sleep', 'infinity');
  first.docker('create', '--name', 'never-started', baseImage, 'true');
  first.docker('pause', 'mine');
  const id = idOf(first);
  await first.close();

  const second = await workerEngine();

  expect(idOf(second)).toBe(id);
  expect(second.docker('ps', '--all', '--quiet')).toBe('');
  expect(second.docker('volume', 'ls', '--quiet')).toBe('');
  expect(second.docker('network', 'ls', '--format', '{{.Name}}').split('\n').sort()).toEqual([
    ...['bridge', 'host', 'none'],
  ]);
  const format = ['--format', '{{.ID}} {{.Repository}}:{{.Tag}}'];
  expect(second.docker('images', '--all', '--no-trunc', ...format)).toBe(`${base} ${baseImage}`);
  expect(existsSync(first.folder)).toBe(false);
  expect(second.folder).not.toBe(first.folder);
  await second.close();
});

it('is not given back, nor to anybody else, with something left that cannot be removed', async () => {
  const first = await workerEngine();
  const id = idOf(first);
  first.docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');

  await expect(first.close()).rejects.toThrow('This is left in the engine:\nthe swarm');

  const second = await workerEngine();
  expect(idOf(second)).not.toBe(id);
  await second.close();
});

it.each([
  { options: {}, namespace: 'moby' },
  { options: { remapsUsers: true }, namespace: 'moby-500000.500000' },
])(
  'leaves no folder, no control group and no socket, also of what is paused: $namespace',
  async ({ options, namespace }) => {
    const engine = await openRealEngine({ ...options, endsWithProcess: true });
    engine.importBaseImage();
    const sleeper = ['--network', 'none', baseImage, 'sleep', 'infinity'];
    const id = engine.docker('run', '--detach', ...sleeper);
    engine.docker('pause', id);
    const groups = () => globSync(`/sys/fs/cgroup/**/*${id}*`);
    // Named as containerd names it, after its own socket, the namespace and the container.
    const named = `${engine.folder}/exec/containerd/containerd.sock/${namespace}/${id}`;
    const socket = `/run/containerd/s/${createHash('sha256').update(named).digest('hex')}`;
    expect(groups()).not.toEqual([]);
    expect(existsSync(socket)).toBe(true);

    await engine.close();

    expect(groups()).toEqual([]);
    expect(existsSync(socket)).toBe(false);
    expect(existsSync(engine.folder)).toBe(false);
  },
);

import type { ServerResponse } from 'node:http';
import { kernelSeccomp } from '../../src/engine/kernel-probe-request.ts';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { type KernelDoor, type ProcPath, procCalls } from '../../src/snapshot/collector.ts';
import { frame } from '../support/attached.ts';
import { untilTrue } from '../support/engine-door.ts';
import { useHeldTimers } from '../support/held-timers.ts';
import { clean, path, printed, useKernelDoors } from '../support/kernel-doors.ts';
import {
  imageAnswer,
  kernelEngine,
  listedImage,
  now,
  ownContainer,
  ownImage,
} from '../support/kernel-engine.ts';
import { callsOf, probe, sendJson } from '../support/probing-engine.ts';

const { door, open, layer: layerOf } = useKernelDoors();
const { holdTimers } = useHeldTimers();
const refuse = sendJson(400, { message: 'OCI runtime create failed: no such call' });
let layer: string;
beforeAll(async () => {
  layer = await layerOf();
});

describe('a reading', () => {
  it('runs under Podman’s own profile there, which takes no text of another, and says so', async () => {
    const Components = [{ Name: 'Podman Engine', Version: '5.4.2' }];
    const version = { ApiVersion: '1.41', MinAPIVersion: '1.24', Arch: 'amd64', Components };
    const { created, door: opened } = await open({}, { '/version': sendJson(200, version) });

    const output = await opened.read([path]);

    expect(created).toMatchObject([{ HostConfig: { SecurityOpt: ['no-new-privileges'] } }]);
    expect(output.notes).toEqual([expect.stringContaining("under Podman's own seccomp profile")]);
    expect([...output.files.keys()]).toEqual(['/proc/42/status']);
  });

  it('makes an image, runs one container without power, and removes both', async () => {
    const { engine, created, door: opened } = await open();

    const output = await opened.read([path, { pid: 'self', file: 'stat' }]);
    await opened.close();

    expect([...output.files]).toEqual([['/proc/42/status', 'Name:\tsleep']]);
    expect(output).toMatchObject({ readAt: '1970-01-01T00:00:00.000Z', notes: [] });
    const container = `/containers/${ownContainer}`;
    expect(callsOf(engine)).toEqual([
      'POST /images/create',
      `GET /images/${ownImage}/json`,
      'GET /images/json',
      'GET /containers/json',
      'POST /containers/create',
      `POST ${container}/attach`,
      `POST ${container}/wait`,
      `POST ${container}/start`,
      ...clean,
    ]);
    expect(created).toEqual([
      {
        Image: ownImage,
        User: '65534:65534',
        Entrypoint: ['/busybox', 'grep', '-sH', ''],
        Cmd: ['/proc/42/status', '/proc/self/stat', '/proc/self/comm'],
        AttachStdout: true,
        AttachStderr: true,
        WorkingDir: '/',
        NetworkDisabled: true,
        Labels: { 'seawall.probe': '1' },
        HostConfig: {
          PidMode: 'host',
          UsernsMode: 'host',
          CgroupnsMode: 'host',
          NetworkMode: 'none',
          IpcMode: 'none',
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges', `seccomp=${JSON.stringify(kernelSeccomp)}`],
          Memory: 33_554_432,
          MemorySwap: 33_554_432,
          PidsLimit: 16,
          LogConfig: { Type: 'none' },
          AutoRemove: true,
        },
      },
    ]);
    expect(engine.requests.find((one) => one.path === '/images/create')?.query).toEqual({
      fromSrc: '-',
      repo: 'seawall-probe',
      tag: layer.slice('sha256:'.length, 'sha256:'.length + 12),
      changes: 'LABEL seawall.probe=1',
    });
    expect(engine.requests.find((one) => one.path.endsWith('wait'))?.query).toEqual({
      condition: 'removed',
    });
  });

  it('sends the tar as it is, and nothing in the body of a start', async () => {
    const bodies: Record<string, number> = {};
    const count = (answer: (_: unknown, response: ServerResponse) => void) => {
      return (request: { path: string }, response: ServerResponse) => {
        let bytes = 0;
        response.req.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.req.on('end', () => {
          bodies[request.path] = bytes;
          answer(request, response);
        });
      };
    };
    const start = `/containers/${ownContainer}/start`;
    const { door: opened } = await open(
      { starts: [count(refuse)] },
      { '/images/create': count(sendJson(200, { status: ownImage })) },
    );

    await expect(opened.read([path])).rejects.toThrow('no such call');

    expect(bodies).toEqual({ [start]: 0, '/images/create': expect.any(Number) });
    expect(bodies['/images/create']).toBeGreaterThan(1000);
    expect(Number(bodies['/images/create']) % 512).toBe(0);
  });

  it.each([1, 2])('is good when the program ends with %d: processes end too', async (exitCode) => {
    const { door: opened } = await open({ exitCode });

    expect((await opened.read([path])).files.size).toBe(1);
  });

  it('asks for nothing that is not a number and a known file', async () => {
    const { engine, door: opened } = await open();
    const wrong = [
      { pid: 1.5, file: 'status' },
      { pid: 0, file: 'status' },
      { pid: Number.NaN, file: 'status' },
      { pid: '1/../../etc', file: 'status' },
      { pid: 1, file: 'environ' },
      { pid: 1, file: 'status /etc/shadow' },
      { pid: 1, file: 'status', thread: 0.5 },
      { group: '/..', file: 'memory.max' },
      { group: '/a b', file: 'memory.max' },
      { group: '/a', file: 'cgroup.procs' },
      { machine: '/etc/shadow' },
    ] as unknown as ProcPath[];

    for (const one of wrong) await expect(opened.read([one])).rejects.toThrow('reads no');
    const tooMany = Array.from({ length: opened.pathsMax + 1 }, () => path);
    await expect(opened.read(tooMany)).rejects.toThrow('reads no 10001 files');
    expect(callsOf(engine).filter((call) => call.startsWith('POST /containers'))).toEqual([]);
  });

  it('can make no call that is not declared', async () => {
    const allowedEndpoints = procCalls.filter((one) => !one.endsWith('/start'));
    const { engine, door: opened } = await open({}, {}, { allowedEndpoints });

    await expect(opened.read([path])).rejects.toThrow('is not among the declared endpoints');
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it('lists the processes of the host by the same way', async () => {
    const { created, door: opened } = await open({ output: frame(1, '1\n42\nacpi\n4711\nself\n') });

    expect(await opened.listPids()).toEqual([1, 42, 4711]);
    expect(created[0]).toMatchObject({
      Entrypoint: ['/busybox', 'ls'],
      Cmd: ['/proc', '/proc/self/task'],
    });
    const { door: silent } = await open({ output: frame(1, '') });
    await expect(silent.listPids()).rejects.toThrow('printed no process');
  });

  it('lists the threads of processes by the same way', async () => {
    const lines = '/proc/42/task/42\n/proc/42/task/43\nfind: /proc/7/task: gone\n/proc/9/task/x\n';
    const { created, door: opened } = await open({ output: frame(1, lines) });

    expect([...(await opened.listThreads([42, 7]))]).toEqual([[42, [42, 43]]]);
    expect(created[0]).toMatchObject({
      Entrypoint: ['/busybox', 'find'],
      Cmd: ['/proc/42/task', '/proc/7/task', '/proc/self/task', '-mindepth', '1', '-maxdepth', '1'],
    });
    await expect(opened.listThreads([1.5])).rejects.toThrow('no process 1.5');
  });

  it('counts the names of files by the same way, and opens none of them', async () => {
    const output = Buffer.concat([
      frame(1, '/shown/0:1\n/shown/2:3\n/shown/9:9\n/proc/self/comm:1\n'),
      frame(2, "stat: can't stat '/shown/1': Permission denied\n"),
    ]);
    const { created, door: opened } = await open({ output, exitCode: 1 });

    const counts = await opened.countNames(['/etc/passwd', '/etc/shadow', '/etc/group']);

    expect([...counts]).toEqual([
      ['/etc/passwd', 1],
      ['/etc/group', 3],
    ]);
    expect(created[0]).toMatchObject({
      Entrypoint: ['/busybox', 'stat'],
      Cmd: ['-c', '%n:%h', '/shown/0', '/shown/1', '/shown/2', '/proc/self/comm'],
      HostConfig: {
        Mounts: ['/etc/passwd', '/etc/shadow', '/etc/group'].map((Source, index) => ({
          ...{ Type: 'bind', Source, Target: `/shown/${index}`, ReadOnly: true },
        })),
      },
    });
  });

  it.each([
    ['No such file or directory', true],
    ['No such process', true],
    ['Permission denied', false],
  ])('takes “%s” of a process for its end: %s', async (complaint, isEnd) => {
    const told = Buffer.concat([
      frame(1, '/proc/42/task/42\n'),
      frame(2, `find: /proc/7/task: ${complaint}\n`),
    ]);
    const { door: opened } = await open({ output: told, exitCode: 1 });

    const threads = opened.listThreads([42, 7]).then((found) => [...found]);
    if (isEnd) expect(await threads).toEqual([[42, [42]]]);
    else await expect(threads).rejects.toThrow(`ended with 1: find: /proc/7/task: ${complaint}`);
  });

  it.each([
    ['No such file or directory', true],
    ['Permission denied', false],
  ])('takes “%s” of a process in the list for its end: %s', async (complaint, isEnd) => {
    const told = Buffer.concat([frame(1, '1\n42\n'), frame(2, `ls: /proc/7: ${complaint}\n`)]);
    const { door: opened } = await open({ output: told, exitCode: 1 });

    if (isEnd) expect(await opened.listPids()).toEqual([1, 42]);
    else await expect(opened.listPids()).rejects.toThrow(`ended with 1: ls: /proc/7: ${complaint}`);
  });

  it.each([
    ['read', (opened: KernelDoor) => opened.read([path])],
    ['listPids', (opened: KernelDoor) => opened.listPids()],
    ['listThreads', (opened: KernelDoor) => opened.listThreads([42])],
  ])('of %s is run again when the engine lost the end of it', async (_, ask) => {
    const output = frame(1, '7\n/proc/42/task/42\n/proc/42/status:Name:\tsleep\n');
    const { door: whole } = await open({ output });
    const { created, door: opened } = await open({ output, losses: 4 });

    expect(await ask(opened)).toEqual(await ask(whole));
    expect(created).toHaveLength(5);

    const { engine, door: silent } = await open({ output, losses: 5 });
    await expect(ask(silent)).rejects.toThrow('lost the end of what it printed, 5 times');
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it('goes without a folder that the engine may not look at itself', async () => {
    const { created, door: opened } = await open({ refusesMounts: true });

    const output = await opened.read([path, { machine: '/sys/fs/selinux/enforce' }]);

    expect([...output.files.keys()]).toEqual(['/proc/42/status']);
    expect(created).toHaveLength(2);
    expect(created[1]).not.toHaveProperty('HostConfig.Mounts');
  });

  it('is shown those folders of the kernel that are asked for and in no container', async () => {
    const { created, door: opened } = await open();

    await opened.read([{ group: '/memory/docker/x', file: 'memory.limit_in_bytes' }]);
    await opened.read([{ group: '/system.slice/x', file: 'memory.max' }]);
    await opened.read([{ machine: '/sys/fs/selinux/enforce' }]);

    const tree = '/sys/fs/cgroup';
    const shown = (folder: string) => [
      { Type: 'bind', Source: folder, Target: folder, ReadOnly: true },
    ];
    expect(created).toMatchObject([
      {
        Cmd: [`${tree}/memory/docker/x/memory.limit_in_bytes`, '/proc/self/comm'],
        HostConfig: { Mounts: shown(tree) },
      },
      {
        Cmd: [`${tree}/system.slice/x/memory.max`, '/proc/self/comm'],
        HostConfig: { NetworkMode: 'none' },
      },
      { HostConfig: { Mounts: shown('/sys/fs/selinux') } },
    ]);
    expect(created[1]).not.toHaveProperty('HostConfig.Mounts');
  });
});

describe('an image', () => {
  it.each<[string, object]>([
    ['has another content', imageAnswer('sha256:0')],
    ['has more than our layer', { ...imageAnswer(''), RootFS: { Layers: ['', ''] } }],
  ])('that %s is not used', async (_, answer) => {
    const { engine, door: opened } = await open({}, { [`/images/${ownImage}/json`]: answer });

    await expect(opened.read([path])).rejects.toThrow('not what was sent');
    expect(callsOf(engine).slice(-1)).toEqual(clean.slice(1));
  });

  it('without the label is not used', async () => {
    const { door: opened } = await open(
      {},
      { [`/images/${ownImage}/json`]: imageAnswer(layer, {}) },
    );

    await expect(opened.read([path])).rejects.toThrow('not what was sent');
  });

  it('whose creation was not answered is removed by its tag', async () => {
    const tag = layer.slice('sha256:'.length, 'sha256:'.length + 12);
    const held = holdTimers(200);
    const { engine, door: opened } = await open(
      {},
      { '/images/create': () => {} },
      { callTimeoutMs: 200 },
    );

    const reading = opened.read([path]);
    await untilTrue(() => callsOf(engine).length > 0);
    held.run();
    await expect(reading).rejects.toThrow('did not answer');
    expect(callsOf(engine)).toEqual(['POST /images/create', `DELETE /images/seawall-probe:${tag}`]);
  });

  it('is removed as soon as the engine has let go of it', async () => {
    let attempts = 0;
    const { door: opened } = await open(
      {},
      {
        [`/images/${ownImage}`]: (_: unknown, response: ServerResponse) => {
          attempts += 1;
          sendJson(attempts < 3 ? 409 : 200, { message: 'in use' })(null, response);
        },
      },
    );

    await opened.read([path]);
    await opened.close();

    expect(attempts).toBe(3);
  });

  it('serves all readings of a door, and goes when that is closed', async () => {
    const { engine, door: opened } = await open();

    await opened.read([path]);
    await opened.read([path]);
    const images = () => callsOf(engine).filter((call) => /images\/create|DELETE \/im/.test(call));
    expect(images()).toEqual(['POST /images/create']);
    await opened.close();

    expect(images()).toEqual(['POST /images/create', clean[1]]);
  });

  it('is made anew where somebody removed it between two readings, once', async () => {
    const { routes } = kernelEngine({ layer, output: printed });
    const make = routes['/containers/create'] as (...call: unknown[]) => void;
    const refused = [2, 4, 5];
    let makes = 0;
    const { engine, door: opened } = await open(
      {},
      {
        ...routes,
        '/containers/create': (request: unknown, response: ServerResponse) => {
          makes += 1;
          if (!refused.includes(makes)) make(request, response);
          else sendJson(404, { message: 'No such image' })(null, response);
        },
      },
    );

    const first = await opened.read([path]);
    expect(await opened.read([path])).toEqual(first);
    await expect(opened.read([path])).rejects.toThrow('No such image');

    expect(makes).toBe(5);
    const imports = callsOf(engine).filter((call) => call === 'POST /images/create');
    expect(imports).toHaveLength(3);
    expect(callsOf(engine).slice(-1)).toEqual(clean.slice(1));
  });

  it('is made of a program for the machine of the engine, or not at all', async () => {
    const { engine, door: opened } = await open({ architecture: 'arm64' });

    await expect(opened.read([path])).rejects.toThrow('is not made for arm64');
    expect(callsOf(engine)).toEqual([]);
  });
});

describe('what a Seawall that died has left', () => {
  it('is removed, and nothing of anyone else', async () => {
    const old = now - 61;
    const exited = { State: 'exited', ImageID: 'sha256:old' };
    const exportLabels = { 'seawall.probe': '1', 'seawall.export': '1' };
    const { engine, door: opened } = await open(
      {
        images: [
          listedImage('sha256:old', 61),
          listedImage('sha256:young', 59),
          listedImage('sha256:untagged', 61, { RepoTags: null }),
          listedImage('sha256:foreign', 61, { RepoTags: null }),
          listedImage('sha256:named', 61, { RepoTags: ['web:1'] }),
          listedImage('sha256:plain', 61, { Labels: {} }),
        ],
        containers: [
          probe('never-ran', old),
          probe('exports', now - 300, { Labels: exportLabels }),
          probe('exported', now - 400, { Labels: exportLabels }),
          probe('ended', old, exited),
          probe('young', now - 59, exited),
          probe('running', old, { ...exited, State: 'running' }),
          probe('posing', old, { ...exited, ImageID: 'sha256:web' }),
          probe('unnamed', old, { ...exited, Names: ['/web'] }),
        ],
      },
      {
        '/images/sha256:untagged/json': imageAnswer(layer),
        '/images/sha256:foreign/json': imageAnswer('sha256:1'),
      },
    );

    await opened.read([path]);
    await opened.close();

    const removed = callsOf(engine).filter((call) => call.startsWith('DELETE'));
    expect(removed.slice(0, -2).sort()).toEqual([
      'DELETE /containers/ended',
      'DELETE /containers/exported',
      'DELETE /containers/never-ran',
      'DELETE /images/sha256:old',
      'DELETE /images/sha256:untagged',
    ]);
    expect(removed.slice(-2)).toEqual(clean);
  });
});

it('runs one probe at a time on an engine', async () => {
  const turn = createProbeTurn();
  const { engine, door: first } = await open({}, {}, { turn });

  await Promise.all([first.read([path]), (await door(engine.url, { turn })).read([path])]);

  const made = 'POST /containers/create';
  const calls = callsOf(engine).filter((call) => call === made || call === clean[0]);
  expect(calls).toEqual([made, clean[0], made, clean[0]]);
});

it('knows the images that hold its own program', async () => {
  const { door: opened } = await open(
    {
      images: [
        listedImage('sha256:same', 0),
        listedImage('sha256:other', 0),
        listedImage('sha256:gone', 0),
        listedImage('sha256:named', 0, { RepoTags: ['web:1'] }),
      ],
    },
    {
      '/images/sha256:same/json': imageAnswer(layer),
      '/images/sha256:other/json': imageAnswer('sha256:1'),
      '/images/sha256:named/json': imageAnswer(layer),
    },
  );

  expect([...(await opened.probeImages())].sort()).toEqual([ownImage, 'sha256:same'].sort());
});

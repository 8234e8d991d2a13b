import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { listeners } from '../../../src/snapshot/collectors/index.ts';
import type { ListenerFacts, NamespaceListeners } from '../../../src/snapshot/facts/listeners.ts';
import { hostDoor } from '../../support/host-door.ts';
import {
  type HostProcess,
  type KernelHostOptions,
  kernelHost,
  readAt,
} from '../../support/kernel-host.ts';
import {
  answers,
  db,
  type Fields,
  fails,
  inGroup,
  inspected,
  listed,
  unreadWith,
  web,
} from '../../support/kernel-section.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const socket = (local: string, state = '0A') => `   0: ${local} 00000000:0000 ${state} 00000000`;
const tables = { 'net/tcp': socket('00000000:0050'), 'net/udp': '' } as const;
const facing = (id: string, more: Partial<HostProcess> = {}): HostProcess => ({
  ...inGroup(id),
  sockets: tables,
  ...more,
});
const container = (pid: number, mode: string, hostPort?: string, host: Fields = {}): Fields => ({
  ...inspected(pid, { NetworkMode: mode, ...host }),
  NetworkSettings: {
    Ports: { '80/tcp': hostPort === undefined ? null : [{ HostIp: '', HostPort: hostPort }] },
  },
});
const topOf = (pid: number, network: number) => ({
  Titles: ['PID', 'PIDNS', 'NETNS', 'COMMAND'],
  Processes: [[String(pid), String(pid), String(network), 'sleep']],
});

/** `web` publishes a port, and `db` joined it, but for what is told. */
async function collect(
  setting: {
    answers?: Fields;
    processes?: Record<number, HostProcess>;
    host?: KernelHostOptions;
  } = {},
) {
  const known: Fields = {
    ...answers,
    [`/containers/${web}/json`]: container(100, 'bridge', '8080'),
    [`/containers/${db}/json`]: container(200, `container:${web}`),
    [`/containers/${web}/top`]: topOf(100, 7),
    [`/containers/${db}/top`]: topOf(200, 7),
    ...setting.answers,
  };
  const host = kernelHost(
    { 100: facing(web), 200: facing(db), ...setting.processes },
    { inspectAgain: (id) => known[`/containers/${id}/json`], ...setting.host },
  );
  const facts: ListenerFacts = await runCollector(listeners, {
    engine: recordedReader(known),
    hostFiles: hostDoor({}),
    kernelDoor: host,
  });
  const of = (id: string) => facts.containers.find((one) => one.containerId === id)?.facts;
  return { facts, host, of };
}

const seen: NamespaceListeners = {
  readAt,
  sockets: [{ protocol: 'tcp', family: 'ipv4', address: '0.0.0.0', port: 80 }],
};
const pidsIn = (paths: readonly { pid: number | 'self' }[] = []) => [
  ...new Set(paths.map(({ pid }) => pid)),
];

it('reads a network once, for all containers that are in it', async () => {
  const { of, host } = await collect();

  expect(of(web)).toEqual({ state: 'read', value: seen });
  expect(of(db)).toEqual(of(web));
  expect(host.runs.map((paths) => paths.map(({ pid, file }) => `${pid} ${file}`))).toEqual([
    [
      ...['200 cgroup', '200 net/tcp6', '200 net/udp6', '200 net/udp', '200 net/tcp'],
      ...['1 net/route', '1 net/tcp6', '1 net/udp6', '1 net/udp', '1 net/tcp'],
    ],
  ]);
});

describe('the host’s own network', () => {
  const bridge = (Options = {}) => ({
    Id: 'abcdef0123456789',
    Name: 'lan',
    Driver: 'bridge',
    Options,
    IPAM: { Config: [{ Gateway: '172.18.0.1' }] },
  });
  const route = (name: string, to = '000012AC') =>
    `${name}\t${to}\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0  `;
  const first = (routes: string, sockets: HostProcess['sockets'] = tables) => ({
    1: { cgroup: '0::/init.scope', sockets, routes },
  });
  const everywhere = 'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0';

  it.each<[string, string, object]>([
    ['a bridge of the engine', `${everywhere}\n${route('br-abcdef012345')}`, bridge()],
    [
      'a bridge that the engine gave another name',
      route('docker0'),
      bridge({ 'com.docker.network.bridge.name': 'docker0' }),
    ],
  ])('is read beside its first process, where that has %s', async (_case, routes, network) => {
    const { facts } = await collect({
      answers: { '/networks': [network] },
      processes: first(routes),
    });

    expect(facts.host).toEqual({ state: 'read', value: seen });
  });

  it.each<[string, Record<number, HostProcess>, string]>([
    ['cannot be read', {}, 'not in the output of the probe'],
    [
      'is cut',
      first(route('br-abcdef012345'), { 'net/udp': '' }),
      'not in the output of the probe',
    ],
    ['has no such bridge', first(route('eth0')), 'no bridge of the engine proves'],
    [
      'has one with other addresses',
      first(route('br-abcdef012345', '000013AC')),
      'no bridge of the engine proves',
    ],
    ['leads everywhere alone', first(everywhere), 'no bridge of the engine proves'],
    ['has routes that are none', first('br-abcdef012345 x'), '/proc/1/net/route'],
  ])('is unread where its first process %s', async (_case, processes, reason) => {
    const { facts, of } = await collect({ answers: { '/networks': [bridge()] }, processes });

    expect(facts.host).toEqual(unreadWith(reason));
    expect(of(web)?.state).toBe('read');
  });

  it('is unread where the engine does not tell its networks', async () => {
    const { facts } = await collect({
      answers: { '/networks': fails(500) },
      processes: first(route('br-abcdef012345')),
    });

    expect(facts.host?.state).toBe('unread');
  });

  it('is read through a container that is on it, where there is one', async () => {
    const { facts, host } = await collect({
      answers: { [`/containers/${web}/json`]: container(100, 'host') },
      processes: first(route('br-abcdef012345')),
    });

    expect(facts.host).toBeUndefined();
    expect(pidsIn(host.runs[0])).not.toContain(1);
  });
});

it('reads networks apart that only the host’s `ps` would tell are one', async () => {
  const unable = { Titles: ['PID', 'USER', 'COMMAND'], Processes: [['100', 'root', 'sleep']] };
  const { host } = await collect({
    answers: {
      [`/containers/${web}/top`]: unable,
      [`/containers/${db}/top`]: { ...unable, Processes: [['200', 'root', 'sleep']] },
    },
  });

  expect(pidsIn(host.runs[0])).toEqual(expect.arrayContaining([100, 200]));
});

it.each<[string, string, string[], boolean]>([
  ['is on the host’s network', 'host', ['host'], true],
  ['has a network of its own', 'bridge', ['bridge'], true],
  ['has none', 'none', ['none'], false],
  ['was given one since its start', 'none', ['bridge'], true],
  ['left its own', 'bridge', [], false],
])('of a container that publishes nothing and %s', async (_case, mode, networks, isRead) => {
  const Networks = Object.fromEntries(networks.map((name) => [name, {}]));
  const { of, host } = await collect({
    answers: {
      [`/containers/${web}/json`]: { ...container(100, mode), NetworkSettings: { Networks } },
      [`/containers/${db}/json`]: container(200, 'none'),
      [`/containers/${db}/top`]: topOf(200, 8),
    },
  });

  expect(of(web)?.state).toBe(isRead ? 'read' : undefined);
  expect(of(db)).toBeUndefined();
  // Without anything to read there is no run.
  expect(host.runs).toHaveLength(isRead ? 1 : 0);
});

it('reads the host’s own network last', async () => {
  const { host } = await collect({
    answers: {
      [`/containers/${db}/json`]: container(200, 'host'),
      [`/containers/${db}/top`]: topOf(200, 1),
    },
  });

  expect(pidsIn(host.runs[0])).toEqual([100, 200]);
});

it('does without tables of IPv6, which a kernel may lack', async () => {
  const six = {
    'net/tcp6': socket(`${'0'.repeat(32)}:0051`),
    'net/udp': socket('00000000:0035', '07'),
  };
  const { of } = await collect({
    processes: { 200: facing(db, { sockets: { ...tables, ...six } }) },
  });

  expect(of(web)).toMatchObject({
    value: { sockets: [{ port: 80 }, { port: 81, address: '::' }, { protocol: 'udp', port: 53 }] },
  });
});

it.each<[string, Partial<HostProcess> | undefined, string]>([
  ['has ended', undefined, 'not in the output of the probe'],
  ['is cut out of the output', { sockets: { 'net/udp': '' } }, 'not in the output of the probe'],
  ['is another’s by now', inGroup(web), 'no control group proves'],
  ['cannot be told apart', { cgroup: '0::/' }, 'no control group proves'],
  ['has a table that is none', { sockets: { ...tables, 'net/tcp': 'x' } }, '/proc/200/net/tcp'],
])('is unread where the process %s', async (_case, process, reason) => {
  const { of } = await collect({
    host: {
      beforeRun: (_, processes) => {
        if (process) processes[200] = facing(db, process);
        else delete processes[200];
      },
    },
  });

  for (const id of [web, db]) expect(of(id)).toEqual(unreadWith(reason));
});

it.each<[string, string, string[], string[]]>([
  ['read through', db, [web, db], []],
  ['beside it', web, [web], [db]],
])('takes no sockets of a container that was started again, %s', async (_case, id, gone, left) => {
  const other = container(100, 'bridge', '8080');
  const { of } = await collect({
    host: {
      inspectAgain: (asked) =>
        asked === id ? inspected(300) : asked === web ? other : inspected(200),
    },
  });

  for (const one of gone) expect(of(one)).toEqual(unreadWith('ended or was started again'));
  for (const one of left) expect(of(one)).toMatchObject({ state: 'read' });
});

it('knows nothing of a sandbox, which has a network stack of its own', async () => {
  const { of } = await collect({
    answers: {
      '/info': {
        ...(recording('info') as Fields),
        Runtimes: { runc: { path: 'runc' }, runsc: { path: '/usr/bin/runsc' } },
      },
      [`/containers/${web}/json`]: container(100, 'bridge', '8080', { Runtime: 'runsc' }),
      [`/containers/${web}/top`]: fails(500),
    },
  });

  expect(of(web)).toEqual(unreadWith('"runsc" may put a sandbox'));
  expect(of(db)).toMatchObject({ state: 'read' });
});

it('reads at most 250 networks, the host’s among them, and says which were left out', async () => {
  const ids = Array.from({ length: 252 }, (_, i) => i.toString(16).padStart(64, '0'));
  const all = ids.map((id, index) => ({
    id,
    pid: 1000 + index,
    mode: index === 251 ? 'host' : 'bridge',
  }));
  const { facts, of, host } = await collect({
    answers: {
      '/containers/json': all.map(({ id, pid }) => listed(id, `c${pid}`)),
      ...Object.fromEntries(
        all.flatMap(({ id, pid, mode }) => [
          [`/containers/${id}/json`, container(pid, mode, '8080')],
          [`/containers/${id}/top`, topOf(pid, pid)],
        ]),
      ),
    },
    processes: Object.fromEntries(all.map(({ id, pid }) => [pid, facing(id)])),
  });
  const left = facts.containers.filter(({ facts: one }) => one.state === 'unread');

  expect(left.map(({ containerId }) => containerId)).toEqual([ids[249], ids[250]]);
  expect(left[0]?.facts).toEqual(unreadWith('of 252 networks 250 are read'));
  expect(of(ids[251] ?? '')).toMatchObject({ state: 'read' });
  expect(pidsIn(host.runs[0])).toHaveLength(250);
});

it('says so when more sockets wait than anybody needs', async () => {
  const many = Array.from({ length: 10_001 }, () => socket('00000000:0050')).join('\n');
  const sockets = { ...tables, 'net/tcp': many };
  const { of } = await collect({ processes: { 200: facing(db, { sockets }) } });

  expect(of(web)).toEqual(unreadWith('10001 sockets wait'));
});

it('passes on what the door notes, and rejects when the probe did not run', async () => {
  expect((await collect({ host: { notes: ['it was cut'] } })).facts.notes).toEqual(['it was cut']);

  const failure = new OutsideError('probe-unusable', 'no static busybox');
  const beforeRun = () => {
    throw failure;
  };
  await expect(collect({ host: { beforeRun } })).rejects.toBe(failure);
});

it('takes no network along with one that has more sockets than an output takes', async () => {
  const crowd = Array.from({ length: 1000 }, () => socket('0100007F:0050', '01')).join('\n');
  const { of, host } = await collect({
    answers: {
      [`/containers/${web}/json`]: container(100, 'bridge'),
      [`/containers/${db}/json`]: container(200, 'bridge', '8080'),
      [`/containers/${db}/top`]: topOf(200, 8),
    },
    processes: {
      100: facing(web, { sockets: { ...tables, 'net/tcp': crowd } }),
      200: facing(db),
    },
    host: { bytesMax: 32_000 },
  });

  expect(of(web)).toEqual(unreadWith('the output of the probe was cut'));
  expect(of(db)).toEqual({ state: 'read', value: seen });
  expect(host.runs.length).toBeLessThanOrEqual(4);
});

it('keeps what was read where a later run did not happen', async () => {
  const crowd = Array.from({ length: 1000 }, () => socket('0100007F:0050', '01')).join('\n');
  const { of, facts } = await collect({
    processes: { 1: { cgroup: '0::/', sockets: { ...tables, 'net/tcp': crowd }, routes: '' } },
    host: {
      bytesMax: 32_000,
      beforeRun: (run) => {
        if (run === 2) throw new OutsideError('engine-timeout', 'the engine is busy');
      },
    },
  });

  expect(of(web)).toEqual({ state: 'read', value: seen });
  expect(facts.host).toEqual(unreadWith('the engine is busy'));
});

it('never falls over whatever a table holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (cgroup, lines) => {
      const sockets = { 'net/tcp': lines, 'net/udp': '' };
      const { facts } = await collect({
        processes: {
          200: facing(db, { cgroup, sockets }),
          100: facing(web, { sockets }),
          1: { cgroup, sockets: tables, routes: lines },
        },
      });
      expect(facts.containers).toHaveLength(2);
    }),
    { numRuns: 100 },
  );
});

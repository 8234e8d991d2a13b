import { execFileSync } from 'node:child_process';
import { assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import type { Reading } from '../../src/shared/reading.ts';
import type { NamespaceListeners } from '../../src/snapshot/facts/listeners.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { type OutwardPort, outwardPorts } from '../../src/surface/outward-ports.ts';
import { publishing } from '../../src/surface/publishing.ts';
import { askPlaces, networkOf, pidsOf } from '../support/ask-places.ts';
import { nobodyCame } from '../support/nobody-came.ts';
import { patient } from '../support/patient.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { until } from '../support/until.ts';

/** What a server answers with: a connection alone proves nothing where the proxy of the engine takes it. */
const answer = 'it is me';
const serve = (address: string) =>
  `echo '${answer}' > /data/_ping; exec busybox httpd -f -p ${address} -h /data`;

let engine: RealEngine;
const ids = new Map<string, string>();
/** Where each listens that does. */
const servers = new Map<string, string>();
/** Of their first processes, once nothing ends them any more. */
const pids = new Map<string, number>();
let api: Snapshot;
let kernel: Snapshot;

async function run(name: string, options: readonly string[], address?: string): Promise<void> {
  if (address !== undefined) servers.set(name, /\d+$/.exec(address)?.[0] ?? '');
  const command = address === undefined ? ['sleep', 'infinity'] : ['sh', '-c', serve(address)];
  ids.set(name, await startContainer(engine.socketPath, name, options, [baseImage, ...command]));
}

/** Starts a service of one task, and waits until that listens. */
async function runTask(name: string, service: string, options: readonly string[]): Promise<void> {
  const words = ['service', 'create', '--detach', '--no-resolve-image', '--name', service];
  engine.docker(...words, ...options, baseImage, 'sh', '-c', serve('80'));
  const tasks = () => engine.docker('ps', '--quiet', '--no-trunc', '--filter', `name=${service}.1`);
  await until(async () => tasks() !== '');
  ids.set(name, tasks());
  await until(async () => socketsSeenIn(tasks()).includes('tcp :::80'));
}

async function look(evidence: 'api' | 'kernel'): Promise<Snapshot> {
  const hosts = [{ ...patient, name: 'host', url: engine.url, evidence }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
}

function told<T>(reading: Reading<T> | undefined): T {
  if (reading?.state !== 'read') throw new Error(reading?.reason ?? 'nothing is said of it');
  return reading.value;
}

const portsOf = (snapshot: Snapshot, name: string): Reading<OutwardPort[]> | undefined =>
  told(outwardPorts(snapshot, nobodyCame)).get(ids.get(name) ?? '');

/** `published tcp 127.0.0.1:8001>80 loopback listening`. */
const linesOf = (snapshot: Snapshot, name: string): string[] =>
  told(portsOf(snapshot, name)).map(
    ({ via, protocol, address, hostPort, containerPort, scope, listening }) =>
      `${via} ${protocol} ${address}:${hostPort}>${containerPort} ${scope} ${listening.state}`,
  );

/** What programs on the engine's machine are told when they ask there, by place. */
const ask = (...places: readonly string[]): Promise<Map<string, string>> =>
  askPlaces(engine, processOf('prober'), places, 60);
const placeAt = (address: string, port: number): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

function processOf(name: string): number {
  const pid = pids.get(name) ?? pidsOf(engine, [name]).get(name) ?? Number.NaN;
  pids.set(name, pid);
  return pid;
}

/** Sockets as root sees them in the network of a container, by another program's reading. */
function socketsSeenIn(name: string): string[] {
  const words = [networkOf(engine, processOf(name)), 'busybox', 'netstat', '-ltun'];
  return execFileSync('nsenter', words, { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /^(tcp|udp)\s+\d+\s+\d+\s+(\S+)/.exec(line)?.slice(1, 3).join(' ') ?? [])
    .sort();
}

const socketsRead = (name: string): string[] => {
  const { containers } = told(kernel.listeners);
  const found = containers.find(({ containerId }) => containerId === ids.get(name));
  return told<NamespaceListeners>(found?.facts)
    .sockets.map(({ protocol, address, port }) => `${protocol} ${address}:${port}`)
    .sort();
};

beforeAll(async () => {
  // Nothing here is about system calls: to put their filter together is a fifth of what a container takes.
  const options = ['--seccomp-profile', 'unconfined'];
  engine = await openRealEngine({ bridge: 'ports0', options });
  engine.importBaseImage();
  await run('prober', ['--network', 'none']);
  engine.docker('network', 'create', '--ipv6', '--subnet', 'fd00:5ea::/64', 'both');
  await run('four-of-both', ['--network', 'both', '--publish', '8014:80'], '0.0.0.0:80');
  await run('any-of-both', ['--network', 'both', '--publish', '8015:80'], '80');
  await run('four', ['--publish', '8016:80'], '0.0.0.0:80');
  await run('everywhere', ['--publish', '8000:80'], '80');
  await run('local', ['--publish', '127.0.0.1:8001:80'], '80');
  await run('local6', ['--publish', '[::1]:8002:80'], '80');
  await run('six', ['--publish', '[::]:8013:80'], '80');
  await run('idle', ['--publish', '8003:80', '--publish', '8003:80/udp']);
  await run('inside-only', ['--publish', '8004:80'], '127.0.0.1:80');
  await run('all', ['--expose', '80', '--publish-all'], '80');
  await run('owner', ['--publish', '8005:80']);
  await run('joined', ['--network', 'container:owner'], '80');
  await run('twice-joined', ['--network', 'container:joined']);
  engine.docker('network', 'create', 'made');
  await run('plain', ['--network', 'made'], '80');
  await run('beside', [], '80');
  await run('stopped', ['--publish', '8006:80'], '80');
  await run('cut-off', ['--network', 'none', '--publish', '8007:80'], '80');
  await run('given', ['--network', 'none', '--publish', '8011:80'], '80');
  engine.docker('network', 'disconnect', 'none', 'given');
  engine.docker('network', 'connect', 'bridge', 'given');
  await run('on-host', ['--network', 'host'], '9000');
  await run('on-host-local', ['--network', 'host'], '127.0.0.1:9001');
  await run('joins-host', ['--network', 'container:on-host']);
  engine.docker('rm', '--force', 'prober');
  await run('prober', ['--network', 'host']);
  engine.docker('stop', '--time', '0', 'stopped');
  servers.delete('stopped');
  await run('first', ['--publish', '8008:80'], '80');
  await run('left', ['--network', 'container:first'], '81');
  engine.docker('restart', '--time', '0', 'first');
  engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
  const published = ['--publish', '8009:80', '--publish', 'mode=host,published=8010,target=81'];
  await runTask('task', 'mesh', published);
  await runTask('other-task', 'other', ['--publish', '8012:80']);
  for (const [name, port] of servers) {
    const listens = (line: string) => line.startsWith('tcp') && line.endsWith(`:${port}`);
    await until(() => socketsSeenIn(name).some(listens));
  }
  const first = '127.0.0.1:8008';
  await until(async () => (await ask(first)).get(first) === answer);
  api = await look('api');
  kernel = await look('kernel');
});
afterAll(async () => {
  await engine?.close();
});

const both = (line: string) => [
  line.replace('*', '0.0.0.0'),
  line.replace('*', '::').replace('ipv4', 'ipv6'),
];

it.each<[string, string[]]>([
  ['everywhere', both('published tcp *:8000>80 every-address listening')],
  ['local', ['published tcp 127.0.0.1:8001>80 loopback listening']],
  ['local6', ['published tcp ::1:8002>80 loopback listening']],
  [
    'idle',
    [
      ...both('published tcp *:8003>80 every-address dead'),
      ...both('published udp *:8003>80 every-address dead'),
    ],
  ],
  ['inside-only', both('published tcp *:8004>80 every-address dead')],
  [
    'four-of-both',
    [
      'published tcp 0.0.0.0:8014>80 every-address listening',
      'published tcp :::8014>80 every-address dead',
    ],
  ],
  ['any-of-both', both('published tcp *:8015>80 every-address listening')],
  ['four', both('published tcp *:8016>80 every-address listening')],
  ['owner', both('published tcp *:8005>80 every-address listening')],
  ['joined', both('joined tcp *:8005>80 every-address listening')],
  ['twice-joined', both('joined tcp *:8005>80 every-address listening')],
  ['plain', []],
  ['stopped', []],
  ['cut-off', []],
  ['given', both('published tcp *:8011>80 every-address listening')],
  ['first', both('published tcp *:8008>80 every-address listening')],
  ['left', []],
  [
    'task',
    [
      ...both('published tcp *:8010>81 every-address dead'),
      'published tcp :8009>80 every-address listening',
    ],
  ],
])('tells what faces outward of %s', (name, expected) => {
  const atApi = expected.map((line) => line.replace(/listening$|dead$/, 'unknown'));

  expect(linesOf(kernel, name)).toEqual(expected);
  expect(linesOf(api, name)).toEqual(atApi);
});

it('does not know who reaches a member of a bridge that somebody made, who publishes nothing', () => {
  for (const snapshot of [api, kernel]) {
    expect(portsOf(snapshot, 'beside')).toMatchObject({
      reason: expect.stringContaining('the engine did not make its bridge'),
    });
  }
});

it('knows the ports that the engine chose', () => {
  const found = told(portsOf(kernel, 'all'));
  const chosen = engine.docker('port', 'all', '80/tcp').split('\n');

  expect(found.map(({ hostPort }) => hostPort)).toEqual(
    chosen.map((line) => Number(/\d+$/.exec(line)?.[0])),
  );
  expect(found[0]?.listening.state).toBe('listening');
});

it('says what holds by who answers', async () => {
  const asked = [
    'everywhere',
    'local',
    'local6',
    'idle',
    'inside-only',
    'four-of-both',
    'any-of-both',
    'four',
    'all',
    'owner',
    'given',
    'first',
  ];
  const ports = asked.flatMap((name) =>
    told(portsOf(kernel, name))
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ address, hostPort, listening }) => {
        const from = address.replace('0.0.0.0', '127.0.0.1').replace(/^::$/, '::1');
        return { name, place: placeAt(from, hostPort), isThere: listening.state === 'listening' };
      }),
  );
  const found = await ask(...ports.map(({ place }) => place));

  const answered = ports.map((one) => ({ ...one, isThere: found.get(one.place) === answer }));
  expect(answered).toEqual(ports);
});

it('finds what listens on the host’s network, without the userland proxies, and says not whose', async () => {
  // The swarm's own are there as well: its managers, its nodes, and the traffic between their networks.
  const expected = [
    'host-network tcp 127.0.0.1:2377>2377 loopback listening',
    'host-network tcp 127.0.0.1:7946>7946 loopback listening',
    'host-network tcp :::9000>9000 every-address listening',
    'host-network tcp 127.0.0.1:9001>9001 loopback listening',
    'host-network udp 0.0.0.0:4789>4789 every-address listening',
    'host-network udp 127.0.0.1:7946>7946 loopback listening',
  ];
  for (const name of ['on-host', 'on-host-local', 'joins-host', 'prober']) {
    expect(linesOf(kernel, name)).toEqual(expected);
    expect(portsOf(api, name)).toMatchObject({
      reason: expect.stringMatching(/on the host’s network.*set “evidence: kernel”/),
    });
  }
  expect(told(portsOf(kernel, 'joins-host'))[0]?.through).toEqual(['on-host']);
  expect([...(await ask('127.0.0.1:9000'))]).toEqual([['127.0.0.1:9000', answer]]);
  expect(socketsSeenIn('prober').length).toBeGreaterThan(expected.length);
});

it('reads the sockets that another program shows root, once per network', () => {
  const names = ['everywhere', 'inside-only', 'idle', 'owner', 'joined', 'twice-joined', 'on-host'];
  for (const name of names) expect(socketsRead(name)).toEqual(socketsSeenIn(name));
  const { containers, notes } = told(kernel.listeners);
  const read = new Map(containers.map((entry) => [entry.containerId, told(entry.facts)]));
  const factsOf = (name: string) => read.get(ids.get(name) ?? '');

  expect(factsOf('joined')).toBe(factsOf('owner'));
  expect(factsOf('joins-host')).toBe(factsOf('prober'));
  expect(factsOf('beside')?.sockets).toHaveLength(1);
  expect(notes).toEqual([]);
});

it('keeps tasks of a swarm from each other, and from nobody who reaches them by the bridge by which they leave', async () => {
  const [task = '', otherTask = ''] = ['task', 'other-task'].map((one) => ids.get(one));
  const addresses = '{{range .Containers}}{{.IPv4Address}} {{end}}';
  const beside = engine.docker('network', 'inspect', '--format', addresses, 'docker_gwbridge');
  const format = '{{.NetworkSettings.Networks.ingress.IPAddress}}';
  const inIngress = placeAt(engine.docker('inspect', '--format', format, task), 80);
  const places = [...beside.matchAll(/([\d.]+)\//g)].map(([, one = '']) => placeAt(one, 80));
  const fromPlain = await askPlaces(engine, processOf('plain'), places, 5);
  const fromTask = await askPlaces(engine, processOf(otherTask), [inIngress], 5);
  const facts = reachFacts(assess(kernel));
  const all = told(kernel.containers).read;
  const [plain, other] = [ids.get('plain'), otherTask].flatMap((one) =>
    all.filter(({ id }) => id === one).map((self) => reachFrom(self, all, facts)),
  );
  const elsewhere = expect.objectContaining({ what: expect.stringMatching('on other networks$') });

  expect([...fromPlain.values()]).toContain(answer);
  expect(plain?.closed).not.toContainEqual(elsewhere);
  expect(plain?.targets.filter(({ through }) => through.name === 'docker_gwbridge')).toContainEqual(
    expect.objectContaining({ kind: 'container', certainty: 'unknown' }),
  );
  expect(fromTask.get(inIngress)).not.toBe(answer);
  const members = '1 other member of the network ingress';
  expect(other?.closed.map(({ what }) => what)).toContain(members);
});

it('leads tasks of a swarm to what listens on the host, by that bridge', async () => {
  const task = ids.get('task') ?? '';
  const words = [networkOf(engine, processOf(task)), 'busybox', 'ip', 'route'];
  const routes = execFileSync('nsenter', words, { encoding: 'utf8' });
  const [, address = ''] = /^default via (\S+)/m.exec(routes) ?? [];
  const place = placeAt(address, 9000);
  const all = told(kernel.containers).read;
  const [self] = all.filter(({ id }) => id === task);
  const reached = self && reachFrom(self, all, reachFacts(assess(kernel))).targets;
  const ofHost = reached?.filter((one) => one.kind === 'host' && one.certainty === 'measured');

  const found = await askPlaces(engine, processOf(task), [place], 5);

  expect(found.get(place)).toBe(answer);
  expect(ofHost?.map((one) => placeAt(one.address ?? '', one.port ?? 0))).toContain(place);
});

it('says who of a bridge reaches a port of the host by the gateway', async () => {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  const gateway = engine.docker('network', 'inspect', '--format', format, 'made');
  const ports = [8000, 8001, 8005, 8013];
  const places = ports.map((port) => placeAt(gateway, port));
  const found = await askPlaces(engine, processOf('plain'), places, 5);
  const all = told(kernel.containers).read;
  const [plain] = all.filter(({ id }) => id === ids.get('plain'));
  const reached = plain && reachFrom(plain, all, reachFacts(assess(kernel))).targets;
  const atGateway = reached?.filter(
    ({ kind, address }) => kind === 'published' && address === gateway,
  );
  const answered = ports.filter((port) => found.get(placeAt(gateway, port)) === answer);

  expect(answered).toEqual([8000, 8005]);
  expect(ports.filter((port) => atGateway?.some((one) => one.port === port))).toEqual(answered);
});

it('does not know of the firewall at a level that reads no settings', () => {
  const { managesIptables, firewall } = publishing(api);

  expect(managesIptables.state).toBe('unread');
  expect(firewall).toContain('which is not known');
});

it('leaves nothing behind', () => {
  const left = engine.docker('ps', '--all', '--quiet', '--filter', 'label=seawall.probe=1');

  expect(left).toBe('');
});

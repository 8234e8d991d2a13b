import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Assessment, assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { buildGraph } from '../../src/paths/build-graph.ts';
import type { Edge } from '../../src/paths/graph.ts';
import { type ContainerReach, reachFrom } from '../../src/paths/reach.ts';
import { type ReachFacts, reachFacts } from '../../src/paths/reach-facts.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { outwardPorts } from '../../src/surface/outward-ports.ts';
import { askAll, askPlaces, pidsOf } from '../support/ask-places.ts';
import { untilRuns } from '../support/commands-in.ts';
import { nobodyCame } from '../support/nobody-came.ts';
import { patient } from '../support/patient.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { until } from '../support/until.ts';

/**
 * Networks of all kinds on an engine that manages the firewall, for IPv4 alone, beside another machine: a container
 * with three cables, that routes between the network of a macvlan and that of the host. What answers is the truth.
 */
let engine: RealEngine;
let kernel: Snapshot;
let assessment: Assessment;
let facts: ReachFacts;
/** Of first processes of containers. */
let pids: Map<string, number>;
/** Who answered where, `10.0.0.2:80` by the name of who asked. */
const answers = new Map<string, Map<string, string>>();
const addresses = new Map<string, string[]>();

const HOST = '198.51.100.1';
/** Of the host in networks of which the engine lists no gateway, since somebody chose their addresses. */
const INSIDE = '172.30.0.1';
const SIX = 'fd00:6::1';
const HALF = 'fd00:a::1';
const BRIDGE = 'com.docker.network.bridge';
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  lan: [],
  other: [],
  inside: ['--internal', '--subnet', '172.30.0.0/24'],
  // An engine of this version lists these modes and heeds none.
  apart: [
    ...['--opt', `${BRIDGE}.enable_icc=false`],
    ...['--opt', `${BRIDGE}.gateway_mode_ipv4=nat-unprotected`],
  ],
  six: ['--ipv6', '--subnet', 'fd00:6::/64', '--opt', `${BRIDGE}.enable_icc=false`],
  isolated: ['--internal', '--opt', `${BRIDGE}.gateway_mode_ipv4=isolated`],
  addressless: ['--opt', `${BRIDGE}.inhibit_ipv4=true`],
  // The host has its address of IPv6 there alone.
  half: ['--ipv6', '--subnet', 'fd00:a::/64', '--opt', `${BRIDGE}.inhibit_ipv4=true`],
  wide: ['--driver', 'macvlan', '--opt', 'parent=cable0', '--subnet', '192.0.2.0/24'],
  quiet: [
    ...['--driver', 'macvlan', '--internal', '--subnet', '203.0.113.0/24'],
    ...['--opt', 'parent=cable1', '--opt', 'macvlan_mode=private'],
  ],
};
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  'on-host': ['host', '--privileged'],
  hub: ['lan'],
  published: ['lan', '--publish', '8080:80'],
  local: ['lan', '--publish', '127.0.0.1:8081:80'],
  far: ['other'],
  inner: ['inside'],
  admin: ['inside', '--cap-add', 'NET_ADMIN'],
  'apart-1': ['apart'],
  'apart-2': ['apart'],
  'six-1': ['six'],
  'six-2': ['six'],
  isolated: ['isolated'],
  addressless: ['addressless'],
  half: ['half'],
  'wide-1': ['wide', '--ip', '192.0.2.11'],
  'wide-2': ['wide', '--ip', '192.0.2.12'],
  'quiet-1': ['quiet'],
  'quiet-2': ['quiet'],
  router: ['none', '--privileged', '--sysctl', 'net.ipv4.ip_forward=1'],
};
const names = Object.keys(CONTAINERS);
const asked = names.filter((name) => name !== 'router');

const docker = async (...words: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('docker', ['--host', engine.url, ...words]);
  return stdout.trim();
};

/** Runs a script in the engine's own network, where numbers of processes are those that it tells. */
function inEngine(script: string): void {
  const pid = /\d+/.exec(engine.root())?.[0] ?? '';
  const numbers = `--pid=/proc/${pid}/ns/pid_for_children`;
  execFileSync('nsenter', ['-t', pid, '--net', '--mount', numbers, 'sh', '-ec', script]);
}

/** What each listens on: on the host's network that of an engine for builds, and one address alone. */
function run(name: string, [network = '', ...options]: readonly string[]): Promise<string> {
  const onHost = ['1234', `${HOST}:9100`, `${INSIDE}:9200`, `[${SIX}]:9300`];
  const at = name === 'on-host' ? onHost : ['80'];
  const servers = at.map((one) => `busybox httpd -p ${one} -h /data`);
  const script = [`echo ${name} > /data/_ping`, ...servers, 'exec sleep infinity'];
  const words = ['--detach', '--name', name, '--network', network, ...options, baseImage];
  return docker('run', ...words, 'sh', '-c', script.join(' && '));
}

const processOf = (name: string): number => pids.get(name) ?? Number.NaN;

const look = (): Promise<Snapshot> => {
  const hosts = [{ ...patient, name: 'host', url: engine.url, evidence: 'kernel' as const }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
};

const placeAt = (address: string, port: number): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

beforeAll(async () => {
  // Nothing here is about system calls: to put their filter together is a fifth of what a container takes.
  const options = ['--iptables=true', '--seccomp-profile', 'unconfined'];
  engine = await openRealEngine({ options });
  engine.importBaseImage();
  // An address of IPv6 waits for the first member of its bridge.
  inEngine(`echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind
    for i in 0 1 2; do ip link add cable$i type veth peer name plug$i; ip link set cable$i up; done
    ip address add ${HOST}/24 dev cable2; ip route add default via 198.51.100.2`);
  for (const [name, options] of Object.entries(NETWORKS)) {
    engine.docker('network', 'create', ...options, name);
  }
  const { router = [], ...rest } = CONTAINERS;
  await run('router', router);
  const pid = await docker('inspect', '--format', '{{.State.Pid}}', 'router');
  const within = `nsenter -t ${pid} -n`;
  inEngine(`for i in 0 1 2; do ip link set plug$i netns ${pid}; ${within} ip link set plug$i up; done
    ${within} ip address add 192.0.2.1/24 dev plug0; ${within} ip address add 198.51.100.2/24 dev plug2
    ${within} ip address add 203.0.113.1/24 dev plug1
    ${within} ip route add 172.16.0.0/12 via ${HOST}`);
  // A few at a time: one start waits mostly for the kernel.
  const waiting = Object.entries(rest);
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await run(...next);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  engine.docker('exec', 'admin', 'busybox', 'ip', 'route', 'add', 'default', 'via', INSIDE);

  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}} {{end}}';
  const told = await docker('inspect', '--format', `{{.Name}} ${format}`, ...names);
  for (const line of told.split('\n')) {
    const [name = '', ...found] = line.split(' ');
    addresses.set(
      name.slice(1),
      found.filter((one) => one !== ''),
    );
  }
  const bridges = Object.keys(NETWORKS).filter((name) => !['wide', 'quiet'].includes(name));
  const places = [
    ...[...addresses.values()].flat().map((address) => placeAt(address, 80)),
    ...[...bridges.flatMap(gatewaysOf), '127.0.0.1', HOST].flatMap((address) =>
      [1234, 8080, 8081].map((port) => placeAt(address, port)),
    ),
    ...[placeAt(HOST, 9100), placeAt(INSIDE, 9200), placeAt(SIX, 9300)],
    ...[1234, 8080, 8081].flatMap((port) => [INSIDE, SIX, HALF].map((at) => placeAt(at, port))),
  ];
  // Once it waits, it listens.
  await untilRuns(engine.root(), ...names.map(() => 'sleep infinity'));
  pids = pidsOf(engine, names);
  const published = '127.0.0.1:8080';
  const asking = () => askPlaces(engine, processOf('on-host'), [published], 2);
  await until(async () => (await asking()).get(published) === 'published');
  const ask = (seconds: number) =>
    askAll(engine, pids, answers, { places, seconds, atOnce: names.length });
  await ask(2);
  const scan = look();
  // A machine with much to do answers late: silence counts once a round with more time brings nothing.
  for (let seconds = 10; await ask(seconds); seconds *= 2);
  for (const known of answers.values()) {
    for (const [place, by] of known) if (by === '?') known.delete(place);
  }
  kernel = await scan;
  assessment = assess(kernel);
  facts = reachFacts(assessment);
});
afterAll(async () => {
  await engine?.close();
});

const gatewaysOf = (name: string): string[] => {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const told = engine.docker('network', 'inspect', '--format', format, name).split(' ');
  return told.filter((one) => one !== '').sort();
};
const gatewayOf = (name: string): string => gatewaysOf(name)[0] ?? '';

const who = (name: string, place: string): string | undefined => answers.get(name)?.get(place);
const ownPlace = (name: string, index = 0): string =>
  placeAt(addresses.get(name)?.[index] ?? '', 80);
const containersIn = ({ containers }: Snapshot): ContainerFacts[] => {
  if (containers.state === 'unread') throw new Error(containers.reason);
  return containers.value.read;
};

function reachOf(name: string): ContainerReach {
  const all = containersIn(kernel);
  const self = all.find((one) => one.name === name);
  if (!self) throw new Error(`${name} was not read`);
  return reachFrom(self, all, facts);
}

/** Where others answered; `port` is one of the host, which has many addresses. */
const reachedBy = (name: string): { place: string; port: number | null; by: string }[] =>
  [...(answers.get(name) ?? [])].flatMap(([place, by]) => {
    const port = place.endsWith(':80') ? null : Number(/\d+$/.exec(place)?.[0]);
    return by === name ? [] : [{ place, port, by }];
  });

it('asks where something answers, and where nothing does', () => {
  expect(who('hub', ownPlace('published'))).toBe('published');
  expect(who('far', `${gatewayOf('other')}:8080`)).toBe('published');
  expect(who('inner', `${INSIDE}:1234`)).toBe('on-host');
  // What is published is not reached from an internal network, and the host is, by who can set a route.
  expect(who('inner', `${INSIDE}:8080`)).toBeUndefined();
  expect(who('inner', `${HOST}:9100`)).toBeUndefined();
  expect(who('inner', `${INSIDE}:9200`)).toBe('on-host');
  expect(who('six-1', placeAt(SIX, 9300))).toBe('on-host');
  expect(who('hub', placeAt(SIX, 9300))).toBeUndefined();
  expect(who('admin', `${HOST}:9100`)).toBe('on-host');
  expect(who('apart-1', ownPlace('apart-2'))).toBeUndefined();
  expect(who('six-1', ownPlace('six-2'))).toBeUndefined();
  expect(who('six-1', ownPlace('six-2', 1))).toBe('six-2');
  expect(who('isolated', `${gatewayOf('isolated')}:1234`)).toBe('on-host');
  expect(who('wide-1', ownPlace('wide-2'))).toBe('wide-2');
  expect(who('quiet-1', ownPlace('quiet-2'))).toBeUndefined();
  // Through the other machine.
  expect(who('wide-1', `${HOST}:1234`)).toBe('on-host');
  expect(who('on-host', ownPlace('wide-1'))).toBe('wide-1');
  expect(who('router', ownPlace('apart-1'))).toBeUndefined();
  // An internal one beside the host lacks a route alone: the other machine is on its link.
  expect(who('router', ownPlace('quiet-1'))).toBe('quiet-1');
  expect(who('quiet-1', `${HOST}:1234`)).toBeUndefined();
  expect(reachedBy('addressless')).toEqual([]);
  expect(who('half', placeAt(gatewayOf('half'), 1234))).toBeUndefined();
  expect(who('half', placeAt(HALF, 1234))).toBe('on-host');
});

it('closes nothing that answered: it is named, or what may be there is', () => {
  const missing = asked.flatMap((name) => {
    const { targets, unknown } = reachOf(name);
    const places = new Set(targets.map(({ address, port }) => placeAt(address ?? '', port ?? 0)));
    const onHost = targets.flatMap(({ kind, port }) =>
      kind === 'host' || kind === 'published' ? [port] : [],
    );
    const isOpen = (what: RegExp) => unknown.some((gap) => what.test(gap.what));
    return reachedBy(name).flatMap(({ place, port, by }) => {
      const isTold =
        port === null
          ? places.has(place) ||
            targets.some((one) => one.name === by && one.certainty === 'unknown')
          : onHost.includes(port);
      const isLeft = isOpen(port === null ? /other networks|^members of/ : /^the host through/);
      return isTold || isLeft ? [] : [`${name} reaches ${by} at ${place}`];
    });
  });

  expect(missing).toEqual([]);
});

it('calls nothing measured that refuses', () => {
  const refused = asked.flatMap((name) =>
    reachOf(name).targets.flatMap(({ certainty, address, port, protocol }) => {
      // The address of the host that the engine does not list.
      const place = placeAt(address ?? INSIDE, port ?? 0);
      const isAsked = certainty === 'measured' && protocol === 'tcp' && port !== null;
      return isAsked && who(name, place) === undefined ? [`${name} does not reach ${place}`] : [];
    }),
  );

  expect(refused).toEqual([]);
});

it('knows what it can know', () => {
  const told = (name: string, by: string) =>
    reachOf(name).targets.find((one) => one.name === by)?.certainty;

  expect(told('wide-1', 'wide-2')).toBe('measured');
  expect(told('apart-1', 'apart-2')).toBeUndefined();
  expect(told('quiet-1', 'quiet-2')).toBeUndefined();
  expect(told('six-1', 'six-2')).toBe('unknown');
  expect(told('inner', 'published')).toBeUndefined();
  expect(reachOf('inner').targets.find(({ port }) => port === 9200)).toMatchObject({
    ...{ address: INSIDE, certainty: 'measured' },
  });
  expect(reachOf('admin').targets.find(({ port }) => port === 9100)).toMatchObject({
    certainty: 'configured',
    conditions: [expect.stringContaining('CAP_NET_ADMIN')],
  });
  expect(reachOf('inner').targets.map(({ port }) => port)).not.toContain(9100);
  expect(reachOf('admin').closed.map(({ what }) => what)).toContain('other machines');
  expect(reachOf('quiet-1').targets.map(({ kind }) => kind)).toContain('outside');
});

it('opens outward what another machine reaches, and nothing else', () => {
  const ports = outwardPorts(kernel, nobodyCame);
  if (ports.state === 'unread') throw new Error(ports.reason);
  const facing = containersIn(kernel).flatMap(({ id, name }) => {
    const found = ports.value.get(id);
    const isOpen = found?.state === 'read' && found.value.some((one) => one.containerPort === 80);
    return asked.includes(name) && isOpen ? [name] : [];
  });
  const reached = new Set(answers.get('router')?.values());

  expect(facing.sort()).toEqual(
    [...reached].filter((name) => name !== 'router' && name !== 'on-host').sort(),
  );
});

it('says of a loopback port that another machine reaches it past that address', () => {
  const ports = outwardPorts(kernel, nobodyCame);
  if (ports.state === 'unread') throw new Error(ports.reason);
  const { id } = containersIn(kernel).find(({ name }) => name === 'local') ?? {};
  const found = ports.value.get(id ?? '');

  expect(who('router', ownPlace('local'))).toBe('local');
  expect(who('router', placeAt(HOST, 8081))).toBeUndefined();
  expect(found).toMatchObject({
    value: [{ address: '127.0.0.1', scope: 'loopback', isOpenToLinks: true }],
  });
});

describe('the ways', () => {
  let edges: readonly Edge[];
  beforeAll(() => {
    edges = buildGraph(assessment).edges;
  });
  const steps = (from: string, pattern: RegExp): Edge[] =>
    edges.filter((edge) => edge.from.name === from && pattern.test(edge.says));

  it('lead from the network of the host to who answers there', () => {
    const sure = steps('networks that the host is in', /^reaches/).map(({ to }) => to.name);
    const reached = new Set(answers.get('on-host')?.values());
    const through = [...reached].filter((name) => !/^(on-host|wide-\d)$/.test(name));
    const may = steps('networks that the host is in', /^may reach/).map(({ to }) => to.name);

    expect(sure.sort()).toEqual(through.sort());
    expect(may).toEqual(expect.arrayContaining(['wide-1', 'addressless']));
  });

  it('lead into what builds images on the network of the host from who reaches it', () => {
    const into = (name: string) => steps(name, /port 1234 in the network of on-host/);
    for (const name of ['hub', 'inner', 'isolated']) {
      expect(into(name).map(({ says }) => /^reaches/.test(says))).toEqual([true]);
      expect(reachedBy(name).map(({ port }) => port)).toContain(1234);
    }
    expect(into('wide-1').map(({ says }) => /^may reach/.test(says))).toEqual([true]);
    expect(into('addressless').map(({ says }) => /^may reach/.test(says))).toEqual([true]);
  });
});

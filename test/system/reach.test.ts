import { assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { type ContainerReach, reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import type { ReachTarget } from '../../src/paths/reach-target.ts';
import { unread } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { askAll, askPlaces, pidsOf } from '../support/ask-places.ts';
import { untilRuns } from '../support/commands-in.ts';
import { patient } from '../support/patient.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { until } from '../support/until.ts';

/**
 * Containers that really listen, each answering with its name, and each asked from inside of each: what
 * answers is the truth. The engine sets no rules of the firewall, so the host may route between its bridges.
 */
let engine: RealEngine;
const names: string[] = [];
let seen: Snapshot;
/** Who answered where, `10.0.0.2:80` by the name of who asked. */
const answers = new Map<string, Map<string, string>>();
/** Addresses of containers; those of the host are the gateways. */
let ownAddresses: Map<string, string[]>;
let gateways: string[];
/** Of their first processes. */
let pids: Map<string, number>;

const PORTS = [80, 81, 82, 83];
const HOST_PORTS = [9000, 9001, 8080, 8081, 8082];
const API_PORT = 2375;

async function run(
  name: string,
  options: readonly string[],
  ...addresses: string[]
): Promise<void> {
  const servers = addresses.map((at) => `busybox httpd -p ${at} -h /data`);
  const script = [`echo ${name} > /data/_ping`, ...servers, 'exec sleep infinity'].join(' && ');
  await startContainer(engine.socketPath, name, options, [baseImage, 'sh', '-c', script]);
  names.push(name);
}

/** By one call of the CLI, in their order. */
const inspect = <T>(names: readonly string[], format: string): T[] =>
  engine
    .docker('inspect', '--format', `{{json ${format}}}`, ...names)
    .split('\n')
    .map((line) => JSON.parse(line) as T);

interface Endpoint {
  IPAddress: string;
}

const processOf = (name: string): number => pids.get(name) ?? Number.NaN;

const look = (evidence: 'api' | 'kernel'): Promise<Snapshot> => {
  const hosts = [{ ...patient, name: 'host', url: engine.url, evidence }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
};

/** What a snapshot says, worked out once. */
const factsIn = (snapshot: Snapshot) => {
  const { containers } = snapshot;
  if (containers.state === 'unread') throw new Error(containers.reason);
  return { read: containers.value.read, facts: reachFacts(assess(snapshot)) };
};
type Facts = ReturnType<typeof factsIn>;
let kernel: Facts;
let api: Facts;

/** At the level `kernel` the engine’s own command line says that it leaves the firewall alone, unless that is hidden. */
function reachIn({ read, facts }: Facts, name: string, isHidden = false): ContainerReach {
  const self = read.find((one) => one.name === name);
  if (!self) throw new Error(`${name} was not read`);
  const hidden = isHidden ? { managesIptables: unread<boolean>('hidden') } : {};
  return reachFrom(self, read, { ...facts, ...hidden });
}

const isTcp = ({ protocol, port }: ReachTarget): boolean => protocol === 'tcp' && port !== null;
const placeOf = ({ address, port }: ReachTarget): string => `${address}:${port}`;
const portOf = (place: string): number => Number(place.split(':')[1]);
const isOnHost = (place: string): boolean => gateways.some((one) => place.startsWith(`${one}:`));

beforeAll(async () => {
  // Nothing here is about system calls: to put their filter together is a fifth of what a container takes.
  const options = [
    '--host',
    'tcp://0.0.0.0:2375',
    '--tls=false',
    '--seccomp-profile',
    'unconfined',
  ];
  engine = await openRealEngine({ options });
  engine.importBaseImage();
  engine.docker('network', 'create', 'lan');
  engine.docker('network', 'create', 'other');
  engine.docker('network', 'create', '--internal', 'inside');
  const icc = 'com.docker.network.bridge.enable_icc=false';
  engine.docker('network', 'create', '--opt', icc, 'apart');
  await run('hub', ['--network', 'lan'], '80');
  await run('local', ['--network', 'lan'], '127.0.0.1:80');
  await run('both', ['--network', 'lan'], '80');
  engine.docker('network', 'connect', 'other', 'both');
  await run('far', ['--network', 'other'], '80');
  await run('sidecar', ['--network', 'container:hub'], '127.0.0.1:81', '82');
  await run('inner', ['--network', 'inside'], '80');
  await run('inner-too', ['--network', 'inside'], '80', '127.0.0.1:81');
  // Nothing but the lack of a route keeps members of an internal network in, and others out.
  engine.docker('network', 'connect', 'inside', 'hub');
  await run('admin', ['--network', 'inside', '--cap-add', 'NET_ADMIN'], '80');
  await run('apart-1', ['--network', 'apart'], '80');
  await run('apart-2', ['--network', 'apart'], '80');
  await run('plain', [], '80', '127.0.0.1:81');
  await run('published', ['--publish', '8080:80'], '80');
  await run('published-local', ['--publish', '127.0.0.1:8081:80'], '80');
  await run('idle', ['--publish', '8082:80']);
  await run('alone', ['--network', 'none'], '80');
  await run('alone-too', ['--network', 'container:alone'], '127.0.0.1:83');
  await run('on-host', ['--network', 'host'], '9000');
  await run('on-host-local', ['--network', 'host'], '127.0.0.1:9001');
  await run('socket', ['--network', 'none', '--volume', `${engine.socketPath}:/run/docker.sock`]);
  await run('stopped', ['--network', 'lan'], '80');
  engine.docker('stop', '--time', '0', 'stopped');
  names.splice(names.indexOf('stopped'), 1);

  const networks = inspect<Record<string, Endpoint>>(names, '.NetworkSettings.Networks');
  ownAddresses = new Map(
    networks.map((endpoints, index) => [
      names[index] ?? '',
      Object.values(endpoints).flatMap(({ IPAddress }) => (IPAddress === '' ? [] : [IPAddress])),
    ]),
  );
  const bridges = ['bridge', 'lan', 'other', 'inside', 'apart'];
  gateways = inspect<string>(bridges, '(index .IPAM.Config 0).Gateway');
  const way = ['ip', 'route', 'add', 'default', 'via', gateways[3] ?? ''];
  engine.docker('exec', 'admin', 'busybox', ...way);
  const inContainers = [...ownAddresses.values(), '127.0.0.1'].flat();
  const places = [
    ...inContainers.flatMap((address) => PORTS.map((port) => `${address}:${port}`)),
    ...[...gateways, '127.0.0.1'].flatMap((address) =>
      [...HOST_PORTS, API_PORT].map((port) => `${address}:${port}`),
    ),
  ];
  // Once it waits, it listens.
  await untilRuns(engine.root(), ...names.map(() => 'sleep infinity'));
  pids = pidsOf(engine, names);
  const published = '127.0.0.1:8080';
  const asked = () => askPlaces(engine, processOf('on-host'), [published], 3);
  await until(async () => (await asked()).get(published) === 'published');
  // A few at a time: what waits for a long time is mostly idle.
  const ask = (seconds: number) => askAll(engine, pids, answers, { places, seconds, atOnce: 3 });
  await ask(3);
  // A machine with much to do answers late: silence counts once a round with more time brings nothing.
  for (let seconds = 10; await ask(seconds); seconds *= 2);
  for (const known of answers.values()) {
    for (const [place, who] of known) if (who === '?') known.delete(place);
  }
  seen = await look('kernel');
  kernel = factsIn(seen);
  api = factsIn(await look('api'));
});
afterAll(async () => {
  await engine?.close();
});

const SHARES: Readonly<Record<string, string>> = { sidecar: 'hub', 'alone-too': 'alone' };

/** Where something answered that is not the one who asked; an address of its own is the loopback one. */
function reachedBy(name: string): string[] {
  const own = ownAddresses.get(SHARES[name] ?? name) ?? [];
  const inside = (place: string) => {
    const [address = '', port] = place.split(':');
    return own.includes(address) ? `127.0.0.1:${port}` : place;
  };
  const found = [...(answers.get(name) ?? [])];
  return found.flatMap(([place, who]) => (who === name ? [] : inside(place)));
}

it('asks where something answers, and where nothing does', () => {
  const who = (name: string, place: string) => answers.get(name)?.get(place);
  const [bridge, lan, , inside] = gateways;

  expect(who('sidecar', '127.0.0.1:80')).toBe('hub');
  expect(who('hub', `${ownAddresses.get('both')?.[0]}:80`)).toBe('both');
  expect(who('plain', `${bridge}:8080`)).toBe('published');
  expect(who('inner', `${inside}:9000`)).toBe('on-host');
  expect(who('admin', `${ownAddresses.get('far')?.[0]}:80`)).toBe('far');
  expect(who('far', `${ownAddresses.get('hub')?.[0]}:80`)).toBe('hub');
  expect(who('hub', `${lan}:${API_PORT}`)).toBe('OK');
  expect(who('hub', '127.0.0.1:9001')).toBeUndefined();
  expect(reachedBy('socket')).toEqual([]);
  expect(reachedBy('alone')).toEqual(['127.0.0.1:83']);
});

it('names everything that answered, from inside of each', () => {
  const missing = names.flatMap((name) => {
    const targets = reachIn(kernel, name).targets.filter(isTcp);
    const places = new Set(targets.map(placeOf));
    const onHost = new Set(
      targets
        .filter(({ kind }) => kind === 'host' || kind === 'published' || kind === 'engine')
        .map(({ port }) => port),
    );
    return reachedBy(name)
      .filter((place) => (isOnHost(place) ? !onHost.has(portOf(place)) : !places.has(place)))
      .map((place) => `${name} reaches ${place}`);
  });

  expect(missing).toEqual([]);
});

it('calls nothing measured that refuses', () => {
  const refused = names.flatMap((name) =>
    reachIn(kernel, name)
      .targets.filter((target) => isTcp(target) && target.certainty === 'measured')
      // The engine's resolver speaks no HTTP.
      .filter(({ address }) => address !== '127.0.0.11')
      .map(placeOf)
      .filter((place) => !answers.get(name)?.has(place))
      .map((place) => `${name} does not reach ${place}`),
  );

  expect(refused).toEqual([]);
});

it('finds the host routing between its bridges, since the engine sets no rules', () => {
  const routes = names.flatMap((name) =>
    reachIn(kernel, name)
      .targets.filter(
        ({ certainty, through }) => certainty === 'unknown' && through.kind === 'route',
      )
      .map(
        (target) =>
          [`${name} ${placeOf(target)}`, answers.get(name)?.has(placeOf(target)) ?? false] as const,
      ),
  );

  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter(([, isReached]) => !isReached)).toEqual([]);
});

it('leaves nothing unknown but what hangs on the firewall, and says so', () => {
  const certainties = (isHidden: boolean) => {
    const found = names.flatMap((name) => reachIn(kernel, name, isHidden).targets.filter(isTcp));
    return new Set(found.map(({ certainty, through }) => `${certainty} ${through.kind}`));
  };
  const measured = ['network', 'namespace', 'gateway', 'host-network'].map(
    (one) => `measured ${one}`,
  );

  expect([...certainties(false)].sort()).toEqual(
    [...measured, 'measured route', 'unknown route'].sort(),
  );
  expect([...certainties(true)].sort()).toEqual(
    [...measured, 'measured route', 'unknown gateway', 'unknown network'].sort(),
  );
  expect(reachIn(kernel, 'far', true).unknown.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/containers on other networks/),
  );
});

it('measures nothing at the level of the API, and forgets none that answered', () => {
  for (const name of names) {
    const { targets, unknown } = reachIn(api, name);
    const sockets = targets.filter(
      ({ certainty, kind }) => certainty === 'measured' && kind !== 'way',
    );
    const told = targets.map((target) => target.name).join(' ');
    const who = new Set(answers.get(name)?.values());
    for (const one of who) {
      if (one === name || one === 'OK' || one.startsWith('on-host')) continue;
      const isNamed =
        told.includes(one) || unknown.some(({ what }) => what.includes('other networks'));
      expect([name, one, isNamed]).toEqual([name, one, true]);
    }
    if (who.has('on-host') && !name.startsWith('on-host')) {
      expect(targets.find(({ kind }) => kind === 'host')).toMatchObject({ certainty: 'unknown' });
    }
    expect(sockets).toEqual([]);
  }
});

it('tells the engine by its socket and by TCP', () => {
  const engineOf = (name: string) =>
    reachIn(kernel, name).targets.filter(({ kind }) => kind === 'engine');

  expect(engineOf('socket').map(({ through }) => through.name)).toEqual([
    `mounts the engine socket (${engine.socketPath})`,
  ]);
  expect(engineOf('plain')).toMatchObject([{ port: API_PORT, certainty: 'measured' }]);
  expect(engineOf('alone')).toEqual([]);
});

it('sees the host’s own sockets where no container is on its network', async () => {
  const through = seen.listeners.state === 'read' ? seen.listeners.value.containers : [];
  const id = inspect<string>(['on-host'], '.Id')[0];
  const before = through.find(({ containerId }) => containerId === id)?.facts;
  engine.docker('rm', '--force', 'on-host', 'on-host-local');
  const { listeners } = await look('kernel');
  if (listeners.state === 'unread' || before?.state !== 'read') throw new Error('not read');
  const places = ({ value }: typeof before) =>
    value.sockets
      .map(({ protocol, address, port }) => `${protocol} ${address}:${port}`)
      .filter((one) => !/:900[01]$/.test(one));

  expect(listeners.value.host).toMatchObject({ state: 'read' });
  expect(places(listeners.value.host as typeof before)).toEqual(places(before));
  expect(places(before)).toContain(`tcp :::${API_PORT}`);
});

it('says what a stopped one would reach', () => {
  const { when, targets } = reachIn(kernel, 'stopped');

  expect(when).toBe('if-started');
  expect(targets.map(placeOf)).toContain(`${ownAddresses.get('hub')?.[0]}:80`);
});

import { execFileSync } from 'node:child_process';
import { assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { publishing } from '../../src/surface/publishing.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';

/**
 * A default bridge that keeps its members apart, with a link in it, beside another machine: a container with a cable to
 * the host, that has a route to the bridge. Who answers is the truth.
 */
let engine: RealEngine;
let kernel: Snapshot;

const serve = (...ports: string[]): string[] => {
  const servers = ports.map((port) => `busybox httpd -p ${port} -h /data`);
  return ['sh', '-c', ['echo me > /data/index.html', ...servers, 'exec sleep infinity'].join(';')];
};

function run(name: string, options: readonly string[], ...ports: string[]): void {
  engine.docker('run', '--detach', '--name', name, ...options, baseImage, ...serve(...ports));
}

const addressOf = (name: string): string =>
  engine.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', name);

/** Runs a script in the engine's own network, where numbers of processes are those that it tells. */
function inEngine(script: string): void {
  const pid = /\d+/.exec(engine.root())?.[0] ?? '';
  const numbers = `--pid=/proc/${pid}/ns/pid_for_children`;
  execFileSync('nsenter', ['-t', pid, '--net', '--mount', numbers, 'sh', '-ec', script]);
}

function isAnswered(who: string, port: number, asker: string): boolean {
  const url = `http://${addressOf(who)}:${port}/`;
  try {
    return (
      engine.docker('exec', asker, 'busybox', 'wget', '-q', '-T', '2', '-O', '-', url) === 'me'
    );
  } catch {
    return false;
  }
}

beforeAll(async () => {
  engine = await openRealEngine({
    bridge: 'links0',
    options: ['--iptables=true', '--icc=false'],
  });
  engine.importBaseImage();
  run('db', ['--expose', '80'], '80', '81');
  run('web', ['--link', 'db:store'], '80');
  run('other', [], '80');
  run('dumb', [], '80');
  run('asker', ['--link', 'dumb'], '80');
  run('machine', ['--network', 'none', '--privileged'], '80');
  const pid = engine.docker('inspect', '--format', '{{.State.Pid}}', 'machine');
  const within = `nsenter -t ${pid} -n`;
  inEngine(`ip link add cable0 type veth peer name plug0; ip link set cable0 up
    ip address add 198.51.100.1/24 dev cable0; ip link set plug0 netns ${pid}
    ${within} ip link set plug0 up; ${within} ip address add 198.51.100.2/24 dev plug0
    ${within} ip route add 172.31.0.0/24 via 198.51.100.1`);
  const hosts = [{ name: 'host', url: engine.url, evidence: 'kernel' as const }];
  kernel = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
});
afterAll(async () => {
  await engine?.close();
});

/** `measured db:80` of each container that it reaches in its network. */
function reachedFrom(name: string): string[] {
  const { containers } = kernel;
  const all = containers.state === 'read' ? containers.value.read : [];
  const self = all.find((one) => one.name === name);
  if (!self) throw new Error(`${name} was not read`);
  return reachFrom(self, all, reachFacts(assess(kernel))).targets.flatMap((target) =>
    target.through.kind === 'network' && target.kind === 'container'
      ? [`${target.certainty} ${target.name}:${target.port}`]
      : [],
  );
}

it('a link opens what is exposed, and nothing else between others', () => {
  expect(isAnswered('db', 80, 'web')).toBe(true);
  expect(isAnswered('db', 81, 'web')).toBe(false);
  expect(isAnswered('db', 80, 'other')).toBe(false);
  expect(isAnswered('web', 80, 'other')).toBe(false);
  expect(isAnswered('dumb', 80, 'asker')).toBe(false);

  expect(reachedFrom('web')).toEqual(['measured db:80']);
  // From its port 80 db gets there, which its web server has.
  expect(reachedFrom('db')).toEqual(['unknown web:80']);
  expect(reachedFrom('other')).toEqual([]);
  expect(reachedFrom('asker')).toEqual([]);
  expect(reachedFrom('dumb')).toEqual([]);
});

it('what nobody publishes is closed to a machine on a link by a policy that nobody reads', () => {
  expect(isAnswered('other', 80, 'machine')).toBe(false);
  // As it is where the host sent packets on before the engine was started.
  inEngine('iptables -P FORWARD ACCEPT');
  expect(isAnswered('other', 80, 'machine')).toBe(true);
  expect(publishing(kernel).firewall).toContain('that nobody publishes');
});

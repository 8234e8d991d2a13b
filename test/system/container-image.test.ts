import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { sendRaw, statusesIn } from '../support/raw-request.ts';
import { askEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { openEngineWithSeawall, seawallImage } from '../support/seawall-images.ts';
import { unlistedCalls } from './docker-api.ts';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const tokens = { bot: 'xoxb-planted-1', app: 'xapp-planted-2' };
const program = ['seawall'];
/** Slack needs Node alone: the image has it, and is there. What it runs stands where it is here. */
const slack = {
  options: ['--name', 'slack', '--user', '0', '--no-healthcheck', '--entrypoint', 'node'],
  words: [seawallImage, joinedProgram('workspace'), 'slack', '8080', tokens.bot, tokens.app],
};

let engine: RealEngine;
/** Between the socket proxy and the engine: what is recorded there has passed. */
let recorder: RecordingProxy;
let environment: Record<string, string>;
const secretFile = (name: string) => join(engine.folder, 'secrets', `slack_${name}_token`);

beforeAll(async () => {
  engine = await openEngineWithSeawall();
  const folder = (name: string) => join(engine.folder, name);
  for (const name of ['recorded', 'secrets']) mkdirSync(folder(name));
  const listenOn = folder('recorded/docker.sock');
  recorder = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  const { gid } = statSync(engine.socketPath);
  chmodSync(listenOn, 0o660);
  chownSync(listenOn, 0, gid);
  for (const [name, token] of Object.entries(tokens)) {
    writeFileSync(secretFile(name), `${token}\n`, { mode: 0o400 });
    chownSync(secretFile(name), 65_532, 65_532);
  }
  environment = {
    ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: engine.folder, DOCKER_HOST: engine.url },
    // Short programs in Go look less for memory to use again.
    GOGC: '400',
    ...{ DOCKER_SOCKET: listenOn, DOCKER_GID: String(gid), SECRETS: folder('secrets') },
    SLACK_API_URL: 'http://slack:8080/api/',
  };
}, 1_200_000);
afterAll(async () => {
  await recorder?.close();
  await engine?.close();
});

// Not the blocking kind: the recorder that the proxy asks through lives in this process.
const docker = async (...words: string[]) =>
  (await run('docker', words, { env: environment, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
const compose = (...words: string[]) =>
  docker('compose', '--file', join(project, 'deploy/compose.yaml'), ...words);
const inspect = (container: string, format: string) =>
  docker('inspect', '--format', format, container);
const answerIn = async (container: string, ...words: string[]) =>
  JSON.parse(await docker('exec', container, ...program, ...words, '--json'));

/** What a container complains about when it is to run something. */
const refusalOf = (...words: string[]) =>
  docker('exec', ...words).then(
    (printed) => `it ran and printed ${printed}`,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );

/** Waits until something holds; the time limit of the test bounds it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(500);
}

/** How often Slack has had an answer. Rejects with what it said once it has ended. */
async function answersIn(place: 'containers' | 'services'): Promise<number> {
  const ask = (path: string) => askEngine(engine.socketPath, 'GET', `/${place}/slack${path}`);
  const said = await ask('/logs?stdout=1&stderr=1');
  if (place === 'containers' && !JSON.parse(await ask('/json')).State.Running) {
    throw new Error(`Slack has ended: ${said}`);
  }
  return said.split('answered [').length - 1;
}

/** Rules of severity high and critical that a container fails, by the results of a scan. */
const seriousOf = (results: readonly RuleResult[], name: string) =>
  results
    .filter(({ subject, verdict }) => subject.name === name && verdict === 'fail')
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ rule }) => rule);
/** Verdict of a rule on a container. */
const resultOf = (results: readonly RuleResult[], name: string, rule: string) =>
  results.find((one) => one.subject.name === name && one.rule === rule);
const verdictOf = (...asked: Parameters<typeof resultOf>) => resultOf(...asked)?.verdict;

// One engine, on which one thing follows another.
describe('the image, started from the Compose file', () => {
  it('becomes healthy and answers in Slack, with an engine that it may only read', async () => {
    await compose('up', '--no-start');
    // Who has connected again is asked something that leaves the last scan as it was.
    await docker(
      ...['run', '--detach', ...slack.options, '--network', 'seawall_outward'],
      ...['--volume', `${project}:${project}:ro`, ...slack.words, 'scan', 'status'],
    );
    await compose('up', '--detach', '--wait');

    expect(await inspect('seawall', '{{.State.Health.Status}}')).toBe('healthy');
    expect(await inspect('seawall-socket-proxy', '{{.State.Health.Status}}')).toBe('healthy');
    await until(async () => (await answersIn('containers')) > 0);
    expect(recorder.calls.length).toBeGreaterThan(20);
    expect(recorder.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
    // It logs refused calls alone.
    expect(await docker('logs', 'seawall-socket-proxy')).toBe('');
  }, 900_000);

  it('holds the needed calls and no other', async () => {
    const { hosts } = await answerIn('seawall', 'whoami');

    expect(hosts).toMatchObject([{ verdict: 'needed-calls-only' }]);
    expect(JSON.stringify(hosts)).not.toContain('chmod');
    const { results } = await answerIn('seawall', 'scan');
    expect(verdictOf(results, 'seawall', 'no-docker-socket-mount')).toBe('pass');
    expect(verdictOf(results, 'seawall', 'no-env-secret')).toBe('pass');
  });

  it('is refused every other call of the Docker API by the proxy', async () => {
    const volume = 'data/volumes/seawall_proxy-socket/_data/seawall.sock';
    const socket = join(engine.root(), engine.folder, volume);
    const id = await inspect('seawall', '{{.Id}}');
    const received: [string, number[]][] = [];
    for (const call of unlistedCalls(id, collectorEndpoints)) {
      const request = `${call} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`;
      received.push([call, statusesIn(await sendRaw(socket, request, 120_000))]);
    }

    expect(received.length).toBeGreaterThan(75);
    expect(received.filter(([, statuses]) => statuses.join() !== '403')).toEqual([]);
    expect(received.some(([call]) => recorder.calls.includes(call))).toBe(false);
    expect(recorder.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  });

  it('has no shell, nothing to write to, no root and no token for whoever looks', async () => {
    expect(await refusalOf('seawall', 'sh', '-c', 'id')).toContain('not found');
    expect(await refusalOf('seawall', '/usr/bin/busybox', 'id')).toContain('permission denied');
    const asRoot = ['--user', '0', 'seawall', '/usr/bin/busybox', 'id'];
    expect(await refusalOf(...asRoot)).toContain('permission denied');
    const write = `for (const file of ['/opt/seawall/x', '/etc/seawall/x', '/usr/bin/x'])
      try { require('node:fs').writeFileSync(file, ''); console.log(file); }
      catch ({ code }) { console.log(code); }`;
    expect(await docker('exec', '--user', '0', 'seawall', 'node', '-e', write)).toBe(
      'EROFS\nEROFS\nEROFS',
    );
    expect(await docker('exec', 'seawall', 'node', '-p', 'process.getuid()')).toBe('65532');
    const told = `${await docker('inspect', 'seawall')}${await docker('history', seawallImage)}`;
    for (const token of Object.values(tokens)) expect(told).not.toContain(token);
  });

  it('draws pictures', async () => {
    const draw = `const place = '/opt/seawall/dist/src/';
      const name = require('node:fs').readdirSync(place).find((one) => /^draw-png-.*js$/.test(one));
      import(place + name).then(({ drawPng }) => drawPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))
      .then((png) => console.log(Buffer.from(png).toString('latin1').slice(1, 4)))`;

    expect(await docker('exec', 'seawall', 'node', '-e', draw)).toBe('PNG');
  });

  it('lists what it has of npm, and has what is loaded alone', async () => {
    const tell = `const { existsSync, readdirSync, readFileSync } = require('node:fs');
      const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
      const below = (folder) => existsSync(folder) ? readdirSync(folder).flatMap((name) => {
        const path = folder + '/' + name;
        if (name.startsWith('.')) return [];
        if (name.startsWith('@')) return below(path);
        const { name: known, version } = read(path + '/package.json');
        return [known + '@' + version, ...below(path + '/node_modules')];
      }) : [];
      const { bomFormat, components } = read('/opt/seawall/sbom.cdx.json');
      console.log(JSON.stringify({ bomFormat, listed: components.map((one) => one['bom-ref']),
        installed: below('/opt/seawall/node_modules') }));`;
    const told: { bomFormat: string; listed: string[]; installed: string[] } = JSON.parse(
      await docker('exec', 'seawall', 'node', '-e', tell),
    );

    const { bomFormat, listed, installed } = told;
    expect(bomFormat).toBe('CycloneDX');
    expect(installed.length).toBeGreaterThan(150);
    expect(listed.toSorted()).toEqual([...new Set(installed)].sort());
    expect(installed.join(' ')).not.toMatch(/@types\/|bare-fs|yargs/);
  });

  it('ends in order when it is told to, and a new container goes on with the database', async () => {
    const before = await answerIn('seawall', 'hosts');
    const startedAt = Date.now();
    await docker('stop', '--time', '60', 'seawall');

    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(await inspect('seawall', '{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe('0 false');
    expect(await docker('logs', '--tail', '5', 'seawall')).toContain('stopping');
    const endedAt = Date.now();
    await docker('stop', '--time', '60', 'seawall-socket-proxy');
    expect(Date.now() - endedAt).toBeLessThan(30_000);
    await compose('up', '--detach', '--wait', '--force-recreate');
    await until(async () => (await answersIn('containers')) > 1);
    const after = await answerIn('seawall', 'hosts');
    expect(before.hosts[0].lastScanId).toMatch(/^[0-9a-f-]{36}$/);
    expect(after.hosts[0].lastScanId).toBe(before.hosts[0].lastScanId);
  });
});

describe('Seawall, scanned by itself', () => {
  let results: RuleResult[];
  let unreadSections: { section: string; reason: string }[];
  beforeAll(async () => {
    const file = join(engine.folder, 'seawall.yml');
    const host = { name: 'here', url: 'unix:///run/docker.sock', evidence: 'kernel' };
    writeFileSync(file, JSON.stringify({ hosts: [host] }));
    const { DOCKER_GID: gid = '' } = environment;
    const answer = await docker(
      ...['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL'],
      ...['--user', `65532:${gid}`, '--group-add', '65532', '--tmpfs', '/tmp'],
      ...['--volume', `${file}:/etc/seawall/seawall.yml:ro`],
      ...['--volume', `${engine.socketPath}:/run/docker.sock`],
      ...[seawallImage, 'scan', '--json'],
    );
    ({ results, unreadSections } = JSON.parse(answer));
  });

  it('reads every section', () => {
    expect(unreadSections).toEqual([]);
  });

  it('has no finding of severity high or critical', () => {
    expect(seriousOf(results, 'seawall')).toEqual([]);
    expect(seriousOf(results, seawallImage)).toEqual([]);
  });

  it('has its controls in force, as its busybox shows, which nobody can run', () => {
    const rules = ['capabilities', 'no-new-privileges', 'rootfs', 'seccomp', 'limits', 'user'];
    for (const name of ['seawall', 'seawall-socket-proxy']) {
      const found = rules.map((rule) => {
        const result = resultOf(results, name, `${rule}-in-force`);
        return { rule, ...result };
      });
      expect(found.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    }
  });

  it('says of the proxy what is true: it holds the socket, and that is all', () => {
    expect(seriousOf(results, 'seawall-socket-proxy')).toEqual(['no-docker-socket-mount']);
  });
});

describe('the stack of Swarm', () => {
  const replicas = () =>
    docker('stack', 'services', '--format', '{{.Name}} {{.Replicas}}', 'seawall');
  const containerOf = (service: string) =>
    docker('ps', '--quiet', '--filter', `label=com.docker.swarm.service.name=${service}`);

  it('becomes healthy and answers, with secrets in files', async () => {
    await docker('rm', '--force', 'slack');
    await compose('down', '--volumes', '--timeout', '0');
    await docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
    await docker('node', 'update', '--label-add', 'seawall=true', await docker('node', 'ls', '-q'));
    for (const name of Object.keys(tokens)) {
      await docker('secret', 'create', `slack_${name}_token`, secretFile(name));
    }
    const file = join(project, 'deploy/swarm.yaml');
    const deploy = ['stack', 'deploy', '--resolve-image', 'never', '--detach=true'];
    await docker(...deploy, '--compose-file', file, 'seawall');
    await docker(
      ...['service', 'create', '--detach', '--no-resolve-image', ...slack.options],
      // The kernel of a test need not have the balancer of virtual addresses.
      ...['--network', 'seawall_outward', '--endpoint-mode', 'dnsrr'],
      ...['--mount', `type=bind,source=${project},target=${project},readonly`],
      ...slack.words,
    );
    await until(async () => (await answersIn('services')) > 0);

    expect((await replicas()).split('\n').sort()).toEqual([
      'seawall_seawall 1/1',
      'seawall_socket-proxy 1/1',
    ]);
    for (const service of ['seawall_seawall', 'seawall_socket-proxy']) {
      const container = await containerOf(service);
      expect(await inspect(container, '{{.State.Health.Status}}')).toBe('healthy');
      expect(
        await inspect(container, '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}'),
      ).toBe('true [ALL]');
    }
    const { hosts } = await answerIn(await containerOf('seawall_seawall'), 'whoami');
    expect(hosts).toMatchObject([{ verdict: 'needed-calls-only' }]);
  }, 900_000);
});

import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { loadPostgresImage, postgresImage } from '../support/postgres-image.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { openEngineWithSeawall, seawallImage } from '../support/seawall-images.ts';

// The files of a fleet, started on a real engine: in the long run only, as images are built and loaded for it.

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const tokens = { slack_bot_token: 'xoxb-planted-1', slack_app_token: 'xapp-planted-2' };
const PASSWORD = 'planted-3';
const secrets = {
  ...tokens,
  postgres_password: PASSWORD,
  database_url: `postgres://seawall:${PASSWORD}@postgres/seawall`,
};
/** Slack needs Node alone: the image has it, and is there. Each time that the bots connect somebody types `scan`. */
const slack = {
  options: ['--name', 'slack', '--user', '0', '--no-healthcheck', '--entrypoint', 'node'],
  words: [
    ...[seawallImage, '/project/test/support/workspace-process.ts', 'slack', '8080'],
    ...Object.values(tokens),
  ],
};

let engine: RealEngine;
let environment: Record<string, string>;
beforeAll(async () => {
  engine = await openEngineWithSeawall();
  await loadPostgresImage(engine);
  const folder = join(engine.folder, 'secrets');
  mkdirSync(folder);
  for (const [name, secret] of Object.entries(secrets)) {
    const owner = name === 'postgres_password' ? 999 : 65_532;
    writeFileSync(join(folder, name), `${secret}\n`, { mode: 0o400 });
    chownSync(join(folder, name), owner, owner);
  }
  environment = {
    ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: engine.folder, DOCKER_HOST: engine.url },
    ...{ DOCKER_SOCKET: engine.socketPath, DOCKER_GID: String(statSync(engine.socketPath).gid) },
    ...{ SECRETS: folder, POSTGRES_IMAGE: postgresImage, SLACK_API_URL: 'http://slack:8080/api/' },
  };
}, 1_200_000);
afterAll(() => engine?.close());

const docker = async (...words: string[]) =>
  (await run('docker', words, { env: environment, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(300);
};
/** Answers in the log of the workspace, where a service names its task before each line; an answer may speak of answers. */
const answersIn = (log: string) => log.match(/^(?:[^|\n]{0,200}\| )?answered \[/gm)?.length ?? 0;

/** Asks the database in the container that a filter finds. */
const sqlIn = (container: () => Promise<string>) => async (query: string) =>
  docker(
    ...['exec', await container(), 'psql', '--host', '/var/run/postgresql', '--username'],
    ...['seawall', '--tuples-only', '--no-align', '--command', query],
  );

/** Hosts of workers, as containers name themselves, and how many scans each began. */
const SCANS_RUNNING = `select p.machine from scan_job j join process p on p.id = j.lease_owner
  where j.ended_at is null and p.role = 'worker' limit 1`;

/** The host of the worker that did what was asked for last. */
const LAST_SCANNED = `select p.machine from scan_job j join process p on p.id = j.lease_owner
  where p.role = 'worker' order by j.id desc limit 1`;

describe('the fleet of Compose', () => {
  const compose = (...words: string[]) =>
    docker('compose', '--file', join(project, 'deploy/compose.fleet.yaml'), ...words);
  const idOf = (service: string) => compose('ps', '--quiet', service);
  const sql = sqlIn(() => idOf('postgres'));
  const answered = async () => answersIn(await docker('logs', 'slack'));

  it('starts and answers a scan in chat, done by a worker', async () => {
    await compose('up', '--no-start');
    await docker(
      ...['run', '--detach', ...slack.options, '--network', 'seawall-fleet_outward'],
      ...['--volume', `${project}:/project:ro`, ...slack.words],
    );
    await compose('up', '--detach', '--wait', '--scale', 'migrate=1');
    await until(async () => (await answered()) === 1);

    expect(await sql('select role, count(*) from process group by role order by role')).toBe(
      'serve|2\nworker|2',
    );
    const { State, ExitCode } = JSON.parse(
      await compose('ps', '--all', '--format', 'json', 'migrate'),
    );
    expect([State, ExitCode]).toEqual(['exited', 0]);
  }, 900_000);

  it('answers a scan whose worker is killed meanwhile', async () => {
    // The engine does not answer: the scan cannot end before its worker does.
    const proxy = await idOf('socket-proxy');
    await docker('pause', proxy);
    await docker('restart', '--time', '0', 'slack');
    let machine = '';
    await until(async () => {
      machine = await sql(SCANS_RUNNING);
      return machine !== '';
    });
    await docker('kill', machine);
    await docker('unpause', proxy);
    await until(async () => (await answered()) === 2);

    const other = await sql(LAST_SCANNED);
    expect(other).toMatch(/^[0-9a-f]{12}$/);
    expect(other).not.toBe(machine);
  }, 900_000);

  it('gives a worker no token and nobody a way to the database', async () => {
    const [worker = ''] = (await idOf('worker')).split('\n');
    const told = await docker('inspect', worker);
    for (const secret of Object.values(secrets)) expect(told).not.toContain(secret);
    expect(
      await docker('exec', worker, 'node', '-p', "fs.readdirSync('/run/secrets').join()"),
    ).toBe('database_url');
    const { Internal } = JSON.parse(
      await docker('network', 'inspect', '--format', '{{json .}}', 'seawall-fleet_database'),
    );
    expect(Internal).toBe(true);
    await docker('rm', '--force', 'slack');
    await compose('down', '--volumes', '--timeout', '0');
  });
});

describe('the fleet of Swarm', () => {
  const containersOf = async (service: string) =>
    (
      await docker(
        'ps',
        '--quiet',
        '--filter',
        `label=com.docker.swarm.service.name=fleet_${service}`,
      )
    )
      .split('\n')
      .filter(Boolean);
  const sql = sqlIn(async () => (await containersOf('postgres'))[0] ?? '');
  const answered = async () => answersIn(await docker('service', 'logs', 'slack'));

  it('starts and answers a scan in chat, and again after one worker ended', async () => {
    await docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
    const node = await docker('node', 'ls', '-q');
    await docker('node', 'update', '--label-add', 'seawall-database=true', node);
    for (const name of Object.keys(secrets)) {
      await docker('secret', 'create', name, join(environment.SECRETS ?? '', name));
    }
    const settings = join(engine.folder, 'seawall.yml');
    // JSON is YAML.
    writeFileSync(
      settings,
      JSON.stringify({ hosts: [{ name: 'node', url: 'tcp://engine:2375' }] }),
    );
    environment.SETTINGS = settings;
    const deploy = ['stack', 'deploy', '--resolve-image', 'never', '--detach=true'];
    await docker(...deploy, '--compose-file', join(project, 'deploy/swarm.fleet.yaml'), 'fleet');
    const service = async (name: string, mount: string, ...words: string[]) =>
      docker(
        ...['service', 'create', '--detach', '--no-resolve-image', '--name', name, '--user', '0'],
        // The kernel of a test need not have the balancer of virtual addresses.
        ...['--network', 'fleet_outward', '--endpoint-mode', 'dnsrr', '--no-healthcheck'],
        ...['--entrypoint', 'node', '--mount', `type=bind,${mount}`, ...words],
      );
    // The engine itself, as a host that is reached over the network.
    const pass = `net.createServer((from) => {
      const to = net.connect('/run/docker.sock');
      from.pipe(to).pipe(from);
      for (const end of [from, to]) end.on('error', () => from.destroy(to.destroy()));
    }).listen(2375)`;
    const socket = `source=${engine.socketPath},target=/run/docker.sock`;
    await service('engine', socket, seawallImage, '-e', pass);
    await service('slack', `source=${project},target=/project,readonly`, ...slack.words);
    await until(async () => (await answered()) === 1);
    await until(
      async () =>
        (await sql('select role, count(*) from process group by role order by role')) ===
        'serve|2\nworker|2',
    );
    const [worker = ''] = await containersOf('worker');
    await docker('kill', worker);
    await docker('service', 'update', '--detach', '--force', 'slack');
    // The new workspace has no memory of what the old one was told.
    await until(async () => (await answered()) === 2);
    await until(async () => (await containersOf('worker')).length === 2);

    expect(await containersOf('worker')).not.toContain(worker);
  }, 900_000);
});

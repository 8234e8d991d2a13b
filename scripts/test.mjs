// Runs the tests after checking for the programs they use; on Debian, as root, it installs those.
// Plain JavaScript without dependencies. A missing program ends the run: no test is skipped for it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Two busy cores stretch a test that starts processes; a hung one still ends.
const TEST_TIMEOUT_MS = 60_000;
const POLICY = '/usr/sbin/policy-rc.d';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
const env = { ...process.env, PATH };
const say = (text) => process.stderr.write(`test: ${text}\n`);

const find = (program) =>
  PATH.split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

/** Debian's folder of what the Docker CLI runs as its own words. */
const hasPlugin = (name) => existsSync(join('/usr/libexec/docker/cli-plugins', name));

/** Alone in a container it finds no shared library. */
const isStatic = (path) => spawnSync('ldd', [path], { env }).status !== 0;

/** True when a file of the tests speaks of it. */
const isUsed = (program) =>
  readdirSync('test', { recursive: true }).some(
    (name) => name.endsWith('.ts') && readFileSync(join('test', name), 'utf8').includes(program),
  );

/** Debian package → whether what the tests use of it is there. */
const needed = {
  'docker.io': () => find('dockerd'),
  haproxy: () => find('haproxy'),
  'docker-cli': () => find('docker'),
  'docker-buildx': () => hasPlugin('docker-buildx'),
  'docker-compose': () => hasPlugin('docker-compose'),
  'busybox-static': () => existsSync('/usr/bin/busybox') && isStatic('/usr/bin/busybox'),
  debootstrap: () => find('debootstrap'),
  rpm: () => find('rpm') && find('rpmbuild'),
  iproute2: () => find('ip'),
  procps: () => find('ps'),
  'util-linux': () => find('unshare') && find('setpriv'),
  openssl: () => find('openssl'),
  'openssh-server': () => find('sshd'),
  'openssh-client': () => find('ssh') && find('ssh-keygen'),
  'libcap2-bin': () => find('setcap') && find('getcap'),
  chromium: () => !isUsed('chromium') || find('chromium'),
  runsc: () => find('runsc'),
  podman: () => find('podman') && find('runc'),
  rootlesskit: () => find('rootlesskit'),
  uidmap: () => find('newuidmap'),
  slirp4netns: () => find('slirp4netns'),
};
const missing = () => Object.keys(needed).filter((name) => !needed[name]());

function install(packages) {
  say(`installing ${packages.join(' ')}`);
  // Debian starts a service that it installs, unless this file says no.
  const isPolicyOurs = !existsSync(POLICY);
  if (isPolicyOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-q'], options);
    spawnSync('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], options);
  } finally {
    if (isPolicyOurs) rmSync(POLICY, { force: true });
  }
}

/** What keeps the tests from running, or null. */
function provide() {
  if (process.platform !== 'linux') return 'the tests start a Docker Engine, which takes Linux';
  if (process.getuid() !== 0) return 'the tests start a Docker Engine, which takes root';
  if (missing().length > 0 && find('apt-get')) install(missing());
  const absent = missing();
  return absent.length > 0
    ? `missing, by the name of the Debian package: ${absent.join(', ')}`
    : null;
}

/** Exit status of jest; it gets our stop signals. */
function runJest(args) {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, ...jest] = scripts.jest.split(' ');
  const hasTimeout = args.some((argument) => argument.startsWith('--testTimeout'));
  const timeout = hasTimeout ? [] : [`--testTimeout=${TEST_TIMEOUT_MS}`];
  say(['jest', ...timeout, ...args].join(' '));
  return new Promise((done) => {
    const child = spawn(process.execPath, [...jest, ...timeout, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
    });
    process.on('SIGTERM', (signal) => child.kill(signal));
    process.on('SIGHUP', (signal) => child.kill(signal));
    process.on('SIGINT', () => {}); // Ctrl-C reaches the child from the terminal; wait for its end
    child.on('close', (status) => done(status ?? 1));
  });
}

const obstacle = provide();
if (obstacle) say(obstacle);
process.exitCode = obstacle ? 1 : await runJest(process.argv.slice(2));

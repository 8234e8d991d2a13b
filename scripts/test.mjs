// Runs the tests after checking for the programs they use; on Debian, as root, it installs those.
// Options of jest and names of suites are handed on; `--slow` tells more of where the time went, and
// `--long` tries whole what is otherwise tried over windows and a few seeds; `--vm` runs what boots machines,
// and nothing else.
// Plain JavaScript without dependencies. A missing program ends the run: no test is skipped for it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, freemem } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// Busy cores stretch a test that starts processes, and a shared machine stands still at times; a hung one still
// ends. What takes longer says so itself.
const TEST_TIMEOUT_MS = 600_000;
const PLACE_IN_MEMORY = '/mnt';
/** For what the suites write at a time, and for those who write it. */
const ROOM_IN_MEMORY_BYTES = 12 * 1024 ** 3;
const RESULTS = join('.cache', 'test');
/** Where `test/jest/native-environment.mjs` tells what each suite took of the processor. */
const PROCESSOR_TIME = join(RESULTS, 'processor-time.txt');
/**
 * Of generated cases nearly all is soon dead: four times the room for what is young, and less of it is copied. What is
 * old is looked through from half a gigabyte on, not each time that a worker waits, and what was compiled stays so.
 */
const ROOMY = [
  ...['--max-semi-space-size=64', '--initial-old-space-size=512'],
  ...['--no-memory-reducer', '--no-flush-bytecode'],
];
/**
 * Suites that compute fill the pauses of those that wait. One process does: in each further one Node would compile
 * all of the sources once more.
 */
const allSuites = [
  { projects: ['system', 'postgres'], workers: 6, isInMemory: true, node: ROOMY },
  { projects: ['quick', 'thorough'], workers: 1, isInMemory: true, node: ROOMY },
];
const machines = [{ projects: ['vm'], workers: 1 }];
const POLICY = '/usr/sbin/policy-rc.d';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
// Workers and the programs that tests start find again what Node made of their sources.
const NODE_COMPILE_CACHE = resolve('.cache/compiled');
// The compiler, and what starts containers, spend less on looking for memory to use again.
const env = {
  ...{ ...process.env, PATH, NODE_COMPILE_CACHE, GOGC: '400' },
  SEAWALL_TEST_PROCESSOR_TIME: resolve(PROCESSOR_TIME),
};
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
  mmdebstrap: () => find('mmdebstrap'),
  rpm: () => find('rpm') && find('rpmbuild'),
  iproute2: () => find('ip'),
  procps: () => find('ps'),
  'util-linux': () => find('unshare') && find('setpriv') && find('nsenter'),
  mount: () => find('losetup'),
  'perl-base': () => find('perl'),
  openssl: () => find('openssl'),
  'openssh-server': () => find('sshd'),
  'openssh-client': () => find('ssh') && find('ssh-keygen'),
  'libcap2-bin': () => find('setcap') && find('getcap'),
  postgresql: () => existsSync('/usr/lib/postgresql') && find('psql'),
  'chromium-headless-shell': () =>
    !isUsed('chromium') || existsSync('/usr/lib/chromium/chromium-headless-shell'),
  runsc: () => find('runsc'),
  podman: () => find('podman') && find('runc'),
  rootlesskit: () => find('rootlesskit'),
  uidmap: () => find('newuidmap'),
  slirp4netns: () => find('slirp4netns'),
  'xz-utils': () => find('xz'),
  zip: () => find('zip'),
  'python3-pip': () => existsSync('/usr/lib/python3/dist-packages/pip'),
  ruby: () => find('gem'),
  zsh: () => find('zsh'),
  fish: () => find('fish'),
  systemd: () => find('systemd-analyze'),
};
/** What `--vm` needs beside. */
const neededByMachines = {
  'qemu-system-x86': () => find('qemu-system-x86_64'),
  'qemu-utils': () => find('qemu-img'),
  e2fsprogs: () => find('mke2fs'),
};

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

/** What keeps the tests from running that need these packages, or null. */
function provide(packages) {
  const missing = () => Object.keys(packages).filter((name) => !packages[name]());
  if (process.platform !== 'linux') return 'the tests start a Docker Engine, which takes Linux';
  if (process.getuid() !== 0) return 'the tests start a Docker Engine, which takes root';
  if (missing().length > 0 && find('apt-get')) install(missing());
  const absent = missing();
  return absent.length > 0
    ? `missing, by the name of the Debian package: ${absent.join(', ')}`
    : null;
}

/**
 * A command with its temporary files in memory, which is spared the waits of databases and engines for the
 * disk. Only it and what it starts see the place, which ends with them. Messages of engines name paths in it
 * and are cut, so it is as short as the usual one.
 */
function inMemory(command) {
  const script = `mount -t tmpfs -o mode=1777 tmpfs ${PLACE_IN_MEMORY} && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', ...command];
}

/** Not where the place would hide this project. */
const hasRoomInMemory = () =>
  existsSync(PLACE_IN_MEMORY) &&
  !process.cwd().startsWith(PLACE_IN_MEMORY) &&
  freemem() > ROOM_IN_MEMORY_BYTES;

/** Exit status of a jest with these arguments, and Node with its own; it gets our stop signals. */
function runJest(args, node, isInMemory) {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, ...jest] = scripts.jest.split(' ');
  const hasTimeout = args.some((argument) => argument.startsWith('--testTimeout'));
  const timeout = hasTimeout ? [] : [`--testTimeout=${TEST_TIMEOUT_MS}`];
  say(['jest', ...timeout, ...args].join(' '));
  const command = [process.execPath, ...node, ...jest, ...timeout, ...args];
  return isInMemory && hasRoomInMemory()
    ? run(inMemory(command), { ...env, TMPDIR: PLACE_IN_MEMORY })
    : run(command, env);
}

function run([program, ...words], environment) {
  return new Promise((done) => {
    // Not our terminal, in which two would write over each other.
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stderr, { end: false });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass).on('SIGHUP', pass);
    child.on('close', (status) => {
      process.off('SIGTERM', pass).off('SIGHUP', pass);
      done(status ?? 1);
    });
  });
}

/** Seconds for which the cores of this machine were busy: engines, which nobody waits for, count as well. */
const busySeconds = () =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1_000;

/** Runs projects in one jest; what came of it, with their suites. */
async function runSuites({ projects, workers, node = [], isInMemory = false }, args) {
  const file = join(RESULTS, `${projects.join('-')}.json`);
  rmSync(file, { force: true });
  const words = [
    ...['--selectProjects', ...projects, `--maxWorkers=${workers}`],
    ...['--json', `--outputFile=${file}`],
    ...(process.stderr.isTTY ? ['--colors'] : []),
    // Of one suite that was named, the other projects have none; that no test ran at all is seen below.
    ...['--passWithNoTests', ...args],
  ];
  const status = await runJest(words, node, isInMemory);
  const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  return { status, ...countTests(found), suites: suitesOf(found) };
}

/** Runs several jests side by side; what came of them all, with the time that it took. */
async function runSideBySide(groups, args) {
  rmSync(PROCESSOR_TIME, { force: true });
  const startedAt = Date.now();
  const busyBefore = busySeconds();
  const runs = await Promise.all(groups.map((group) => runSuites(group, args)));
  const sum = (key) => runs.reduce((all, run) => all + run[key], 0);
  return {
    name: groups.flatMap(({ projects }) => projects).join(', '),
    seconds: (Date.now() - startedAt) / 1_000,
    processor: busySeconds() - busyBefore,
    isGreen: runs.every(({ status }) => status === 0),
    ...{ passed: sum('passed'), failed: sum('failed') },
    ...{ suites: runs.flatMap(({ suites }) => suites), taken: readTaken() },
  };
}

/** What suites took of the processor with all they started but PostgreSQL, which is its own master. */
const readTaken = () =>
  (existsSync(PROCESSOR_TIME) ? readFileSync(PROCESSOR_TIME, 'utf8') : '')
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ seconds: Number.parseFloat(line), name: line.replace(/^\S+ /, '') }));

const countTests = (found) => ({
  passed: found?.numPassedTests ?? 0,
  // A suite that could not be loaded, or a run without a result, has no test that could fail.
  failed: found ? found.numFailedTests + found.numRuntimeErrorTestSuites : 1,
});

const suitesOf = (found) =>
  (found?.testResults ?? []).map(({ name, startTime, endTime, assertionResults }) => ({
    name: relative('.', name),
    seconds: (endTime - startTime) / 1_000,
    tests: assertionResults.map(({ fullName, duration }) => ({
      name: fullName,
      seconds: (duration ?? 0) / 1_000,
    })),
  }));

/** Where the time went: in all, and the slowest suites, with `isSlow` tests too. */
function tellTime(run, isSlow) {
  const print = (seconds, text) => say(`${seconds.toFixed(1).padStart(7)} s  ${text}`);
  const own = run.suites.reduce((sum, suite) => sum + suite.seconds, 0);
  const text = `${run.name}: ${run.suites.length} suites of ${own.toFixed(0)} s together`;
  print(run.seconds, `${text}, ${run.processor.toFixed(0)} s of processor time`);
  const bySeconds = (a, b) => b.seconds - a.seconds;
  const suites = run.suites.toSorted(bySeconds);
  say('slowest suites:');
  for (const { name, seconds } of suites.slice(0, isSlow ? 60 : 12)) print(seconds, name);
  if (!isSlow) return;
  say('most processor time, engines and processes of a suite with it:');
  for (const { name, seconds } of run.taken.toSorted(bySeconds).slice(0, 60)) print(seconds, name);
  say('slowest tests:');
  const tests = suites.flatMap((suite) =>
    suite.tests.map((test) => ({ ...test, name: `${suite.name}: ${test.name}` })),
  );
  for (const { name, seconds } of tests.sort(bySeconds).slice(0, 40)) print(seconds, name);
}

/** Exit status of the whole run. */
async function main(args) {
  const isOnMachines = args.includes('--vm');
  const obstacle = provide(isOnMachines ? { ...needed, ...neededByMachines } : needed);
  if (obstacle) {
    say(obstacle);
    return 1;
  }
  process.on('SIGINT', () => {}); // Ctrl-C reaches jest from the terminal; wait for its end
  const isSlow = args.includes('--slow');
  if (args.includes('--long')) env.SEAWALL_LONG_RUN = '1';
  const given = args.filter((argument) => !['--slow', '--long', '--vm'].includes(argument));
  mkdirSync(RESULTS, { recursive: true });
  const run = await runSideBySide(isOnMachines ? machines : allSuites, given);
  tellTime(run, isSlow);
  say(`${run.seconds.toFixed(0)} s in all`);
  const { passed, failed, isGreen } = run;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return passed > 0 && failed === 0 && isGreen ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

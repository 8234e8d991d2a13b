import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Control } from '../../../src/controls/control.ts';
import { openRealEngine, type RealEngine } from '../../support/real-engine.ts';
import type { Truth } from './kernel-truth.ts';
import { type OddContainer, SLEEP } from './odd-containers.ts';
import { localView } from './root-view.ts';
import { importTruthImage } from './truth-image.ts';
import { contradicted, isRed, type Scan, startCases, type TruthRun } from './truth-run.ts';

// Containers of an engine that maps users away, some of which have the users of the host all the same.

const levels = ['api', 'kernel'] as const;
const ofHost = ['--userns', 'host'];
const someUser = ['--user', '1000:1000'];
const limited = ['-m', '64m', '--pids-limit', '50', '--cpus', '0.5'];

type Case = readonly [options: readonly string[], more?: Partial<OddContainer>];
const cases: Readonly<Record<string, Case>> = {
  mapped: [limited],
  'of-host': [[...ofHost, ...limited]],
  'mapped-user': [someUser, { exec: ['--user', '0'] }],
  'user-of-host': [[...ofHost, ...someUser], { exec: ['--privileged', '--user', '0'] }],
  joined: [['--pid', 'container:mapped', '--uts', 'host']],
  'of-host-joined': [[...ofHost, '--network', 'container:mapped', ...limited]],
  socket: [['--volume', 'FOLDER/docker.sock:/x']],
  'socket-of-host': [[...ofHost, '--volume', 'FOLDER/docker.sock:/x']],
  // Only root of the host, who comes from outside, lifts the limits of this one.
  'own-users-of-host': [
    [...ofHost, '--security-opt', 'seccomp=unconfined', ...someUser, ...limited],
    { command: ['busybox', 'unshare', '-r', ...SLEEP] },
  ],
  'own-users': [
    ['--security-opt', 'seccomp=unconfined', ...someUser],
    { command: ['busybox', 'sh', '-c', 'busybox unshare -r sleep infinity & sleep infinity'] },
  ],
};

let engine: RealEngine;
let run: TruthRun;
let truth: Map<string, Truth>;
const found = new Map<string, ReadonlyMap<string, readonly Control[]>>();
const results = new Map<string, Scan['results']>();

beforeAll(async () => {
  engine = await openRealEngine({ remapsUsers: true });
  const { docker, folder, socketPath, url } = engine;
  importTruthImage(docker, folder);
  const all = Object.entries(cases).map(([name, [options, more]]) => ({
    ...{ name, options: [...options], command: SLEEP, exec: null, isOpenProfile: false },
    ...more,
  }));
  const view = () => localView(engine.root());
  run = await startCases({ docker, folder, socketPath, view }, all);
  for (const evidence of levels) {
    const scan = await run.scan({ name: 'host', url, evidence });
    found.set(evidence, scan.controls);
    results.set(evidence, scan.results);
  }
  truth = await run.readTruth();
}, 900_000);
afterAll(() => engine?.close());

const wrong = (level: string, isWrong: (one: Control, holds: boolean) => boolean) =>
  contradicted(run.cases, found.get(level) ?? new Map(), truth, isWrong);

it('compares all of the containers', () => {
  expect(run.cases.map(({ name }) => name)).toEqual(Object.keys(cases));
});

it.each(levels)('says nothing at the level %s that the kernel contradicts', (level) => {
  expect(wrong(level, ({ verdict }, holds) => verdict === 'enforced' && !holds)).toEqual([]);
  expect(wrong(level, (control, holds) => isRed(control) && holds)).toEqual([]);
});

it('trusts at each level the limits that nobody inside can lift, and no others', () => {
  const files = '/sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max';
  const lift = `for one in ${files}; do test -e $one || continue
    (echo max >$one) 2>/dev/null && echo lifted || echo kept; exit; done; exit 1`;
  const limits = Object.keys(cases).filter((name) => cases[name]?.[0].includes('--pids-limit'));
  const lasting = limits.filter(
    (name) => engine.docker('exec', '--user', '0', name, 'sh', '-c', lift).trim() === 'kept',
  );
  // Version 2 with `nsdelegate` keeps those of the group at the top from this, and not from a second namespace.
  const isDelegated = / cgroup2 \S*\bnsdelegate\b/.test(readFileSync('/proc/mounts', 'utf8'));

  expect(lasting).not.toHaveLength(0);
  if (!isDelegated) expect(lasting).not.toEqual(limits);
  for (const level of levels) {
    const trusted = limits.filter((name) =>
      found
        .get(level)
        ?.get(name)
        ?.some(({ control, verdict }) => control === 'pids-limit' && verdict === 'enforced'),
    );
    expect(trusted).toEqual(
      lasting.filter((name) => !isDelegated || !cases[name]?.[0].includes('host')),
    );
  }
});

/** Whether who is root of a container, by the number outside, gets an answer through the socket that it mounts. */
function reachesEngine(name: string): boolean {
  const pid = engine.docker('inspect', '--format', '{{.State.Pid}}', name);
  const [, outside = ''] = readFileSync(`${engine.root()}/proc/${pid}/uid_map`, 'utf8')
    .trim()
    .split(/\s+/);
  const as = ['--reuid', outside, '--regid', outside, '--clear-groups'];
  const ask = ['curl', '--silent', '--unix-socket', engine.socketPath, 'http://engine/_ping'];
  return String(spawnSync('setpriv', [...as, ...ask]).stdout) === 'OK';
}

it.each(levels)('calls a socket critical at the level %s for whom it lets in alone', (level) => {
  const sockets = ['socket', 'socket-of-host'];
  expect(sockets.map(reachesEngine)).toEqual([false, true]);

  const severityOf = (name: string) =>
    results
      .get(level)
      ?.get(name)
      ?.find(({ rule, verdict }) => rule === 'no-docker-socket-mount' && verdict === 'fail')
      ?.severity;
  expect(sockets.map(severityOf)).toEqual(['high', 'critical']);
});

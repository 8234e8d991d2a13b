import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noDockerSocketMount } from '../../src/rules/catalogue/no-docker-socket-mount.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/no-sensitive-mount.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { readAsRoot } from '../support/proc-as-root.ts';
import { askEngine, baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { createContainer, startSleeper } from '../support/run-options.ts';
import { until } from '../support/until.ts';
import { type Level, levels, lookAtHost } from './look-at-host.ts';

let engine: RealEngine;
const found = new Map<Level | 'files', Snapshot>();
/** What another engine of the host has in folders of names that tell nothing, by who mounts it. */
const OF_OTHER: Readonly<Record<string, string>> = {
  'other-socket': 'another/api/control',
  'other-folder': 'another/api',
  'other-data': 'another/data',
};
/** Mounts the layers of its engine, in which its own root lies, with its own /proc. */
const OWN_LAYERS = 'own-layers';
/** Whoever entered these has mounted another /proc there, by itself or below a folder of the host. */
const OWN_ANEW: Readonly<Record<string, string>> = { 'own-anew': '/data', 'own-below': '/x/p' };
/** A privileged command that has ended left a process there with a mount of its own. */
const LEFT = 'left-apart';
/** Root put processes of privileged commands out of their control groups: one with a mount of its own, and one without. */
const MOVED: Readonly<Record<string, string>> = {
  'moved-apart': 'busybox unshare -m sh -c "busybox mount -t tmpfs none /data; sleep 2000"',
  'moved-beside': 'sleep 2000',
};
/** These were started before somebody put a link in the place of what they mount, which they have from the next start on. */
const REPLACED = ['replaced', 'renamed'];
/** Was never started, and binds the folder below which the host has /etc. */
const NEVER = 'never-holding';
const PLACE = /^\/x(\/below)?$/;
/** Last line of the kernel's table for /x, or what came along below it, by the name of the container. */
const truth = new Map<string, { root: string; filesystem: string }>();

beforeAll(async () => {
  engine = await openRealEngine({ isOnDisk: true });
  engine.importBaseImage();
  const { folder } = engine;
  mkdirSync(join(folder, 'plain'));
  mkdirSync(join(folder, 'mounted'));
  mkdirSync(join(folder, 'deep/er'), { recursive: true });
  symlinkSync('/etc', join(folder, 'link'));
  symlinkSync('deep/er', join(folder, 'inner'));
  symlinkSync('../../../../../../../etc/cron.d', join(folder, 'deep/up'));
  const namespace = `--mount=${engine.root().replace(/root$/, 'ns/mnt')}`;
  mkdirSync(join(folder, 'holding/below'), { recursive: true });
  for (const place of ['mounted', 'holding/below'])
    execFileSync('nsenter', [namespace, 'mount', '--bind', '/etc', join(folder, place)]);
  const volume = (name: string, ...options: string[]) =>
    engine.docker('volume', 'create', ...options.flatMap((one) => ['--opt', one]), name);
  volume('empty');
  volume('etc', 'type=none', 'o=bind', 'device=/etc');
  volume('relative', 'type=none', 'o=bind', `device=${'../'.repeat(20)}etc`);
  volume('processes', 'type=proc', 'device=proc');
  volume('temporary', 'type=tmpfs', 'device=tmpfs');
  const sources = { plain: `${folder}/plain`, link: `${folder}/link` };
  for (const [name, source] of [
    ...Object.entries(sources),
    ...['empty', 'etc', 'relative', 'processes', 'temporary'].map((one) => [one, one] as const),
  ]) {
    await startSleeper(engine, name, '--volume', `${source}:/x`);
  }
  await startSleeper(engine, 'hides', '--volume', '/dev/null:/x');
  await startSleeper(engine, 'holding', '--volume', `${folder}/holding:/x`);
  await startSleeper(engine, OWN_LAYERS, '--volume', `${folder}/data/overlay2:/x:ro`);
  await startSleeper(engine, LEFT, '--security-opt', 'seccomp=unconfined');
  const left = 'busybox mount -t proc proc /proc; sleep 1000';
  const apart = `busybox unshare -m sh -c '${left}' >/dev/null 2>&1 &`;
  engine.docker('exec', '--privileged', LEFT, 'sh', '-c', `${apart} sleep 1`);
  for (const name of REPLACED) {
    const place = join(folder, name);
    mkdirSync(place);
    await startSleeper(engine, name, '--volume', `${place}:/x`);
    if (name === 'renamed') renameSync(place, `${place}-before`);
    else rmdirSync(place);
    symlinkSync('/etc/cron.d', place);
  }
  for (const [name, deed] of Object.entries(MOVED)) {
    await startSleeper(engine, name, '--security-opt', 'seccomp=unconfined');
    engine.docker('exec', '--privileged', name, 'sh', '-c', `${deed} >/dev/null 2>&1 & sleep 1`);
    const [pid = ''] = besides(name);
    const groups = '/sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs';
    const move = `for one in ${groups}; do echo ${pid} >$one; done 2>/dev/null; true`;
    execFileSync('nsenter', [...inEngine(), 'sh', '-c', move]);
  }
  mkdirSync(join(folder, 'holder/p'), { recursive: true });
  for (const [name, place] of Object.entries(OWN_ANEW)) {
    const options = ['--cap-add', 'SYS_PTRACE', '--volume', `${folder}/holder:/x`];
    await startSleeper(engine, name, ...options);
    const mount = ['mount', '-t', 'proc', '-o', 'ro', 'proc', place];
    const entered = ['nsenter', '-t', pidOf(name), '--mount', '--pid', 'busybox', ...mount];
    execFileSync('nsenter', [...inEngine(), ...entered]);
  }
  const never = { stopped: 'link', inner: 'inner', up: 'deep/up', mounted: 'mounted' };
  for (const [name, source] of Object.entries(never)) {
    const options = ['--volume', `${folder}/${source}:/x`];
    await createContainer(engine.socketPath, name, options, [baseImage, 'true']);
  }
  found.set('files', (await lookAtHost(engine.url, 'files')).snapshot);
  engine.docker('rm', ...Object.keys(never));
  await startAnother();
  const bound = ['--volume', `${folder}/holding:/x`];
  await createContainer(engine.socketPath, NEVER, bound, [baseImage, 'true']);
  for (const [name, source] of Object.entries(OF_OTHER)) {
    const options = ['--volume', `${folder}/${source}:/x:ro`];
    await createContainer(engine.socketPath, name, options, [baseImage, 'true']);
  }
  for (const level of levels) {
    const { snapshot, containers } = await lookAtHost(engine.url, level);
    found.set(level, snapshot);
    const files = readAsRoot(
      engine,
      containers.map(({ pid }) => pid ?? 0),
    );
    for (const { name, pid } of containers) {
      const isApart =
        name in OF_OTHER ||
        name in OWN_ANEW ||
        [OWN_LAYERS, NEVER, LEFT, ...Object.keys(MOVED), ...REPLACED].includes(name);
      if (isApart) continue;
      const table = files.get(`${pid}/mountinfo`) ?? '';
      const line = table.split('\n').findLast((one) => PLACE.test(one.split(' ')[4] ?? '')) ?? '';
      const [before = '', after = ''] = line.split(' - ');
      truth.set(name, {
        root: before.split(' ')[3] ?? '',
        filesystem: after.split(' ')[0] ?? '',
      });
    }
  }
});
afterAll(() => engine.close());

const pidOf = (name: string): string =>
  engine.docker('inspect', '--format', '{{.State.Pid}}', name);

/** Options of nsenter(1) for what is to see the mounts and processes of the engine. */
function inEngine(): string[] {
  const pid = /\d+/.exec(engine.root())?.[0] ?? '';
  return ['-t', pid, '--mount', `--pid=/proc/${pid}/ns/pid_for_children`];
}

/** Another engine of the same host, with a network of its own. */
async function startAnother(): Promise<void> {
  const { folder } = engine;
  mkdirSync(join(folder, OF_OTHER['other-folder'] ?? ''), { recursive: true });
  const options = [
    ...['--data-root', 'data', '--exec-root', 'exec', '--pidfile', 'pid', '--host', 'api/control'],
    ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false'],
  ].map((one) => one.replace(/^(data|exec|pid)$/, `${folder}/another/$1`));
  const words = options.map((one) => one.replace(/^api/, `unix://${folder}/another/api`));
  const log = openSync(join(folder, 'another/log'), 'w');
  const started = ['unshare', '--net', 'dockerd', ...words];
  spawn('nsenter', [...inEngine(), ...started], { stdio: ['ignore', log, log] }).unref();
  closeSync(log);
  const asked = () => askEngine(join(folder, 'another/api/control'), 'GET', '/info');
  await until(() =>
    asked().then(
      (info) => info.includes(`"${folder}/another/data"`),
      () => false,
    ),
  );
}

function verdictsAt(level: Level | 'files', rule: Rule = noSensitiveMount): Record<string, string> {
  const snapshot = found.get(level);
  if (snapshot === undefined) throw new Error('not there');
  const results = evaluateRule(rule, assess(snapshot));
  return Object.fromEntries(results.map(({ subject, verdict }) => [subject.name, verdict]));
}

const isOfHost = (name: string): boolean => {
  const { root = '', filesystem = '' } = truth.get(name) ?? {};
  return filesystem === 'proc' || root.endsWith('/etc');
};

it('knows at the level kernel its own processes where a mount shows them once more', () => {
  const layers = `${engine.root()}/proc/${pidOf(OWN_LAYERS)}/root/x`;
  const seen = readdirSync(layers).flatMap((name) => {
    const processes = `${layers}/${name}/merged/proc`;
    return existsSync(processes) ? readdirSync(processes).filter((one) => /^\d+$/.test(one)) : [];
  });
  // Its main process alone, by its number inside.
  expect(seen).toEqual(['1']);

  const snapshot = found.get('kernel');
  if (snapshot === undefined) throw new Error('not there');
  const { paths } = attackPaths(assess(snapshot));
  const showing = paths
    .map(({ sentence }) => sentence)
    .filter((sentence) => sentence.includes('mounts /proc, which shows'));
  expect(showing.filter((sentence) => sentence.includes(OWN_LAYERS))).toEqual([]);
  // That of the host is told.
  expect(showing.filter((sentence) => sentence.includes('processes'))).not.toEqual([]);
});

it.each(Object.entries(OWN_ANEW))(
  'takes at the level kernel no /proc that was mounted anew in %s at %s for that of the host',
  (name, place) => {
    const seen = readdirSync(`${engine.root()}/proc/${pidOf(name)}/root${place}`);
    expect(seen.filter((one) => /^\d+$/.test(one))).toEqual(['1']);

    const snapshot = found.get('kernel');
    if (snapshot === undefined) throw new Error('not there');
    const { paths } = attackPaths(assess(snapshot));
    const own = paths.filter(({ container }) => container === name);
    expect(own.filter(({ certainty }) => certainty === 'direct')).toEqual([]);
  },
);

it('fails at the level kernel exactly what the table of root shows to be of the host', () => {
  const expected = [...truth.keys()].map((name) => [name, isOfHost(name) ? 'fail' : 'pass']);

  expect(truth.size).toBe(9);
  expect(expected.filter(([, verdict]) => verdict === 'fail')).toHaveLength(5);
  expect(verdictsAt('kernel')).toMatchObject(Object.fromEntries(expected));
});

it('knows at the level kernel the socket and the data of another engine of the host', () => {
  const sockets = verdictsAt('kernel', noDockerSocketMount);

  // Which lies in the filesystem of the sockets, and may have one by another name.
  expect(sockets).toMatchObject({ plain: 'unknown', empty: 'pass' });
  expect(sockets).toMatchObject({ 'other-socket': 'fail', 'other-folder': 'fail' });
  expect(verdictsAt('kernel')).toMatchObject({ plain: 'pass', 'other-data': 'fail' });
});

it('tells the options of volumes at the level api, and no link', () => {
  expect(verdictsAt('api')).toMatchObject({ etc: 'fail', processes: 'fail', temporary: 'pass' });
  expect(verdictsAt('api')).toMatchObject({ relative: 'unknown' });
  expect(verdictsAt('api')).toMatchObject({ link: 'pass', plain: 'pass', empty: 'pass' });
});

it('follows links at the level files, and knows of a mount that it shows something else', () => {
  expect(verdictsAt('files')).toMatchObject({
    ...{ link: 'fail', etc: 'fail', empty: 'pass', temporary: 'pass' },
    ...{ stopped: 'fail', up: 'fail', mounted: 'unknown' },
  });
});

it('judges a folder at the level files by where it leads alone, and knows at kernel what comes along', () => {
  const byPath = { plain: 'pass', inner: 'pass', holding: 'pass' };
  expect(verdictsAt('files')).toMatchObject(byPath);
  expect(verdictsAt('kernel')).toMatchObject({
    plain: 'pass',
    holding: 'fail',
    [NEVER]: 'unknown',
  });
});

it('knows not at the level kernel what a process has mounted that left the mounts of its container', () => {
  const main = pidOf(LEFT);
  const tables = readdirSync(`${engine.root()}/proc`)
    .filter((one) => /^\d+$/.test(one) && isBesideIn(one, main))
    .map((one) => readFileSync(`${engine.root()}/proc/${one}/mountinfo`, 'utf8'));
  // Over what was covered there.
  expect(tables.some((table) => table.trim().split('\n').at(-1)?.includes(' / /proc '))).toBe(true);

  expect(verdictsAt('kernel')).toMatchObject({ [LEFT]: 'unknown' });
  expect(verdictsAt('kernel', noDockerSocketMount)).toMatchObject({ [LEFT]: 'unknown' });
});

it.each(REPLACED)('knows at the level kernel what %s has from its next start on', (name) => {
  expect(verdictsAt('kernel')).toMatchObject({ [name]: 'fail' });
  const snapshot = found.get('kernel');
  if (snapshot === undefined) throw new Error('not there');
  const ways = attackPaths(assess(snapshot)).paths.filter(({ container }) => container === name);
  // Not before that.
  expect(ways.map(({ certainty }) => certainty)).toEqual(['conditional']);
  expect(readdirSync(`${engine.root()}/proc/${pidOf(name)}/root/x`)).toEqual([]);
});

it.each(Object.keys(MOVED))(
  'knows at the level kernel what %s has mounted by its process in no control group alone where that is the same',
  (name) => {
    const main = pidOf(name);
    const others = besides(name);
    const groups = others.map((one) => readFileSync(`${engine.root()}/proc/${one}/cgroup`, 'utf8'));
    expect(groups.map((text) => text.includes('/docker/'))).toEqual([false]);
    const hasOwn = others.some((one) => isBesideIn(one, main));
    expect(hasOwn).toBe(name === 'moved-apart');

    const verdict = hasOwn ? 'unknown' : 'pass';
    for (const rule of [noSensitiveMount, noDockerSocketMount])
      expect(verdictsAt('kernel', rule)).toMatchObject({ [name]: verdict });
  },
);

/** Processes in the PID namespace of a container beside its main one. */
function besides(name: string): string[] {
  const main = pidOf(name);
  const of = (pid: string) => readlinkSync(`${engine.root()}/proc/${pid}/ns/pid`);
  return readdirSync(`${engine.root()}/proc`).filter((one) => {
    try {
      return /^\d+$/.test(one) && one !== main && of(one) === of(main);
    } catch {
      return false;
    }
  });
}

/** Whether a process is in the PID namespace of another one, and has other mounts. */
function isBesideIn(pid: string, main: string): boolean {
  const [own, other] = [pid, main].map((one) => {
    const of = (kind: string) => {
      try {
        return readlinkSync(`${engine.root()}/proc/${one}/ns/${kind}`);
      } catch {
        return null;
      }
    };
    return { pid: of('pid'), mounts: of('mnt') };
  });
  // What has ended has none.
  const isThere = own !== undefined && own.pid !== null && own.mounts !== null;
  return isThere && own.pid === other?.pid && own.mounts !== other.mounts;
}

it('tells the same as ways to the host', () => {
  const snapshot = found.get('kernel');
  if (snapshot === undefined) throw new Error('not there');
  const direct = attackPaths(assess(snapshot)).paths.filter(
    // Of what the capabilities of the process that was left behind give others tell.
    ({ certainty, container }) =>
      certainty === 'direct' && container !== LEFT && !Object.hasOwn(MOVED, container ?? ''),
  );

  expect([...new Set(direct.map(({ container }) => container ?? ''))].sort()).toEqual(
    [...truth.keys()].filter(isOfHost).sort(),
  );
});

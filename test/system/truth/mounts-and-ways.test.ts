import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { WaysThrough } from '../../../src/answers/isolation-answer.ts';
import { assess } from '../../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../../src/findings/evaluate.ts';
import type { RuleResult } from '../../../src/findings/result.ts';
import { pathsByContainer } from '../../../src/inspections/paths-by-container.ts';
import { buildGraph } from '../../../src/paths/build-graph.ts';
import type { AttackGraph } from '../../../src/paths/graph.ts';
import { assessHost } from '../../../src/posture/assess-host.ts';
import { rules } from '../../../src/programs/assemble.ts';
import { KERNEL_FOLDERS } from '../../../src/snapshot/shown-things.ts';
import { untilRuns } from '../../support/commands-in.ts';
import { isLongRun } from '../../support/long-run.ts';
import { patient } from '../../support/patient.ts';
import { openRealEngine, type RealEngine } from '../../support/real-engine.ts';
import { startContainer } from '../../support/run-options.ts';
import { hidden, links, neededByOthers, type WayCase, wayCases } from './containers-with-ways.ts';
import { BY_LINK, nestedCases, prepareNest, seenBy, takersOf } from './nested-mounts.ts';
import { startCommand } from './start-command.ts';
import { importWaysImage, openWays, type Tried, waysImage } from './try-ways.ts';

// What the ways to the host and the rules about mounts, devices, sockets and privileges say, against
// what a program within the container can really do. Nothing here is known from our answers.

const levels = ['api', 'files', 'kernel'] as const;
type Level = (typeof levels)[number];
/** One in so many is tried in `npm test`, others each day. */
const PARTS = 7;
const day = Math.floor(Date.now() / 86_400_000);
const tried = [
  ...wayCases.filter(
    ({ name }, index) =>
      isLongRun || index % PARTS === day % PARTS || neededByOthers.includes(name),
  ),
  ...nestedCases(isLongRun, day),
];
const API = '127.0.0.1:23750';
const DISK = '/dev/sdy';
/** A name of the engine's socket that is removed once containers have it. */
const GONE = 'gone.sock';
/** Calls that a profile keeps back from who has no tracer, who may become one by the others. */
const TRACED = ['mount', 'move_mount', 'open_tree', 'fsopen', 'fsmount', 'setns', 'unshare'];
const KEPT_BACK = { held: ['ptrace', 'seccomp'], 'by-parent': ['seccomp'], 'by-agent': ['ptrace'] };
/** Folders in which root finds what it runs, and of which a machine may have none. */
const MAY_LACK = [
  ...['generators', 'environment-generators'].map((name) => `/etc/systemd/system-${name}`),
  ...['/etc/cdi', '/run/cdi', '/run/modprobe.d', '/run/initramfs'],
];
/** Rules of which one must speak where a container owns the host. */
const ANSWERABLE =
  /^no-(sensitive-mount|docker-socket-mount|host-(device|pid|network)|privileged-(container|exec)|added-capabilities|unmasked-system-path)$/;

/** On version 1 of control groups alone. */
const hasListOfDevices = existsSync('/sys/fs/cgroup/devices');
/** In which a program lies that the engine starts for containers of one runtime. */
const programs = mkdtempSync('/var/tmp/seawall-programs-');
let engine: RealEngine;
let ways: ReturnType<typeof openWays>;
let loop = '';
let diskNumber = '';
const cases: WayCase[] = [];
/** Those of them that the machine had not. */
const madeFolders: string[] = [];
const refused: string[] = [];
const ids = new Map<string, string>();
const truth = new Map<string, Tried>();
const results = new Map<Level, RuleResult[]>();
const found = new Map<Level, (name: string) => WaysThrough>();
const graphs = new Map<Level, AttackGraph>();

const inEngine = (...words: string[]) =>
  execFileSync('nsenter', [`--mount=${engine.root().replace(/root$/, 'ns/mnt')}`, ...words]);

function here(option: string): string {
  const [filesystem = '', device = ''] = rootDisk();
  return option
    .replaceAll('FOLDER', engine.folder)
    .replaceAll('RUNTIMES', programs)
    .replaceAll('ROOTDISK', device)
    .replaceAll('FSTYPE', filesystem)
    .replaceAll('DISK', DISK)
    .replaceAll('NUMBER', diskNumber)
    .replaceAll('GROUP', String(statSync(engine.socketPath).gid));
}

/** Type and device of the filesystem of `/`. */
function rootDisk(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const line = lines.find((one) => one.split(' ')[4] === '/');
  return line?.split(' - ')[1]?.split(' ') ?? [];
}

const makeNode = (path: string, mode: string) =>
  execFileSync('mknod', ['-m', mode, path, 'b', ...diskNumber.split(':')]);

/**
 * A disk by the name of one, in a /dev of the engine's own: what lies on it is the test's, and a
 * machine may keep everybody from its real ones.
 */
function makeDisk(): void {
  const image = join(engine.folder, 'disk.img');
  writeFileSync(image, Buffer.alloc(1 << 20, 'disk'));
  loop = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  const { rdev } = statSync(loop);
  diskNumber = `${rdev >> 8}:${rdev & 0xff}`;
  const own = join(engine.folder, 'dev');
  execFileSync('cp', ['-ax', '/dev/.', own]);
  makeNode(join(engine.folder, DISK), '660');
  inEngine('mount', '--bind', own, '/dev');
}

/** Filesystems of the kernel that most hosts have, in the engine's own mounts; not those that this kernel lacks. */
function mountOfKernel(): void {
  const known = readFileSync('/proc/filesystems', 'utf8');
  for (const type of ['debugfs', 'tracefs', 'securityfs', 'configfs', 'binfmt_misc']) {
    if (!known.includes(`\t${type}\n`)) continue;
    const place = KERNEL_FOLDERS.get(type);
    inEngine('sh', '-c', `mountpoint -q ${place} || mount -t ${type} ${type} ${place}`);
  }
}

function prepareHost(): void {
  const at = (name: string) => join(engine.folder, name);
  const folders = ['plain', 'bound-jobs', 'held-jobs', 'holder/below', 'names', 'nodes'];
  const ofMerged = ['merged', 'merged-work', 'merged-holder/below', 'merged-keys', 'merged-api'];
  for (const name of [...folders, ...ofMerged, 'upper', 'work', 'work-jobs', 'work-link']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, at(name));
  inEngine('mount', '--bind', '/etc/cron.d', at('bound-jobs'));
  inEngine('mount', '--bind', '/etc/cron.d', at('held-jobs'));
  inEngine('mount', '--options', 'remount,bind,ro', at('held-jobs'));
  inEngine('mount', '--bind', '/usr/local/bin', at('holder/below'));
  const layers = (more: string) => `lowerdir=${at('plain')}${more}`;
  const merged: Record<string, string> = {
    merged: layers(`,upperdir=/etc/cdi,workdir=${at('merged-work')}`),
    'merged-holder/below': layers(':/root'),
    'merged-keys': layers(':/root'),
    'merged-api': `lowerdir=${engine.folder}:/media`,
  };
  for (const [name, options] of Object.entries(merged)) {
    inEngine('mount', '-t', 'overlay', 'overlay', '-o', options, at(name));
  }
  // A file of the engine's own in its place: second names of those of the host would be there for other engines as well.
  copyFileSync('/etc/profile', at('own-profile'));
  inEngine('mount', '--bind', at('own-profile'), '/etc/profile');
  for (const name of ['second-profile', 'names/innocent']) linkSync(at('own-profile'), at(name));
  for (const name of ['second.sock', 'api', 'names/api', GONE])
    linkSync(engine.socketPath, at(name));
  for (const name of ['node', 'group-node', 'nodes/one']) makeNode(at(name), '660');
  makeNode(at('open-node'), '666');
  execFileSync('chgrp', ['4242', at('group-node')]);
  symlinkSync('node', at('link-node'));
  const forbid = (...names: string[]) => ({ names, action: 'SCMP_ACT_ERRNO' });
  const profile = (name: string, ...syscalls: object[]) =>
    writeFileSync(at(name), JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  profile('no-mount.json', forbid('mount'));
  for (const [how, names] of Object.entries(KEPT_BACK)) {
    profile(`traced-${how}.json`, { names: TRACED, action: 'SCMP_ACT_TRACE' }, forbid(...names));
  }
}

function start({ name, options }: WayCase): Promise<string> {
  const words = options.map(here);
  const network = words.includes('--network') ? [] : ['--network', 'none'];
  const sleep = [waysImage, 'busybox', 'sleep', 'infinity'] as const;
  return startContainer(engine.socketPath, name, [...network, ...words], sleep);
}

async function look(evidence: Level): Promise<void> {
  const hosts = [{ ...patient, name: 'host', url: engine.url, evidence }];
  const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
  const { containers } = snapshot;
  if (containers.state === 'unread') throw new Error(containers.reason);
  for (const { id, name } of containers.value.read) ids.set(name, id);
  const assessment = assess(snapshot);
  const judged = evaluate(rules, assessment);
  results.set(evidence, judged);
  graphs.set(evidence, buildGraph(assessment));
  const waysOf = pathsByContainer({ posture: assessHost(rules, judged, assessment) });
  found.set(evidence, (name) => waysOf({ id: ids.get(name) ?? '?', name }).ways);
}

beforeAll(async () => {
  const runtime = join(programs, 'runc');
  writeFileSync(runtime, '#!/bin/sh\nexec runc "$@"\n', { mode: 0o755 });
  engine = await openRealEngine({
    options: ['--host', `tcp://${API}`, '--tls=false', '--add-runtime', `other=${runtime}`],
    isOnDisk: true,
  });
  importWaysImage(engine);
  makeDisk();
  for (const folder of MAY_LACK) {
    const made = mkdirSync(folder, { recursive: true });
    if (made !== undefined) madeFolders.push(made);
  }
  ways = openWays(engine, { disk: diskNumber, ports: [API], programs: [programs] });
  prepareHost();
  mountOfKernel();
  const folders = await prepareNest(engine);
  for (const one of tried) {
    try {
      await start(one);
      cases.push(one);
    } catch (error) {
      // Some settings the engine, or the kernel, refuses by itself.
      refused.push(`${one.name}: ${String(error).split('\n').at(-1)}`);
      engine.docker('rm', '--force', one.name);
    }
  }
  for (const { name, exec } of cases) {
    if (exec.length === 0) continue;
    await startCommand(engine.socketPath, name, exec, ['busybox', 'sleep', 'infinity']);
  }
  rmSync(join(engine.folder, GONE));
  const execs = cases.filter(({ exec }) => exec.length > 0);
  await untilRuns(engine.root(), ...[...cases, ...execs].map(() => 'busybox sleep infinity'));
  for (const level of levels) await look(level);
  const names = cases.map(({ name }) => name);
  const pids = engine.docker('inspect', '--format', '{{.State.Pid}}', ...names).split('\n');
  const pidOf = new Map(names.map((name, index) => [name, Number(pids[index])]));
  const nested = new Map([...pidOf].filter(([name]) => name.startsWith('nest-')));
  for (const { name, exec } of cases) {
    const shared = {
      targets: ['/x', '/y', '/dev/shm'],
      seenBy: (mark: string) => seenBy(engine.root(), { folders, name: mark }, nested),
    };
    const pid = pidOf.get(name) ?? 0;
    truth.set(
      name,
      ways.tryFrom(ids.get(name) ?? '', pid, exec, nested.has(name) ? shared : undefined),
    );
  }
}, 900_000);
afterAll(async () => {
  ways?.close();
  if (loop !== '') execFileSync('losetup', ['--detach', loop]);
  for (const folder of madeFolders) rmSync(folder, { recursive: true, force: true });
  await engine?.close();
  rmSync(programs, { recursive: true, force: true });
});

/** What a container can do, with what those can that it takes over. */
function truthOf(name: string): Tried {
  const own = truth.get(name);
  if (!own) throw new Error(`${name} was not tried`);
  const taken = cases.flatMap((other) =>
    own.takes.includes(ids.get(other.name) ?? '?') ? (truth.get(other.name)?.owns ?? []) : [],
  );
  return { ...own, owns: [...own.owns, ...taken.map((how) => `taken over: ${how}`)] };
}

const waysAt = (level: Level, name: string): WaysThrough =>
  found.get(level)?.(name) ?? { state: 'unknown', reason: 'not looked at' };

const certainty = (level: Level, name: string): string => {
  const seen = waysAt(level, name);
  return seen.state === 'some' ? seen.worst : seen.state;
};

const told = (wrong: (name: string) => string | null) =>
  cases.flatMap(({ name }) => {
    const what = wrong(name);
    return what === null ? [] : [`${name}: ${what}`];
  });

const isHidden = (level: Level, name: string) => hidden[name]?.at.includes(level) ?? false;

it('tries every way from within containers that the engine started', () => {
  const owning = cases.filter(({ name }) => truthOf(name).owns.length > 0);
  process.stderr.write(
    `ways: ${cases.length} containers, ${owning.length} own the host, refused: ${refused.join('; ')}\n`,
  );
  for (const { name } of cases) {
    const { at = [], why } = hidden[name] ?? {};
    if (why) process.stderr.write(`  not seen at ${at.join(', ')}: ${name}, because ${why}\n`);
  }
  expect(cases.length).toBeGreaterThan(tried.length * 0.9);
  expect(owning.length).toBeGreaterThan(cases.length * 0.3);
});

describe.each(levels)('at the level %s', (level) => {
  it('calls no container without a way that really owns the host', () => {
    const missing = told((name) => {
      const [how] = truthOf(name).owns;
      const isMissing =
        how !== undefined && !isHidden(level, name) && certainty(level, name) === 'none';
      return isMissing ? `${how}, and no way is known` : null;
    });
    expect(missing).toEqual([]);
  });

  it('calls no way certain that was tried in vain', () => {
    const overstated = told((name) => {
      const isWrong = truthOf(name).owns.length === 0 && certainty(level, name) === 'direct';
      // A kernel without modules refuses root itself.
      return isWrong && !(name === 'sys-module' && !ways.takesModules()) ? 'called direct' : null;
    });
    expect(overstated).toEqual([]);
  });

  it('has a rule that speaks of each container that owns the host', () => {
    const silent = told((name) => {
      const [how] = truthOf(name).owns;
      if (how === undefined || isHidden(level, name)) return null;
      // What owns the host through another alone is mended there.
      const { owns = [], takes = [] } = truth.get(name) ?? {};
      const subjects = [ids.get(name), ...(owns.length === 0 ? takes : [])];
      const about = (results.get(level) ?? []).filter(
        ({ rule, subject }) => subjects.includes(subject.id) && ANSWERABLE.test(rule),
      );
      if (about.some(({ verdict }) => verdict === 'fail' || verdict === 'unknown')) return null;
      // A source that nobody resolved passes by its name, and says so.
      const isByName = about.some(({ message }) =>
        message.includes('by the paths that were asked'),
      );
      return level === 'api' && isByName ? null : `${how}, and every rule passes`;
    });
    expect(silent).toEqual([]);
  });
});

it.each(levels)(
  'leads at the level %s into who takes up what another writes, and nobody else',
  (level) => {
    const nested = cases.filter(({ name }) => name.startsWith('nest-'));
    const graph = graphs.get(level);
    if (!graph) throw new Error(`nobody looked at the level ${level}`);
    const wrong = nested.flatMap(({ name }) => {
      const taken = takersOf(graph, ids.get(name) ?? '');
      return nested.flatMap((other) => {
        const isSeen = truth.get(name)?.seenBy.includes(other.name) ?? false;
        const isHidden = level === 'api' && [name, other.name].includes(BY_LINK);
        const isTold = taken.has(ids.get(other.name) ?? '?');
        if (other.name === name || isSeen === isTold || (isHidden && !isTold)) return [];
        return `${name}: what it writes is ${isSeen ? '' : 'not '}there for ${other.name}`;
      });
    });
    const seen = nested.flatMap(({ name }) => truth.get(name)?.seenBy ?? []);
    expect(seen.length).toBeGreaterThan(nested.length);
    expect(seen.length).toBeLessThan(nested.length ** 2);
    expect(wrong).toEqual([]);
  },
);

it('calls no way at the level kernel dependent on a weakness that none was needed for', () => {
  const mild = told((name) => {
    const [how] = truthOf(name).owns;
    const isMild = how !== undefined && certainty('kernel', name) === 'conditional';
    return isMild ? how : null;
  });
  expect(mild).toEqual([]);
});

it('knows at the level kernel of nodes with names that tell nothing what lies behind them', () => {
  const nodes = ['node-outside-dev', 'node-by-link', 'nodes-in-a-folder'];
  const unknown = told((name) => {
    const [how] = truthOf(name).owns;
    const isOne = nodes.includes(name) && how !== undefined && hasListOfDevices;
    return isOne && certainty('kernel', name) !== 'direct' ? how : null;
  });
  expect(unknown).toEqual([]);
});

it.each(levels)(
  'says at the level %s of who reads what root alone may read that a way may follow',
  (level) => {
    const missing = told((name) => {
      const [how] = truthOf(name).reads;
      const isMissing = !isHidden(level, name) && certainty(level, name) === 'none';
      return how !== undefined && isMissing ? how : null;
    });
    expect(missing).toEqual([]);
  },
);

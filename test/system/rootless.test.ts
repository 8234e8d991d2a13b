import { statSync } from 'node:fs';
import { assess } from '../../src/assessment/assess.ts';
import type { Control, ControlName } from '../../src/controls/control.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import type { KernelProcess } from '../../src/snapshot/facts/kernel.ts';
import { untilRuns } from '../support/commands-in.ts';
import { linesOf, readAsRoot, statusOf } from '../support/proc-as-root.ts';
import { baseImage } from '../support/real-engine.ts';
import { openRealRootlessEngine, type RealRootlessEngine } from '../support/real-rootless.ts';
import { type HostLook, type Level, levels, lookAtHost } from './look-at-host.ts';

const containers: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  privileged: ['--privileged'],
  user: ['--user', '1000'],
  limited: ['--memory', '64m', '--pids-limit', '10', '--volume', '/media:/x'],
  'host-network': ['--network', 'host'],
  'no-new-privileges': ['--security-opt', 'no-new-privileges'],
  entered: ['--user', '1000'],
};
const names = Object.keys(containers);
/** No other suite has a command of this line. */
const ENTERED = 'sleep 987654321';

let engine: RealRootlessEngine;
const looks = {} as Record<Level, HostLook>;

beforeAll(async () => {
  engine = await openRealRootlessEngine();
  for (const [name, options] of Object.entries(containers)) {
    const network = options.includes('--network') ? [] : ['--network', 'none'];
    const words = ['--detach', '--name', name, ...network, ...options];
    engine.docker('run', ...words, baseImage, 'sleep', 'infinity');
  }
  engine.docker('exec', '--detach', '--user', '0', 'entered', ...ENTERED.split(' '));
  await untilRuns('', ENTERED);
  for (const level of levels) looks[level] = await lookAtHost(engine.url, level);
});
afterAll(async () => {
  await engine?.close();
});

function controlOf(level: Level, name: string, control: ControlName): Control {
  const found = looks[level].controls.get(name)?.all.find((one) => one.control === control);
  if (!found) throw new Error(`${name} has no ${control}`);
  return found;
}

it.each(levels)('is told apart at the level %s, whatever a container is given', (level) => {
  const found = names.map((name) => looks[level].controls.get(name)?.isolation);

  expect(new Set(found.map((one) => one?.level))).toEqual(new Set(['rootless']));
  expect(new Set(found.map((one) => one?.source))).toEqual(
    new Set([level === 'kernel' ? 'measured' : 'predicted']),
  );
});

it('has no list of processes, which leaves them unread', () => {
  const { processes } = looks.api.snapshot;
  const lists = processes.state === 'read' ? processes.value : [];

  expect(lists.map((one) => one.facts.state)).toEqual(names.map(() => 'unread'));
});

it('tells the modes of host files', () => {
  const { hostFiles } = looks.kernel.snapshot;
  if (hostFiles.state === 'unread') throw new Error(hostFiles.reason);
  const all = Object.values(hostFiles.value.files).flat();
  const present = all.flatMap((file) => (file.state === 'present' ? [file] : []));

  const reasons = all.flatMap((file) => (file.state === 'unread' ? [file.reason] : []));
  // No call tells that of any engine of this version.
  expect(reasons.filter((one) => !one.includes('where containerd listens'))).toEqual([]);
  expect(present.map(({ path }) => path)).toContain(engine.url.replace('unix://', ''));
  expect(present.map(({ path, mode }) => [path, mode])).toEqual(
    present.map(({ path }) => [path, statSync(path).mode & 0o7777]),
  );
});

it('gives the kernel’s facts of main processes as root of the engine reads them', () => {
  const { kernel } = looks.kernel.snapshot;
  expect(kernel).toMatchObject({ state: 'read' });
  const found = kernel.state === 'read' ? kernel.value : { containers: [], notes: [] };
  const unread = found.containers.flatMap(({ facts }) =>
    facts.state === 'unread' ? facts.reason : [],
  );
  expect({ unread, notes: found.notes }).toMatchObject({ unread: [] });
  const mains = found.containers.flatMap(({ facts }): KernelProcess[] =>
    facts.state === 'read' ? facts.value.processes.slice(0, 1) : [],
  );
  const files = readAsRoot(
    engine,
    mains.map(({ pid }) => pid),
  );

  expect(mains).toHaveLength(names.length);
  for (const main of mains) {
    expect(linesOf(files.get(`${main.pid}/status`) ?? '')).toMatchObject(statusOf(main));
  }
  expect(found.notes).toEqual([expect.stringContaining('by who started them')]);
});

it.each<[string, ControlName, Partial<Control>, Partial<Control>]>([
  [
    'plain',
    'user',
    { verdict: 'off', source: 'predicted', effective: null },
    { verdict: 'off', source: 'measured', effective: [0] },
  ],
  ['user', 'user', { verdict: 'unknown' }, { verdict: 'enforced', effective: [1000] }],
  // No control group names what was started in it: the shim that started it does.
  ['entered', 'user', { verdict: 'unknown' }, { verdict: 'not-enforced', effective: [0, 1000] }],
  [
    'plain',
    'user-namespace',
    { verdict: 'unknown', source: 'predicted' },
    { verdict: 'enforced', effective: ['0 1 1', '1 500000 65536'] },
  ],
  ['plain', 'seccomp', { verdict: 'unknown' }, { verdict: 'enforced' }],
  [
    'privileged',
    'seccomp',
    { verdict: 'not-enforced' },
    { verdict: 'not-enforced', source: 'measured' },
  ],
  ['privileged', 'cap-effective', { verdict: 'off' }, { verdict: 'off', source: 'measured' }],
  ['no-new-privileges', 'no-new-privileges', { verdict: 'unknown' }, { verdict: 'enforced' }],
  [
    'limited',
    'memory-limit',
    { verdict: 'not-enforced', configured: 67_108_864, effective: null },
    { verdict: 'not-enforced' },
  ],
  [
    'limited',
    'pids-limit',
    { verdict: 'not-enforced', configured: 10, effective: null },
    { verdict: 'not-enforced' },
  ],
  [
    'host-network',
    'ns-net',
    { verdict: 'off', note: expect.stringContaining('the rootless engine') },
    {},
  ],
])('%s: %s', (name, control, api, kernel) => {
  expect(controlOf('api', name, control)).toMatchObject(api);
  expect(controlOf('kernel', name, control)).toMatchObject(kernel);
});

it('calls nothing enforced at the level api that only a process could show', () => {
  const enforced = [...looks.api.controls.values()]
    .flatMap(({ all }) => all)
    .filter(({ verdict }) => verdict === 'enforced');

  expect(new Set(enforced.map(({ control }) => control))).toEqual(new Set(['exec-sessions']));
});

it('passes and fails what a rootless engine is', () => {
  const results = evaluate(allRules, assess(looks.kernel.snapshot));
  const verdictOf = (rule: string, name: string) =>
    results.find((one) => one.rule === rule && one.subject.name === name)?.verdict;

  expect(verdictOf('rootless-engine', 'engine')).toBe('pass');
  expect(verdictOf('limits-in-force', 'limited')).toBe('fail');
  expect(verdictOf('memory-limit', 'limited')).toBe('fail');
  expect(verdictOf('user-in-force', 'user')).toBe('pass');
  // By the table of mounts: nothing that a link on the way could hide.
  expect(verdictOf('no-sensitive-mount', 'limited')).toBe('pass');
  expect(verdictOf('no-docker-socket-mount', 'limited')).toBe('pass');
});

it('leaves nothing of a probe behind', () => {
  expect(engine.docker('ps', '--all', '--quiet', '--filter', 'label=seawall.probe')).toBe('');
  expect(engine.docker('images', '--format', '{{.Repository}}:{{.Tag}}')).toBe(baseImage);
});

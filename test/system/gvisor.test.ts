import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import type { ContainerControls } from '../../src/controls/container-controls.ts';
import type { ControlName } from '../../src/controls/control.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { type HostLook, type Level, levels, lookAtHost } from './look-at-host.ts';

/** One of them promises what it is not. */
const runtimes = {
  runsc: {
    path: '/usr/bin/runsc',
    runtimeArgs: ['--network=none', '--ignore-cgroups', '--platform=systrap'],
  },
  'runsc-kvm': { path: '/usr/sbin/runc' },
};
const containers: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  sandboxed: ['--runtime', 'runsc'],
  'sandboxed-privileged': ['--runtime', 'runsc', '--privileged'],
  impostor: ['--runtime', 'runsc-kvm'],
};
const sandboxed = ['sandboxed', 'sandboxed-privileged'];

const folder = makeTemporaryFolder();
let engine: RealEngine;
const looks = {} as Record<Level, HostLook>;

beforeAll(async () => {
  const settings = join(folder, 'daemon.json');
  writeFileSync(settings, JSON.stringify({ runtimes }));
  engine = await openRealEngine({ options: ['--config-file', settings] });
  engine.importBaseImage();
  for (const [name, options] of Object.entries(containers)) {
    const common = ['--detach', '--network', 'none', '--memory', '64m', '--name', name];
    engine.docker('run', ...common, ...options, baseImage, 'sleep', 'infinity');
  }
  for (const level of levels) looks[level] = await lookAtHost(engine.url, level);
});
afterAll(async () => {
  await engine?.close();
});

const idOf = (name: string) => engine.docker('inspect', '--format', '{{.Id}}', name);

it('answers top with processes that are not the container’s', () => {
  const [, ...rows] = engine.docker('top', 'sandboxed', '-eo', 'pid,comm').split('\n');
  const pid = engine.docker('inspect', '--format', '{{.State.Pid}}', 'sandboxed');

  // The first process of the engine's own namespace, by the number that the sandbox gave.
  expect(rows.map((row) => row.trim().split(/\s+/))).toEqual([['1', 'dockerd']]);
  expect(pid).not.toBe('1');
});

describe.each(levels)('at the level %s', (level) => {
  const stateOf = (name: string): ContainerControls => {
    const state = looks[level].controls.get(name);
    if (!state) throw new Error(`there is no ${name}`);
    return state;
  };

  it('each is as far from the host as its runtime takes it', () => {
    const found = Object.keys(containers).map((name) => {
      const { level: isolation, source } = stateOf(name).isolation ?? {};
      return [name, isolation, source];
    });

    expect(found).toEqual([
      ['plain', 'shared-kernel', 'measured'],
      ['sandboxed', 'sandbox', 'measured'],
      ['sandboxed-privileged', 'sandbox', 'measured'],
      ['impostor', 'shared-kernel', 'measured'],
    ]);
    expect(stateOf('impostor').isolation?.because).toContain(
      'although its runtime is named runsc-kvm',
    );
  });

  it.each(sandboxed)('nothing that the sandbox is stands for %s', (name) => {
    const { processes, kernel } = looks[level].snapshot;
    const list = processes.state === 'read' ? processes.value : [];
    const facts = kernel.state === 'read' ? kernel.value.containers : [];

    expect(list.find(({ containerId }) => containerId === idOf(name))).toMatchObject({
      facts: { state: 'unread', reason: expect.stringContaining('it shows other ones') },
    });
    if (level === 'kernel') {
      expect(facts.find(({ containerId }) => containerId === idOf(name))).toMatchObject({
        facts: { state: 'unread', reason: expect.stringContaining('may put a sandbox') },
      });
    }
    const known = stateOf(name).all.filter(({ source }) => source !== 'unknown');
    // What the engine says of itself and of its own groups; none of it is the guest's.
    expect(known.map(({ control, verdict }) => [control, verdict])).toEqual([
      ['apparmor', 'off'],
      ['selinux', 'off'],
      ['memory-limit', 'not-enforced'],
      ['pids-limit', 'off'],
      // What is privileged and root can have nobody above it.
      ...(name === 'sandboxed-privileged' ? [['exec-sessions', 'enforced']] : []),
    ]);
  });

  it('a container of runc beside it is measured as ever', () => {
    const verdictOf = (name: ControlName) =>
      stateOf('plain').all.find(({ control }) => control === name)?.verdict;

    expect(verdictOf('ns-pid')).toBe('enforced');
    expect(verdictOf('seccomp')).toBe(level === 'kernel' ? 'enforced' : 'unknown');
  });

  it('a name that promises a sandbox is held to it', () => {
    const [rule] = allRules.filter(({ id }) => id === 'runtime-as-named');
    const results = evaluate([rule as Rule], assess(looks[level].snapshot));

    expect(
      Object.fromEntries(results.map(({ subject, verdict }) => [subject.name, verdict])),
    ).toEqual({
      plain: 'not-applicable',
      sandboxed: 'unknown',
      'sandboxed-privileged': 'unknown',
      impostor: 'fail',
    });
  });
});

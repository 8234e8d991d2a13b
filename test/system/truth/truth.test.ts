import { existsSync, lstatSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Control, ControlName } from '../../../src/controls/control.ts';
import type { RuleResult } from '../../../src/findings/result.ts';
import { runs } from '../../support/long-run.ts';
import { openRealEngine, type RealEngine } from '../../support/real-engine.ts';
import { innerContainers } from './inner-containers.ts';
import type { Truth } from './kernel-truth.ts';
import { oddContainers } from './odd-containers.ts';
import { localView } from './root-view.ts';
import { importTruthImage } from './truth-image.ts';
import {
  contradicted,
  isExplained,
  isRed,
  openReasons,
  startCases,
  type TruthRun,
} from './truth-run.ts';

/** Set it to the seed that a failure names, to see the same containers again. */
const SEED: number | null = null;
const COUNT = runs(40, 170);
const seed = SEED ?? Math.ceil(Math.random() * 1e9);
const levels = ['api', 'kernel'] as const;

let engine: RealEngine;
let run: TruthRun;
let truth: Map<string, Truth>;
/** In which kinds of namespaces of the host each has a process. */
let onHost: Map<string, string[]>;
/** On which ports of the host each listens. */
let hostPorts: Map<string, number[]>;
/** Who set its own share of the processors. */
let lifted: string[];
const seenPorts = {
  api: new Map<string, readonly number[]>(),
  kernel: new Map<string, readonly number[]>(),
};
const found = {
  api: new Map<string, readonly Control[]>(),
  kernel: new Map<string, readonly Control[]>(),
};
const results = {
  api: new Map<string, readonly RuleResult[]>(),
  kernel: new Map<string, readonly RuleResult[]>(),
};
/** Rules about namespaces of the host, by their kind. */
const sharing = {
  pid: 'no-host-pid',
  net: 'no-host-network',
  ipc: 'no-host-ipc',
  uts: 'no-host-uts',
};

function dice(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

beforeAll(async () => {
  engine = await openRealEngine();
  const open = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] };
  writeFileSync(join(engine.folder, 'open.json'), JSON.stringify(open));
  writeFileSync(join(engine.folder, 'passwd'), 'www:x:0:0::/:/bin/sh\n');
  const { docker, folder, socketPath } = engine;
  importTruthImage(docker, folder);
  const view = () => localView(engine.root());
  run = await startCases({ docker, folder, socketPath, view }, [
    ...innerContainers(),
    ...oddContainers(COUNT, dice(seed)),
  ]);
  for (const evidence of levels) {
    const scan = await run.scan({ name: 'host', url: engine.url, evidence });
    found[evidence] = scan.controls;
    results[evidence] = scan.results;
    seenPorts[evidence] = scan.ports;
  }
  truth = await run.readTruth();
  onHost = run.readHostNamespaces();
  hostPorts = run.readHostPorts();
  lifted = run.liftShares();
}, 900_000);
afterAll(() => engine?.close());

const wrong = (
  level: (typeof levels)[number],
  isWrong: (one: Control, holds: boolean) => boolean,
) => contradicted(run.cases, found[level], truth, isWrong).map((line) => `seed ${seed}: ${line}`);

it('compares nearly all of the containers that were asked for', () => {
  const { cases, refused } = run;
  process.stderr.write(
    `truth, seed ${seed}: ${cases.length} containers, ${refused.length} refused\n`,
  );
  expect(cases.length).toBeGreaterThan(COUNT * 0.7);
  for (const { name } of cases) {
    const known = Object.keys(truth.get(name) ?? {});
    const told = (found.kernel.get(name) ?? []).map(({ control }) => control);
    expect(told).toEqual(expect.arrayContaining(known));
    expect(known.length).toBeGreaterThan(20);
  }
});

it.each(levels)('calls nothing enforced at the level %s that the kernel does not hold', (level) => {
  expect(wrong(level, ({ verdict }, holds) => verdict === 'enforced' && !holds)).toEqual([]);
});

it.each(levels)('passes nobody at the level %s who is in a namespace of the host', (level) => {
  const passed = run.cases.flatMap(({ name, options, command }) =>
    Object.entries(sharing).flatMap(([kind, rule]) => {
      const isPassed = results[level]
        .get(name)
        ?.some((one) => one.rule === rule && one.verdict === 'pass');
      const isThere = onHost.get(name)?.includes(kind);
      return isPassed && isThere ? [`${rule} ${[...options, '|', ...command].join(' ')}`] : [];
    }),
  );
  expect(passed).toEqual([]);
});

const verdictOf = (level: (typeof levels)[number], rule: string, name: string) =>
  results[level].get(name)?.find((one) => one.rule === rule)?.verdict;

it.each(levels)('leaves out at the level %s no port of the host on which one listens', (level) => {
  const listening = [...hostPorts].filter(([, ports]) => ports.length > 0);
  const missing = listening.filter(([name, ports]) => {
    const seen = seenPorts[level].get(name);
    return (
      verdictOf(level, 'declared-ports-only', name) === 'pass' ||
      (seen && ports.some((port) => !seen.includes(port)))
    );
  });
  expect(missing).toEqual([]);
  expect(new Set(listening.flatMap(([, ports]) => ports))).toEqual(new Set([7001, 7002, 7003]));
});

it.each(levels)('passes at the level %s no share of processors that its container set', (level) => {
  const isPassed = (name: string) => verdictOf(level, 'cpu-limit', name) === 'pass';
  expect(lifted.filter(isPassed)).toEqual([]);
  // Version 2 may keep a namespace of control groups from setting its own (nsdelegate, cgroups(7)).
  expect(lifted.length).toBeGreaterThan(existsSync('/sys/fs/cgroup/cpu/cpu.shares') ? 2 : -1);
  // Those who have one and may not set it do pass.
  expect([...results[level].keys()].filter(isPassed).length).toBeGreaterThan(0);
});

/** Rules that say no more than what some controls hold. */
const sayingAs: Readonly<Record<string, readonly ControlName[]>> = {
  'no-added-capabilities': ['cap-bounding', 'cap-permitted'],
  'no-new-privileges': ['no-new-privileges'],
  'no-root-user': ['user'],
  'no-seccomp-off': ['seccomp'],
  'no-stronger-exec': ['exec-sessions'],
  'no-unmasked-system-path': ['masked-paths', 'readonly-paths'],
  'read-only-rootfs': ['rootfs'],
  'memory-limit': ['memory-limit'],
  'pids-limit': ['pids-limit'],
  'no-new-privileges-in-force': ['no-new-privileges'],
  'rootfs-in-force': ['rootfs'],
  'seccomp-in-force': ['seccomp'],
  'user-in-force': ['user'],
};

/** Which capabilities single processes have no call tells below the level kernel. */
const byProcess = ['no-added-capabilities'];

/** Of a node that is kept shut it speaks too. */
const whenPassing = { ...sayingAs, 'no-host-device': ['devices'] } as const;

it.each(levels)('passes nobody at the level %s by a rule that the kernel contradicts', (level) => {
  const passed = run.cases.flatMap(({ name, options, command, exec }) =>
    Object.entries(whenPassing).flatMap(([rule, controls]) => {
      // Who is privileged has a rule of its own.
      if (rule === 'no-host-device' && options.includes('--privileged')) return [];
      const isWrong = controls.some((control) => truth.get(name)?.[control] === false);
      const isPassed =
        verdictOf(level, rule, name) === 'pass' &&
        (level === 'kernel' || !byProcess.includes(rule));
      return isWrong && isPassed
        ? [`${rule} ${[...options, '|', ...command, '|', exec].join(' ')}`]
        : [];
    }),
  );
  expect(passed).toEqual([]);
});

it('fails nobody at the level kernel by a rule of which the kernel holds all', () => {
  const failed = run.cases.flatMap(({ name, options, command, exec, isOpenProfile }) =>
    Object.entries(sayingAs).flatMap(([rule, controls]) =>
      verdictOf('kernel', rule, name) === 'fail' &&
      // That a profile forbids nothing no file of /proc tells.
      !(isOpenProfile && rule === 'no-seccomp-off') &&
      controls.every((control) => truth.get(name)?.[control] === true)
        ? [`${rule} ${[...options, '|', ...command, '|', exec].join(' ')}`]
        : [],
    ),
  );
  expect(failed).toEqual([]);
});

it.each(levels)('fails nobody at the level %s for devices that stand in any container', (level) => {
  const main = engine.docker('inspect', '--format', '{{.State.Pid}}', 'plain-first');
  const own = `${engine.root()}/proc/${main}/root/dev`;
  const nodes = readdirSync(own).map((name) => lstatSync(`${own}/${name}`));
  const usual = new Set(nodes.filter((one) => one.isCharacterDevice()).map(({ rdev }) => rdev));
  const given = run.cases.flatMap(({ name, options }) => {
    const words = options.filter((_word, at) => options[at - 1] === '--device');
    const paths = words.map((word) => word.split(':')[0] ?? '');
    const others = options.filter((word) => /^--device-|^\/dev\/.*:/.test(word));
    const isUsual = paths.every((path) => usual.has(statSync(path).rdev));
    const isAlone = others.length === paths.length && truth.get(name)?.devices !== false;
    return paths.length > 0 && isUsual && isAlone ? [name] : [];
  });
  expect(given.length).toBeGreaterThan(0);
  expect(given.map((name) => verdictOf(level, 'no-host-device', name))).toEqual(
    given.map(() => 'pass'),
  );
});

it.each(levels)('calls nothing weak at the level %s that the kernel holds', (level) => {
  expect(wrong(level, (control, holds) => isRed(control) && holds)).toEqual([]);
});

it.each(levels)('takes at the level %s no namespace from who is entered by others', (level) => {
  const told = (found[level].get('inner-visited') ?? []).filter(({ control }) =>
    ['ns-net', 'ns-ipc', 'ns-uts', 'ns-mnt'].includes(control),
  );
  // Neither red as what is lost, nor green.
  expect(told.map(({ verdict }) => verdict)).toEqual(told.map(() => 'weakened'));
  expect(told).toHaveLength(4);
});

it('knows at the level kernel all but what it says why of', () => {
  const open = openReasons(found.kernel, truth);
  for (const { control, note, count } of open) {
    process.stderr.write(`  unknown ${count} × ${control}: ${note}\n`);
  }
  expect(open.filter(({ note }) => !note)).toEqual([]);
  expect(open.filter((one) => !isExplained(one))).toEqual([]);
});

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { assess } from '../../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../../src/findings/evaluate.ts';
import { rules } from '../../../src/programs/assemble.ts';
import { patient } from '../../support/patient.ts';
import { openRealEngine, type RealEngine } from '../../support/real-engine.ts';
import { until } from '../../support/until.ts';
import { importWaysImage, waysImage } from './try-ways.ts';

// A quota of processors binds no real-time process: what a container's own takes is measured, and
// compared with what is said of its limit.

const QUOTA = 0.2;
/** Of each second, for real-time processes, where the kernel keeps such time by groups. */
const SHARE = 0.8;
const SET_SCHEDULER: Readonly<Record<string, number>> = { x64: 144, arm64: 119 };
/** Until it is told that enough was seen. */
const spin = `$SIG{USR1} = sub { sleep 1 while 1 }; my $p = pack 'i', 1;
print syscall(${SET_SCHEDULER[process.arch]}, 0, 1, $p) == 0 ? "realtime\\n" : "refused\\n";
close STDOUT; 1 while 1`;
const parent = `/seawall-realtime-${process.pid}`;
const group = `/sys/fs/cgroup/cpu${parent}`;
const levels = ['api', 'kernel'] as const;

let engine: RealEngine;
/** Whether each was seen to take more than its quota. */
const passes = new Map<string, boolean>();
const told = new Map<string, { control: string; rule: string }>();
const names = ['ordinary', 'realtime', 'with-time', 'with-time-and-set'];

/** Time that its program took, in seconds. */
function secondsOf(pid: number): number {
  const [, after = ''] = readFileSync(`${engine.root()}/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = after.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

async function takesMore(name: string): Promise<boolean> {
  await until(() => engine.docker('logs', name) !== '');
  if (engine.docker('logs', name) === 'refused') return false;
  const pid = Number(engine.docker('inspect', '--format', '{{.State.Pid}}', name));
  const [from, at] = [secondsOf(pid), Date.now()];
  const share = () => (secondsOf(pid) - from) / ((Date.now() - at) / 1000);
  await until(() => Date.now() - at > 1000);
  return share() > QUOTA * 1.3;
}

beforeAll(async () => {
  engine = await openRealEngine();
  importWaysImage(engine);
  const hasTime = existsSync('/sys/fs/cgroup/cpu/cpu.rt_runtime_us');
  if (hasTime) {
    mkdirSync(group);
    writeFileSync(`${group}/cpu.rt_runtime_us`, String(SHARE * 1e6));
  }
  const nice = ['--cap-add', 'SYS_NICE'];
  const time = hasTime ? ['--cgroup-parent', parent, '--cpu-rt-runtime', '350000'] : [];
  const options: Record<string, string[]> = {
    ordinary: [],
    realtime: nice,
    'with-time': [...nice, ...time],
    'with-time-and-set': [...nice, ...time, '--cpuset-cpus', '0'],
  };
  for (const name of names) {
    const more = [...(options[name] ?? []), '--cpus', String(QUOTA), '--network', 'none'];
    const command = [waysImage, '/usr/bin/perl', '-e', spin];
    engine.docker('run', '--detach', '--name', name, ...more, ...command);
    passes.set(name, await takesMore(name));
    engine.docker('kill', '--signal', 'USR1', name);
  }
  for (const evidence of levels) {
    const hosts = [{ ...patient, name: 'host', url: engine.url, evidence }];
    const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
    if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
    const assessment = assess(snapshot);
    const results = evaluate(rules, assessment).filter(({ rule }) => rule === 'cpu-limit');
    for (const { id, name } of snapshot.containers.value.read) {
      const control = assessment.controls.get(id)?.find('cpu-limit')?.verdict ?? 'none';
      const rule = results.find(({ subject }) => subject.id === id)?.verdict ?? 'none';
      told.set(`${evidence} ${name}`, { control, rule });
    }
  }
});
afterAll(async () => {
  await engine?.close();
  // The engine made it in each of the other hierarchies.
  for (const hierarchy of readdirSync('/sys/fs/cgroup')) {
    const made = `/sys/fs/cgroup/${hierarchy}${parent}`;
    if (existsSync(made)) rmdirSync(made);
  }
});

it('is tried by who takes more than a quota, where the kernel lets it', () => {
  expect([...passes]).toContainEqual(['ordinary', false]);
  const isPassed = [...passes.values()].includes(true);
  // Where a group has time for such processes they run, else the kernel refuses none.
  expect(isPassed).toBe(engine.docker('info', '--format', '{{.CgroupVersion}}') === '1');
});

it.each(levels)('calls at the level %s no quota a limit that a container passes by', (level) => {
  const green = names.filter((name) => {
    const { control, rule } = told.get(`${level} ${name}`) ?? {};
    return passes.get(name) === true && (control === 'enforced' || rule === 'pass');
  });
  // By its configuration a set of processors binds those as well, if not to as few.
  const isBySet = (name: string) => level === 'api' && name === 'with-time-and-set';
  expect(green.filter((name) => !isBySet(name))).toEqual([]);
});

it('calls at the level kernel every quota a limit that holds', () => {
  const red = names.filter((name) => {
    const { control, rule } = told.get(`kernel ${name}`) ?? {};
    return passes.get(name) === false && (control === 'not-enforced' || rule === 'fail');
  });
  expect(red).toEqual([]);
  expect(told.get('kernel ordinary')).toEqual({ control: 'enforced', rule: 'pass' });
});

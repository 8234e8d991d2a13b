import { assess } from '../../../src/assessment/assess.ts';
import type { Control } from '../../../src/controls/control.ts';
import { createSnapshotTaker, type HostConnection } from '../../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../../src/findings/evaluate.ts';
import type { RuleResult } from '../../../src/findings/result.ts';
import { rules } from '../../../src/programs/assemble.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { patient } from '../../support/patient.ts';
import { startContainer } from '../../support/run-options.ts';
import { until } from '../../support/until.ts';
import { liftShares, processorShares } from './control-groups.ts';
import {
  hostNamespaces,
  hostPorts,
  pidsIn,
  type Subject,
  type Truth,
  truthOf,
} from './kernel-truth.ts';
import type { OddContainer } from './odd-containers.ts';
import type { RootView } from './root-view.ts';
import { startCommand } from './start-command.ts';
import { truthImage } from './truth-image.ts';

/** An engine on which containers are started, and what its root sees. */
export interface Scene {
  docker(...words: string[]): string;
  /** Where its API is to be had, which starts containers and commands sooner than the CLI. */
  socketPath?: string;
  view(): RootView;
  /** Takes the place of `FOLDER` in options. */
  folder: string;
}

export interface Scan {
  snapshot: Snapshot;
  controls: Map<string, readonly Control[]>;
  /** What the rules say of each container. */
  results: Map<string, readonly RuleResult[]>;
  /** Ports by which each is reached from outside; none of one of which they are not known. */
  ports: Map<string, readonly number[]>;
}

/** Containers whose truth is known, once `readTruth` has read it. */
export interface TruthRun {
  cases: OddContainer[];
  /** What the engine would not start, with its word. */
  refused: string[];
  idOf(name: string): string;
  /** A snapshot through this connection, and what it makes of each container by its name. */
  scan(host: HostConnection, options?: { sshConfigFile?: string }): Promise<Scan>;
  /**
   * After the scans: starts one more process in each container, which is what the next one gets, and
   * reads what holds for all. `more` adds what only the caller can tell of a container.
   */
  readTruth(more?: (one: OddContainer) => Partial<Subject>): Promise<Map<string, Truth>>;
  /** In which kinds of namespaces of the host each of them has a process. */
  readHostNamespaces(): Map<string, string[]>;
  /** Ports of the host on which each of them has a process that listens. */
  readHostPorts(): Map<string, number[]>;
  /** At the end: which of those that have a share of the processors of their own, by their options, set it anew. */
  liftShares(): string[];
}

const SLEEP = ['busybox', 'sleep', 'infinity'];

/**
 * The threads of these processes, once all of them only wait, for what they are to do is done by then; null while one
 * does something, or is not yet what the engine starts.
 */
function atRest(view: RootView, pids: readonly number[]): string | null {
  const threads = pids.flatMap((pid) =>
    view.list(`/proc/${pid}/task`).map((thread) => {
      const status = view.text(`/proc/${pid}/task/${thread}/status`) ?? '';
      const isStarting = /^Name:\s+(runc|exe$)/m.test(status);
      const waits = /^State:\s+[SZ]/m.test(status) && !isStarting;
      return waits ? `${pid} ${thread} ${status.split('\n')[0]}` : null;
    }),
  );
  return threads.includes(null) ? null : threads.join('\n');
}

/** Starts `plain-first`, which others may join, and the given containers with their second commands. */
export async function startCases(scene: Scene, given: readonly OddContainer[]): Promise<TruthRun> {
  const { docker, view, folder, socketPath } = scene;
  const refused: string[] = [];
  docker('run', '--detach', '--name', 'plain-first', truthImage, 'sleep', 'infinity');
  const started: OddContainer[] = [];
  const idNow = (_word: string, other: string) => docker('inspect', '--format', '{{.Id}}', other);
  for (const one of given) {
    const { name, command } = one;
    const options = one.options.map((option) =>
      option.replace('FOLDER', folder).replace(/ID\((.+)\)/, idNow),
    );
    try {
      if (socketPath) await startContainer(socketPath, name, options, [truthImage, ...command]);
      else docker('run', '--detach', '--name', name, ...options, truthImage, ...command);
      started.push(one);
    } catch (error) {
      // Some settings exclude each other, by the engine's word.
      refused.push(`${options.join(' ')}: ${String(error).split('\n').at(-1)}`);
    }
  }
  for (const { name, afterwards } of started) {
    if (afterwards === 'removed') docker('rm', '--force', name);
    if (afterwards === 'restarted') docker('restart', '--time', '0', name);
  }
  const ids = new Map(
    docker('ps', '--no-trunc', '--format', '{{.Names}} {{.ID}}')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const isRunning = ({ name }: OddContainer) =>
    docker('inspect', '--format', '{{.State.Running}}', name) === 'true';
  // A program that may not become another user ends, sooner or later.
  const cases = started.filter(({ name }) => ids.has(name));
  const idOf = (name: string) => ids.get(name) ?? '?';
  const exec = async (name: string, options: readonly string[], command: readonly string[]) => {
    if (socketPath) await startCommand(socketPath, name, options, command);
    else docker('exec', '--detach', ...options, name, ...command);
  };
  const runEach = async (
    optionsOf: (one: OddContainer) => readonly string[] | null,
    commandOf: (one: OddContainer) => readonly string[] = () => SLEEP,
  ) => {
    for (const one of [...cases]) {
      const options = optionsOf(one);
      try {
        if (options) await exec(one.name, options, commandOf(one));
      } catch (error) {
        if (isRunning(one)) throw error;
        cases.splice(cases.indexOf(one), 1);
      }
    }
  };
  const untilEach = (atLeast: (one: OddContainer) => number) =>
    until(() => {
      const pidsOf = pidsIn(view());
      const missing = cases.filter((one) => pidsOf(idOf(one.name)).length < atLeast(one));
      for (const one of missing.filter((one) => !isRunning(one))) {
        cases.splice(cases.indexOf(one), 1);
      }
      return missing.every((one) => !cases.includes(one));
    });
  const untilAtRest = async (): Promise<RootView> => {
    let [now, before]: [RootView, string | null] = [view(), null];
    await until(() => {
      const last = before;
      now = view();
      const pidsOf = pidsIn(now);
      before = atRest(now, [...ids.values()].flatMap(pidsOf));
      return before !== null && before === last;
    });
    return now;
  };

  const readEach = <T>(of: (now: RootView, pids: readonly number[]) => T): Map<string, T> => {
    const now = view();
    const pidsOf = pidsIn(now);
    return new Map(cases.map(({ name }) => [name, of(now, pidsOf(idOf(name)))]));
  };

  await runEach(
    ({ exec }) => exec,
    ({ execCommand = SLEEP }) => execCommand,
  );
  await untilEach(({ exec }) => (exec ? 2 : 1));
  await untilAtRest();
  return {
    cases,
    refused,
    idOf,
    async scan(host, options = {}) {
      const hosts = [{ ...patient, ...host }];
      const taker = createSnapshotTaker({ hosts, clock: Date.now, ...options });
      const snapshot = await taker.takeSnapshot(host.name);
      const { containers } = snapshot;
      if (containers.state === 'unread') throw new Error(containers.reason);
      const assessment = assess(snapshot);
      const { controls } = assessment;
      const judged = Map.groupBy(evaluate(rules, assessment), ({ subject }) => subject.id);
      const named = containers.value.read.map(
        ({ id, name }) => [name, controls.get(id)?.all ?? []] as const,
      );
      const results = new Map(
        containers.value.read.map(({ id, name }) => [name, judged.get(id) ?? []]),
      );
      const ports = new Map(
        containers.value.read.flatMap(({ id, name }) => {
          const seen = assessment.surfaces.get(id)?.ports;
          return seen?.state === 'read' ? [[name, seen.value.map(({ hostPort }) => hostPort)]] : [];
        }),
      );
      return { snapshot, controls: new Map(named), results, ports };
    },
    readHostNamespaces: () => readEach(hostNamespaces),
    readHostPorts: () => readEach(hostPorts),
    liftShares() {
      const limited = cases.filter(
        ({ options, isSealed }) => !isSealed && options.some((word) => word.startsWith('--cpu')),
      );
      const shares = () =>
        readEach((now, pids) => pids.map((pid) => processorShares(now, pid)).join());
      const before = shares();
      for (const { name } of limited) docker('exec', name, ...liftShares, idOf(name));
      const after = shares();
      return limited.map(({ name }) => name).filter((name) => before.get(name) !== after.get(name));
    },
    async readTruth(more = () => ({})) {
      await runEach(({ isSealed }) => (isSealed ? null : []));
      await untilEach(({ exec, isSealed }) => (exec ? 3 : isSealed ? 1 : 2));
      const now = await untilAtRest();
      const pidsOf = pidsIn(now);
      const told = docker('inspect', '--format', '{{.State.Pid}}', ...ids.values()).split('\n');
      const mains = new Map([...ids.keys()].map((name, index) => [name, Number(told[index])]));
      const ordinary = mains.get('plain-first') ?? 0;
      return new Map(
        cases.map((one) => {
          const main = mains.get(one.name) ?? 0;
          const others = [...mains].flatMap(([name, pid]) =>
            name === one.name ? [] : [pid, ...pidsOf(idOf(name))],
          );
          const rest = pidsOf(idOf(one.name)).filter((pid) => pid !== main);
          const pids = [main, ...rest.sort((a, b) => a - b)];
          return [one.name, truthOf(now, { pids, others, ordinary, ...more(one) })];
        }),
      );
    },
  };
}

export const isRed = ({ verdict }: Control) => !['enforced', 'unknown'].includes(verdict);

/** Verdicts that the kernel contradicts, one line each. */
export function contradicted(
  cases: readonly OddContainer[],
  found: ReadonlyMap<string, readonly Control[]>,
  truth: ReadonlyMap<string, Truth>,
  isWrong: (control: Control, holds: boolean) => boolean,
): string[] {
  return cases.flatMap((one) =>
    (found.get(one.name) ?? []).flatMap((control) => {
      const holds = truth.get(one.name)?.[control.control];
      if (holds === undefined || (one.isOpenProfile && control.control === 'seccomp')) return [];
      const { options, command, exec } = one;
      const how = `${options.join(' ')} | ${command.join(' ')} | exec ${exec?.join(' ') ?? 'none'}`;
      return isWrong(control, holds)
        ? [`${control.control} ${control.verdict} (${String(control.effective)}), ${how}`]
        : [];
    }),
  );
}

/** What is open although root can read it, with the reason, each once. */
export function openReasons(
  found: ReadonlyMap<string, readonly Control[]>,
  truth: ReadonlyMap<string, Truth>,
): { control: string; note: string | null; count: number }[] {
  const open = [...found].flatMap(([name, controls]) =>
    controls.filter(
      ({ control, verdict }) => verdict === 'unknown' && truth.get(name)?.[control] !== undefined,
    ),
  );
  const groups = Map.groupBy(open, ({ control, note }) => `${control}: ${note}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ control: first.control, note: first.note, count: same.length }] : [];
  });
}

/** True for what no level can know: a name may be anybody's, and a limit that its container may lift holds nobody. */
export const isExplained = ({ control, note }: { control: string; note: string | null }): boolean =>
  control === 'user' ||
  control === 'selinux' ||
  (control === 'groups' && note?.includes('whether the group') === true) ||
  whatNobodyReads.some((words) => note?.includes(words));

const whatNobodyReads = [
  'remove the limit itself',
  'has mounts of its own, which were not read',
  'which its mounts show, no level reads',
  'something is mounted over its root',
  'whose that is was not read',
  'may have another root, which was not read',
  'no level reads which devices',
  'then open devices to itself',
  'has ended, and others live on',
  // Who started it has gone.
  'a command as root may have left it behind',
  // Of a process in other control groups no namespace is told to who may not trace it.
  'which is in none of its control groups',
  // Of a profile of AppArmor that is not the engine's own.
  'so what it forbids is not known',
];

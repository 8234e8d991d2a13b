import type { KernelDoor, ProbeOutput, ProbePath } from './collector.ts';
import type { SurveyedProcess } from './host-survey.ts';
import { textIn } from './kernel-runs.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { namesAnyId } from './normalise/proc-cgroup.ts';
import { rootIn, type Stray } from './strays.ts';

/** The thread of the kernel that starts the others, on a host that is no container itself. */
const KERNEL_THREADS = 2;
/** Programs in namespaces of processes that no container has made. */
const DEEP_MAX = 500;
const STRANGERS_MAX = 4000;

/** Programs that no container has started, and that none of any engine has in its control groups. */
export const strangersAmong = (
  processes: ReadonlyMap<number, SurveyedProcess>,
  isOfContainer: (pid: number) => boolean,
): SurveyedProcess[] =>
  [...processes.values()].filter(
    ({ pid, parent, cgroup, hasEnded }) =>
      !hasEnded &&
      ![pid, parent].includes(KERNEL_THREADS) &&
      !isOfContainer(pid) &&
      !namesAnyId(cgroup),
  );

export const strangerPaths = (strangers: readonly SurveyedProcess[]): ProbePath[] =>
  strangers.slice(0, STRANGERS_MAX).map(({ pid }) => ({ pid, file: 'status' }));

/** In a namespace of processes below that of the host it has a number in each of them. */
const DEEP = /^NSpid:\t\d+\t\d/m;

/**
 * Programs that somebody on the host has put into the namespaces of a container, as nsenter(1) does: neither their
 * control groups nor their parents tell it, but they have its root. `output` holds what `strangerPaths` names. Null
 * where there are more of them to look at than is done.
 */
export async function enteredAmong(
  door: KernelDoor,
  strangers: readonly SurveyedProcess[],
  targets: readonly KernelTarget[],
  output: ProbeOutput,
): Promise<Stray[] | null> {
  const deep = strangers.filter(({ pid }) => DEEP.test(textIn(output, pid, 'status') ?? ''));
  if (targets.length === 0) return [];
  if (strangers.length > STRANGERS_MAX || deep.length > DEEP_MAX) return null;
  if (deep.length === 0) return [];
  const pids = [...deep.map(({ pid }) => pid), ...targets.map(({ main }) => main.pid)];
  const tables = await door.read(
    pids.slice(0, door.pathsMax).map((pid) => ({ pid, file: 'mountinfo' })),
  );
  const byRoot = new Map(targets.map((target) => [rootIn(tables, target.main.pid), target]));
  return deep.flatMap((process): Stray[] => {
    const root = rootIn(tables, process.pid);
    const target = root === undefined ? undefined : byRoot.get(root);
    return target ? [{ process, target, kind: 'entered' }] : [];
  });
}

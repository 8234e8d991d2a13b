import { OutsideError, statusOf } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader } from './collector.ts';
import { readProcesses } from './container-processes.ts';
import { countOrZero, type Foreign, field, flagOrFalse, foreign, textOrEmpty } from './foreign.ts';
import { type ListedContainer, listContainers } from './list-containers.ts';
import { plainRuntimes } from './normalise/plain-runtimes.ts';
import { byNameThenId } from './read-each.ts';

/** What the engine says by which a container's main process is found, and found to be the same. */
export interface MainProcess {
  pid: number;
  /** As the engine writes it. */
  startedAt: string;
}

/** A running container whose processes can be looked up in /proc. */
export interface KernelTarget {
  id: string;
  main: MainProcess;
  isPrivileged: boolean;
  /** Numbers of its other processes; unread where the engine's list of them is of no use. */
  others: Reading<number[]>;
}

/** Running containers, each with what to look up, or with the reason why that would tell nothing. */
export type FoundTargets = { containerId: string; target: Reading<KernelTarget> }[];

/** In the order of names. Rejects with `OutsideError` when the engine cannot be asked at all. */
export async function findTargets(engine: EngineReader): Promise<FoundTargets> {
  const [listed, info] = await Promise.all([listContainers(engine), engine.get('/info')]);
  const source = foreign('GET /info', info);
  const runtimes = { plain: plainRuntimes(source), byDefault: defaultRuntime(source) };
  const running = listed.filter(({ state }) => state === 'running' || state === 'paused');
  const found = await Promise.all(
    running.sort(byNameThenId).map(async (container) => {
      const target = await findTarget(engine, container, runtimes);
      return target && { containerId: container.id, target };
    }),
  );
  return found.filter((one) => one !== null);
}

/** Pid and time of start in an inspect answer; null when it is not running. */
export function mainProcessOf(inspected: Foreign): MainProcess | null {
  const pid = countOrZero(field(inspected, 'State', 'Pid'));
  return pid > 0 ? { pid, startedAt: textOrEmpty(field(inspected, 'State', 'StartedAt')) } : null;
}

const defaultRuntime = (info: Foreign): string => textOrEmpty(field(info, 'DefaultRuntime'));

/** Null for a container that has gone since it was listed. */
async function findTarget(
  engine: EngineReader,
  { id, state }: ListedContainer,
  runtimes: { plain: ReadonlySet<string>; byDefault: string },
): Promise<Reading<KernelTarget> | null> {
  try {
    const answer = await engine.get(`/containers/${id}/json`);
    const inspected = foreign('GET /containers/{id}/json', answer);
    const main = mainProcessOf(inspected);
    if (!main) return unread('the container is not running');
    const host = field(inspected, 'HostConfig');
    const runtime = textOrEmpty(field(host, 'Runtime')) || runtimes.byDefault;
    if (!runtimes.plain.has(runtime)) {
      return unread(
        `the runtime ${JSON.stringify(runtime)} may put a sandbox or a virtual machine between the kernel and the container, and then the kernel tells of that and not of the container`,
      );
    }
    const isPrivileged = flagOrFalse(field(host, 'Privileged'));
    const others = await findOthers(engine, id, state, main.pid);
    return read({ id, main, isPrivileged, others });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return statusOf(error) === 404 ? null : unread(error.message);
  }
}

async function findOthers(
  engine: EngineReader,
  id: string,
  state: string,
  mainPid: number,
): Promise<Reading<number[]>> {
  try {
    const processes = await readProcesses(engine, id, state);
    if (processes.state === 'unread') return processes;
    return read(processes.value.map(({ pid }) => pid).filter((pid) => pid !== mainPid));
  } catch (error) {
    if (!(error instanceof OutsideError) || statusOf(error) === 404) throw error;
    return unread(error.message);
  }
}

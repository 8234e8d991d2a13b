import { OutsideError, statusOf } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader, KernelDoor, ProcFile } from './collector.ts';
import { type ProcessLists, processLists } from './container-processes.ts';
import type { ProcessFacts } from './facts/process.ts';
import {
  countOrZero,
  entriesOrEmpty,
  type Foreign,
  field,
  flagOrFalse,
  foreign,
  isAbsent,
  listOrEmpty,
  textOrEmpty,
} from './foreign.ts';
import { type ListedContainer, listContainers } from './list-containers.ts';
import { plainRuntimes } from './normalise/engine.ts';
import { engineGroups, expectedGroup, type HostGroups } from './normalise/group-folders.ts';
import { hasSecurityModule, labelFileOf } from './normalise/label-file.ts';
import { isPodman, podmanDetails } from './podman.ts';
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
  network: {
    /** As configured, e.g. `host`, `container:4f5c…`, `bridge`. */
    mode: string;
    /** Inode number of the namespace; null where the host's `ps` could not tell. */
    inode: number | null;
    /** The engine has a port open for it, or the swarm has. */
    isPublishing: boolean;
  };
  /** False where the engine puts containers into no control groups of their own. */
  makesGroups: boolean;
  groups: HostGroups;
  /** Where its own control group should be, below each controller on version 1; see `expectedGroup`. */
  group: string;
  /** The file with the label of a process; null where the engine knows no such module. */
  labelFile: ProcFile | null;
  /** Whether SELinux is the module; then it is to be read whether it refuses. */
  hasSelinux: boolean;
  /** What the host's `ps` told of its processes beside their numbers. */
  listed: ReadonlyMap<number, Pick<ProcessFacts, 'threads' | 'namespaces'>>;
  /** Numbers of its other processes; unread where the engine's list of them is of no use. */
  others: Reading<number[]>;
}

interface Host {
  lists: ProcessLists;
  isOnPodman: boolean;
  /** Names of runtimes that make ordinary processes. */
  plain: ReadonlySet<string>;
  byDefault: string;
  makesGroups: boolean;
  groups: HostGroups;
  labelFile: ProcFile | null;
  hasSelinux: boolean;
}

/** Calls that `findTargets` makes. */
export const targetEndpoints = [
  'GET /containers/json',
  'GET /containers/{id}/json',
  'GET /containers/{id}/top',
  'GET /libpod/containers/{id}/json',
  'GET /info',
  'GET /version',
] as const;

/** Running containers, each with what to look up, or with the reason why that would tell nothing. */
export type FoundTargets = { containerId: string; target: Reading<KernelTarget> }[];

/** In the order of names. Rejects with `OutsideError` when the engine cannot be asked at all. */
export async function findTargets(engine: EngineReader): Promise<FoundTargets> {
  const [listed, info, lists, isOnPodman] = await Promise.all([
    listContainers(engine),
    engine.get('/info'),
    processLists(engine),
    isPodman(engine),
  ]);
  const source = foreign('GET /info', info);
  const host = {
    lists,
    isOnPodman,
    plain: plainRuntimes(source),
    byDefault: defaultRuntime(source),
    makesGroups: textOrEmpty(field(source, 'CgroupDriver')) !== 'none',
    groups: engineGroups(source),
    labelFile: labelFileOf(source),
    hasSelinux: hasSecurityModule(source, 'selinux'),
  };
  const running = listed.filter(({ state }) => state === 'running' || state === 'paused');
  const found = await Promise.all(
    running.sort(byNameThenId).map(async (container) => {
      const target = await findTarget(engine, container, host);
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
  { lists, isOnPodman, plain, byDefault, makesGroups, groups, labelFile, hasSelinux }: Host,
): Promise<Reading<KernelTarget> | null> {
  try {
    const answer = await engine.get(`/containers/${id}/json`);
    const inspected = foreign('GET /containers/{id}/json', answer);
    const main = mainProcessOf(inspected);
    if (!main) return unread('the container is not running');
    const host = field(inspected, 'HostConfig');
    const runtime = isOnPodman
      ? ((await podmanDetails(engine, id))?.runtime ?? '')
      : textOrEmpty(field(host, 'Runtime')) || byDefault;
    if (!plain.has(runtime)) {
      return unread(
        `the runtime ${JSON.stringify(runtime)} may put a sandbox or a virtual machine between the kernel and the container, and then the kernel tells of that and not of the container`,
      );
    }
    const isPrivileged = flagOrFalse(field(host, 'Privileged'));
    const processes = await findProcesses(lists, id, state);
    const listed = processes.state === 'read' ? processes.value : [];
    const network = {
      mode: textOrEmpty(field(host, 'NetworkMode')),
      inode: listed.find(({ pid }) => pid === main.pid)?.namespaces?.network ?? null,
      isPublishing: isPublishing(field(inspected, 'NetworkSettings')),
    };
    const others = listed.map(({ pid }) => pid).filter((pid) => pid !== main.pid);
    return read({
      id,
      main,
      isPrivileged,
      makesGroups,
      groups,
      group: expectedGroup(groups, id, textOrEmpty(field(host, 'CgroupParent'))),
      labelFile,
      hasSelinux,
      listed: new Map(listed.map((one) => [one.pid, one])),
      network,
      others: processes.state === 'read' ? read(others) : processes,
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return statusOf(error) === 404 ? null : unread(error.message);
  }
}

/** Any port with a place on the host; exposed ones alone have none. */
function isPublishing(settings: Foreign): boolean {
  if (isAbsent(settings)) return false;
  const networks = entriesOrEmpty(field(settings, 'Networks')).map(([name]) => name);
  return (
    networks.includes('ingress') ||
    entriesOrEmpty(field(settings, 'Ports')).some(([, at]) => listOrEmpty(at).length > 0)
  );
}

async function findProcesses(
  lists: ProcessLists,
  id: string,
  state: string,
): Promise<Reading<ProcessFacts[]>> {
  try {
    return await lists.read(id, state);
  } catch (error) {
    if (!(error instanceof OutsideError) || statusOf(error) === 404) throw error;
    return unread(error.message);
  }
}

/**
 * Why what was read of a container after it was found may be another's; null when the engine still
 * names the same main process, started at the same time.
 */
export async function problemAfterwards(
  door: KernelDoor,
  { id, main }: Pick<KernelTarget, 'id' | 'main'>,
): Promise<string | null> {
  try {
    const answer = await door.inspectAgain(id);
    const now = mainProcessOf(foreign('GET /containers/{id}/json', answer));
    const isSame = now?.pid === main.pid && now.startedAt === main.startedAt;
    return isSame ? null : 'it ended or was started again while it was read';
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return statusOf(error) === 404 ? 'it was removed while it was read' : error.message;
  }
}

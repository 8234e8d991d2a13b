import { OutsideError, statusOf } from '../shared/errors.ts';
import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { KernelDoor, ProcFile } from './collector.ts';
import { type ContainerLook, type FirstLook, processesOf } from './define-collector.ts';
import type { ProcessFacts } from './facts/process.ts';
import { foreign } from './foreign.ts';
import { type MainProcess, mainProcessOf } from './inspected-container.ts';
import type { RuntimeHost } from './normalise/engine.ts';
import { expectedGroup, type HostGroups } from './normalise/group-folders.ts';
import { byNameThenId, goneOrUnread, valueIn } from './outcome.ts';

/** A running container whose processes can be looked up in /proc. */
export interface KernelTarget {
  id: string;
  main: MainProcess;
  isPrivileged: boolean;
  /** See `Placement`. */
  isAdmin: boolean;
  network: {
    /** As configured, e.g. `host`, `container:4f5c…`, `bridge`. */
    mode: string;
    /** It was given no network, nor that of another. */
    isAlone: boolean;
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

/** Calls of which `findTargets` needs the answers. */
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

/** In the order of names. Throws `OutsideError` when the engine could not be asked at all. */
export function findTargets(first: FirstLook): FoundTargets {
  const containers = valueIn(first.containers);
  const runtimes = valueIn(first.runtimes);
  const { isPodman } = valueIn(first.version);
  valueIn(first.processes);
  return containers
    .filter(({ state }) => state === 'running' || state === 'paused')
    .sort(byNameThenId)
    .flatMap((container) => {
      const target = findTarget(first, container, { ...runtimes, isPodman });
      return target === null ? [] : [{ containerId: container.id, target }];
    });
}

/** Null for a container that has gone since it was listed. */
function findTarget(
  first: FirstLook,
  { id, inspected }: ContainerLook,
  host: RuntimeHost & { isPodman: boolean },
): Reading<KernelTarget> | null {
  const { plain, byDefault, makesGroups, groups, labelFile, hasSelinux } = host;
  try {
    const seen = valueIn(inspected);
    const main = valueIn(seen.main);
    if (!main) return unread('the container is not running');
    const placed = valueIn(seen.placement);
    const runtime = host.isPodman ? (seen.podman?.runtime ?? '') : placed.runtime || byDefault;
    if (!plain.has(runtime)) {
      return unread(
        `the runtime ${JSON.stringify(runtime)} may put a sandbox or a virtual machine between the kernel and the container, and then the kernel tells of that and not of the container`,
      );
    }
    const processes = findProcesses(first, id);
    const listed = processes.state === 'read' ? processes.value : [];
    const network = {
      mode: placed.networkMode,
      isAlone: placed.isAlone,
      inode: listed.find(({ pid }) => pid === main.pid)?.namespaces?.network ?? null,
      isPublishing: placed.isPublishing,
    };
    const others = listed.map(({ pid }) => pid).filter((pid) => pid !== main.pid);
    return read({
      id,
      main,
      isPrivileged: placed.isPrivileged,
      isAdmin: placed.isAdmin,
      makesGroups,
      groups,
      group: expectedGroup(groups, id, placed.cgroupParent),
      labelFile,
      hasSelinux,
      listed: new Map(listed.map((one) => [one.pid, one])),
      network,
      others: mapRead(processes, () => others),
    });
  } catch (error) {
    return goneOrUnread(error);
  }
}

function findProcesses(first: FirstLook, id: string): Reading<ProcessFacts[]> {
  try {
    return processesOf(first, id);
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

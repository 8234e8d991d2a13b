import type { ContainerFacts, MountFact } from './facts/container.ts';
import type { KernelMount } from './facts/kernel.ts';
import { isHarmlessDevice } from './harmless-devices.ts';
import { placesOnHost } from './host-tree.ts';
import {
  type HostView,
  MAY_BE_RUN,
  mayBeOfHost,
  mayBeRun,
  mountedThings,
  processesOfSomebody,
  rootOf,
  sourceOf,
} from './mount-table.ts';
import { isWithin, normaliseHostPath } from './normalise/host-path.ts';
import { isReadonly, visibleMounts } from './normalise/mountinfo.ts';
import { isPlainName } from './normalise/runtime-program.ts';
import type { ShownThing } from './shown-things.ts';
import { stackedThings } from './stacked-mounts.ts';

/** What tells of a container which of its mounts were asked for. */
export type MountedContainer = Pick<
  ContainerFacts,
  | 'id'
  | 'pid'
  | 'runtime'
  | 'mounts'
  | 'tmpfsPlaces'
  | 'devices'
  | 'deviceRequests'
  | 'isPrivileged'
  | 'pidNamespace'
>;

/** What the kernel has mounted in a container beside what the engine lists and what a runtime makes. */
export function unlistedMounts(
  container: MountedContainer,
  table: readonly KernelMount[],
  host: HostView,
): { kernel: KernelMount; things: ShownThing[] }[] {
  if (table.length === 0 || !isOwnTable(container, table)) return [];
  const seen = visibleMounts(table);
  const lost = container.mounts.filter(
    ({ destination }) => !table.some(({ target }) => target === destination),
  );
  return seen
    .filter(
      (mount) =>
        !isListed(container.mounts, mount) &&
        !isMadeByRuntime(container, mount, { table: seen, whole: table }),
    )
    .filter((mount) => !lost.some((one) => isElsewhere(one, mount)))
    .map((kernel) => ({ kernel, things: thingsIn(kernel, host) }))
    .filter(({ things }) => things.length > 0);
}

/**
 * The process of a runtime that runs a machine or a kernel of its own has other mounts than the container, maybe
 * those of the host. A table is the container's where the files lie in it that an engine makes for each.
 */
const isOwnTable = ({ runtime }: MountedContainer, table: readonly KernelMount[]): boolean =>
  isPlainName(runtime) || table.some(isFileOfEngine);

/** Its own place, or below a folder of the host with which it came along. */
const isListed = (mounts: readonly MountFact[], { target }: KernelMount): boolean =>
  mounts.some(
    ({ destination, kind, hostPath }) =>
      destination === target ||
      (kind === 'bind' && hostPath !== null && isWithin(target, destination)),
  );

/** A listed mount whose destination is a link in the image lies where that leads. */
function isElsewhere(mount: MountFact, found: KernelMount): boolean {
  const nameOf = (path: string) => path.split('/').at(-1);
  if (!isReadonly(found) && !mount.isWritable) return false;
  const root = rootOf(found);
  if (mount.hostPath === null) return root.endsWith(`/${mount.volume}/_data`);
  const isEnd = root !== '/' && mount.hostPath.endsWith(root);
  return isEnd && nameOf(mount.destination) === nameOf(found.target);
}

const ID = '[0-9a-f]{64}';
/** Files that Docker makes for each container, and Podman, also of one whose network was joined. */
const FILE_OF_ENGINE = new RegExp(
  `/(containers/${ID}|overlay-containers/${ID}/userdata)/(hostname|hosts|resolv\\.conf|\\.containerenv)$`,
);
/** A program that an engine mounts to be the first process, read-only. */
const INIT = /\/(docker-init|catatonit|tini|podman-init)$/;
/** Swarm keeps secrets and configs in a tmpfs, each in a file named by its id. */
const SWARM_FILE = /^\/[0-9a-z]{25}$/;

const isFileOfEngine = (mount: KernelMount): boolean => FILE_OF_ENGINE.test(rootOf(mount));

/**
 * Known by what it is, wherever the container may have it: the kernel's own views at their places, what is
 * empty or terminals, files of the engine for this container, and devices that were asked for.
 */
function isMadeByRuntime(
  container: MountedContainer,
  mount: KernelMount,
  { table, whole }: { table: readonly KernelMount[]; whole: readonly KernelMount[] },
): boolean {
  const { id, devices } = container;
  const { target, filesystem } = mount;
  const root = rootOf(mount);
  const isOfPlace = (place: string) =>
    target === (root === '/' ? place : `${place}${root}`) &&
    mount.device === table.find((one) => one.target === place)?.device;
  const isOwnFile =
    isFileOfEngine(mount) ||
    root.includes(`/containers/${id}/mounts/`) ||
    root.includes(`/overlay-containers/${id}/userdata/`);
  if (target === '/' || isOwnFile || (isReadonly(mount) && INIT.test(root))) return true;
  switch (filesystem) {
    case 'proc':
      return isOfPlace('/proc');
    case 'sysfs':
      return isOfPlace('/sys');
    case 'cgroup':
    case 'cgroup2':
      return isWithin(target, '/sys/fs/cgroup');
    case 'devpts':
    case 'mqueue':
    case 'nsfs':
      return true;
    case 'devtmpfs': {
      const node = `/dev${root}`;
      return isHarmlessDevice(node) || devices.some((path) => isWithin(node, path));
    }
    case 'tmpfs': {
      const isOwn = root === '/' && !mayBeOfHost(mount);
      const isAsked = isAskedInMemory(container, mount, whole);
      // `/null` of the container's own /dev lies over what is masked.
      return isAsked || isOwn || root === '/null' || SWARM_FILE.test(root);
    }
    default:
      return false;
  }
}

/** Asked for as an empty folder in memory. That came first; what lies over it by now is something else. */
export const isAskedInMemory = (
  { tmpfsPlaces = [] }: MountedContainer,
  { device }: KernelMount,
  table: readonly KernelMount[],
): boolean =>
  tmpfsPlaces.some(
    (place) => table.find((one) => normaliseHostPath(one.target) === place)?.device === device,
  );

function thingsIn(found: KernelMount, host: HostView): ShownThing[] {
  const processes = processesOfSomebody(found, host);
  if (processes !== null) return processes;
  const root = rootOf(found);
  const isOnHost = placesOnHost(found, host.hostMounts).length > 0;
  if (found.filesystem === 'tmpfs' && !isOnHost && found.device !== host.engine?.device) {
    if (root === '/') return [MAY_BE_RUN];
    // Other than /run there are many: /tmp, /dev/shm, those of users, those of other containers.
    return mayBeRun(found)
      ? [{ kind: 'path', path: `/run${root}` }]
      : [{ kind: 'unclear', what: `${root} of an unknown tmpfs` }];
  }
  const isNamed = isOnHost && found.filesystem !== 'tmpfs';
  const things = [...sourceOf(found, null, host), ...(isNamed ? stackedThings(found, host) : [])];
  return root !== '/' || things.length > 0 ? things : mountedThings(found, host);
}

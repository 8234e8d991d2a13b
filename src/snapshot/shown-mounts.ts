import { nameOfAny } from './container-filesystems.ts';
import type { MountFact, MountSource } from './facts/container.ts';
import type { KernelMount } from './facts/kernel.ts';
import { isReadonlyOnHost } from './host-tree.ts';
import { withLinks } from './linked-places.ts';
import {
  type HostView,
  isPlaced,
  mountedThings,
  OF_ONE_CONTAINER,
  ownProcesses,
  placeOfEngine,
  rootOf,
  sourceOf,
} from './mount-table.ts';
import { isOfCdi } from './normalise/devices.ts';
import { isLinkOfProcess, isWithin, joined } from './normalise/host-path.ts';
import { isReadonly, visibleMounts } from './normalise/mountinfo.ts';
import { layersIn, RELATIVE_BIND } from './normalise/mounts.ts';
import type { SeenMounts } from './seen-mounts.ts';
import {
  asOwnProcess,
  EMPTY,
  KERNEL_FOLDERS,
  type ShownThing,
  thingsOf,
  unique,
  withSockets,
} from './shown-things.ts';
import { stackedThings } from './stacked-mounts.ts';
import { isAskedInMemory, type MountedContainer, unlistedMounts } from './unlisted-mounts.ts';

/** A mount with what it really shows of the host; nothing for a volume of the engine's own. */
export interface ShownMount {
  mount: MountFact;
  things: ShownThing[];
  /** What the kernel shows of it; null where it was not asked, or knows no such mount. */
  kernel: KernelMount | null;
  /** The engine does not tell of it: `mount` holds no more than where it is, or what it comes with. */
  isUnlisted?: true;
  /** The mount with which it came along, which alone was asked for. Else absent. */
  cameWith?: MountFact;
  /** Where the host has mounts that do not come along; absent where they do, or where nobody read which. */
  apart?: readonly string[];
  /** Paths among these things that were followed on the host, with where they lead. */
  followed: { path: string; leadsTo: string; isFolder: boolean }[];
}

/**
 * What each mount of a container shows of the host: by the kernel's table of mounts where it was
 * read, else by where the paths lead that the engine was asked for, else by these paths. The stricter of
 * both counts: a source that is a link shows what it leads to, and the next start may lead elsewhere.
 */
export function shownMounts(
  container: MountedContainer,
  { kernel, sources, hostAddresses, hostMounts, temporarySockets = [], links = [] }: SeenMounts,
  dataRoot: string | null,
): ShownMount[] {
  const table = kernel?.mounts ?? [];
  const isRead = table.length > 0;
  const brought = isRead ? [] : container.deviceRequests.filter(isOfCdi).map(asBrought);
  if (container.mounts.length === 0 && !isRead) return brought;
  // Once for all mounts of a container, of which it may have hundreds in each other.
  const visible = visibleMounts(table);
  const places = hostMounts?.places;
  const host: HostView = {
    ...{ hostAddresses, hostMounts },
    engine: placeOfEngine(table, dataRoot),
    ownProcesses: ownProcesses(table, container, hostMounts),
  };
  const listed = container.mounts.flatMap((mount): ShownMount[] => {
    const asked = askedFor(mount, hostAddresses);
    // A later mount on the same place hides the ones before.
    const found = isOfHost(mount)
      ? (table.findLast(({ target }) => target === mount.destination) ?? null)
      : null;
    const apart = mount.isNonRecursive && places ? { apart: places } : {};
    if (found === null) {
      return [{ mount, ...apart, ...followed(mount, asked, sources), kernel: null }];
    }
    // The stricter again: a table may say read-only of what the next start has writable, unless the host has it so.
    const isHeld = isReadonlyOnHost(found, mount.hostPath ?? '', hostMounts);
    const seen = { ...mount, isWritable: (mount.isWritable && !isHeld) || !isReadonly(found) };
    if (hasLayers(mount)) {
      const shown = followed(mount, withTold(asked, mount, found), sources);
      return [{ mount: seen, ...shown, kernel: found }];
    }
    return [
      {
        ...{ mount: seen, kernel: found, ...apart },
        things: unique(withOtherNames(byKernel(mount, asked, found, host), mount, sources)),
        followed: [],
      },
      ...below(mount, container, { table, visible }, host),
    ];
  });
  const unlisted = unlistedMounts(container, table, host);
  return [...listed, ...unlisted.map(asUnlisted), ...brought].map((shown) => {
    const things = asOwnProcess(withLinks(shown.things, links), container.pid);
    return { ...shown, things: withSockets(things, temporarySockets) };
  });
}

/** What the host's specification of such a device mounts the kernel alone tells, of a container that runs. */
const asBrought = (request: string): ShownMount => ({
  mount: {
    ...{ kind: 'bind', hostPath: null, volume: null, propagation: '', isWritable: true },
    destination: `what the devices ${request} bring`,
  },
  things: [{ kind: 'unclear', what: 'whatever the host specifies' }],
  kernel: null,
  isUnlisted: true,
  followed: [],
});

/** What the engine does not list: CDI, hooks, other runtimes and whoever enters its mounts make such ones. */
const asUnlisted = ({ kernel, things }: Pick<ShownMount, 'things'> & { kernel: KernelMount }) => ({
  mount: {
    kind: 'bind' as const,
    hostPath: null,
    volume: null,
    destination: kernel.target,
    isWritable: !isReadonly(kernel),
    propagation: '',
  },
  things,
  kernel,
  isUnlisted: true as const,
  followed: [],
});

const isOfHost = ({ kind }: MountFact): boolean => ['bind', 'volume', 'cluster'].includes(kind);

function askedFor(
  { hostPath, volumeMount, driver }: MountFact,
  hostAddresses: SeenMounts['hostAddresses'],
): ShownThing[] {
  if (hostPath !== null) return hostPath === '' ? [] : atPath(hostPath);
  if (driver !== undefined) return [{ kind: 'unclear', what: `what the driver ${driver} mounts` }];
  return volumeMount ? thingsOf(volumeMount, hostAddresses) : [];
}

const atPath = (path: string): ShownThing[] => [
  { kind: 'path', path },
  ...(isLinkOfProcess(path)
    ? [{ kind: 'unclear' as const, what: 'whatever that process has there' }]
    : []),
];

/** True for an overlay, of whose folders the table has the names that were asked for, be they links. */
export const hasLayers = (mount: MountFact): boolean =>
  mount.hostPath === null && namedPaths(mount).length > 0;

/** What an overlay is asked for, with what the table has more of the same. */
function withTold(asked: ShownThing[], mount: MountFact, found: KernelMount): ShownThing[] {
  const { volumeMount } = mount;
  const told = layersIn(found.superOptions);
  const isSame = told.layers.some((path) => volumeMount?.layers.includes(path));
  if (!volumeMount || !isSame) return asked;
  const layers = told.layers.filter((path) => !OF_ONE_CONTAINER.test(path));
  return unique([...asked, ...thingsOf({ ...volumeMount, ...told, layers }, [])]);
}

/** Paths of the host by which a mount was asked for. */
export const namedPaths = ({ hostPath, volumeMount }: MountFact): string[] =>
  hostPath === null ? (volumeMount?.layers ?? []) : [hostPath].filter(Boolean);

/** What was asked for, with what it leads to, where that is another path. */
function followed(
  mount: MountFact,
  asked: readonly ShownThing[],
  sources: SeenMounts['sources'],
): Pick<ShownMount, 'things' | 'followed'> {
  const shown: Pick<ShownMount, 'things' | 'followed'> = { things: [...asked], followed: [] };
  const named = namedPaths(mount);
  for (const thing of asked) {
    if (sources === null || thing.kind !== 'path' || !named.includes(thing.path)) continue;
    const { path } = thing;
    const {
      leadsTo,
      isFolder = true,
      alike = [],
    }: Omit<MountSource, 'path'> = sources.state === 'read'
      ? sources.value(path)
      : { leadsTo: sources };
    for (const other of alike ?? []) {
      const isSaid = other === path || (leadsTo.state === 'read' && leadsTo.value === other);
      if (!isSaid) shown.things.push({ kind: 'alike', path: other, asked: path });
    }
    if (leadsTo.state === 'unread' || alike === null) {
      const reason = leadsTo.state === 'unread' ? leadsTo.reason : NOT_COMPARED;
      shown.things.push({ kind: 'unresolved', path, reason });
    }
    if (leadsTo.state === 'unread') continue;
    shown.followed.push({ path, leadsTo: leadsTo.value, isFolder });
    if (leadsTo.value !== path) shown.things.push({ ...thing, path: leadsTo.value });
  }
  return shown;
}

const NOT_COMPARED = 'whether it is another name of what root believes was not read';

/** The table has one name of a file, and not its others, nor where the path leads that the next start takes. */
function withOtherNames(
  things: readonly ShownThing[],
  mount: MountFact,
  sources: SeenMounts['sources'],
): ShownThing[] {
  const isSaid = (path: string) => things.some((one) => one.kind === 'path' && one.path === path);
  const isCompared = (path: string) =>
    sources === null || (sources.state === 'read' && sources.value(path).alike !== null);
  const others = followed(mount, things, sources).things.flatMap((thing): ShownThing[] => {
    if (thing.kind === 'unresolved') return isCompared(thing.path) ? [] : [thing];
    if ((thing.kind !== 'alike' && thing.kind !== 'path') || isSaid(thing.path)) return [];
    return thing.kind === 'path' ? [{ ...thing, isNext: true }] : [thing];
  });
  return [...things, ...others];
}

function byKernel(
  mount: MountFact,
  asked: readonly ShownThing[],
  found: KernelMount,
  host: HostView,
): ShownThing[] {
  if (mount.hostPath === null && mount.driver !== undefined) return byDriver(asked, found, host);
  if (asked.some(({ kind }) => kind === 'disk')) {
    const isHosts = found.device === host.engine?.device;
    return asked.map((thing) => (thing.kind === 'disk' ? { ...thing, isHosts } : thing));
  }
  // A volume of the engine, or a part of it, lies in a folder that is named after it.
  const isOwn = mount.hostPath === null && `${rootOf(found)}/`.includes(`/${mount.volume}/_data/`);
  const isMade = mount.volumeMount && mount.volumeMount.filesystem !== RELATIVE_BIND;
  const isOther = mount.hostPath === null && (isMade || rootOf(found) === '/');
  if (isOwn || (isOther && KERNEL_FOLDERS.get(found.filesystem) === undefined)) return [...asked];
  // The name of a link of a process tells nothing of where it leads, be its end the same.
  const isName = mount.hostPath !== null && !isLinkOfProcess(mount.hostPath);
  const told = sourceOf(found, isName ? mount.hostPath : null, host);
  const isKnown = told.length > 0 && isPlaced(found, host);
  // What leads to the place of a process leads somewhere by now.
  const named = isKnown ? asked.filter(({ kind }) => kind !== 'unclear') : asked;
  return [...named, ...told, ...(mount.hostPath === null ? [] : stackedThings(found, host))];
}

/** What a driver mounted, where it named no path of the host. A folder in memory tells nothing. */
function byDriver(asked: readonly ShownThing[], found: KernelMount, host: HostView): ShownThing[] {
  // Where a driver has a filesystem of its own is its own affair.
  const hostMounts = found.root === '/' ? null : host.hostMounts;
  const told = sourceOf(found, null, { ...host, hostMounts });
  if (told.length > 0) return told;
  return EMPTY.test(found.filesystem) ? [...asked] : mountedThings(found, host);
}

/** The handle of one, as engines keep for networks, is a file that nobody writes to. */
const isNamespace = ({ filesystem }: KernelMount): boolean => filesystem === 'nsfs';

/** Mounts of the host below a bind, that came along with it: where they show another folder. */
function below(
  mount: MountFact,
  container: MountedContainer,
  { table, visible }: Record<'table' | 'visible', readonly KernelMount[]>,
  host: HostView,
): ShownMount[] {
  const { hostPath, destination } = mount;
  if (hostPath === null || mount.kind !== 'bind') return [];
  const prefix = destination === '/' ? '/' : `${destination}/`;
  // What was asked for lies over what the host has there.
  const isOver = (target: string) =>
    container.mounts.some(
      ({ kind, destination: over }) =>
        over.startsWith(prefix) && (kind === 'bind' ? isWithin(target, over) : target === over),
    );
  const found = visible
    .filter(({ target }) => target.startsWith(prefix) && !isOver(target))
    .filter((one) => !isAskedInMemory(container, one, table))
    .flatMap((kernel): ShownMount[] => {
      const asked = joined(hostPath, `/${kernel.target.slice(prefix.length)}`);
      const isWritable = !isReadonly(kernel);
      const elsewhere = sourceOf(kernel, asked, host).filter((thing) =>
        thing.kind === 'path' ? !isWithin(thing.path, hostPath) : kernel.filesystem === 'proc',
      );
      // Engines before 25, and later ones by request, leave what is mounted below writable, and what comes later always.
      const isLeftWritable = !mount.isWritable && isWritable && !isNamespace(kernel);
      const more = [...elsewhere, ...stackedThings(kernel, host)];
      const nameOf = (path: string) => (more.length === 0 ? nameOfAny(path) : path);
      const things = isLeftWritable
        ? [{ kind: 'path' as const, path: nameOf(asked) }, ...more]
        : more;
      const target = nameOf(kernel.target);
      const own = { ...mount, destination: target, hostPath: nameOf(asked), isWritable };
      return things.length === 0
        ? []
        : [{ mount: own, cameWith: mount, things, kernel: { ...kernel, target }, followed: [] }];
    });
  return [...new Map(found.map((one) => [one.mount.destination, one])).values()];
}

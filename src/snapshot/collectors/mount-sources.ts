import { onOutside } from '../../shared/errors.ts';
import { unread } from '../../shared/reading.ts';
import { BELIEVED } from '../believed-files.ts';
import type { HostFileDoor } from '../collector.ts';
import { type ContainerLook, defineCollector, type FirstLook } from '../define-collector.ts';
import type { MountSource } from '../facts/container.ts';
import type { VolumeFacts } from '../facts/volume.ts';
import { linkedPlaces } from '../linked-places.ts';
import { isDeclaredDisk } from '../normalise/host-path.ts';
import { mountFact } from '../normalise/mounts.ts';
import { valueIn } from '../outcome.ts';
import { isSame, lookAtSources, type WalkedSource, walkSources } from '../walk-sources.ts';

/** In a user namespace Linux shows nobody a folder without what is mounted below it (mount_namespaces(7)). */
const ON_ROOTLESS = unread<string>(
  'a rootless engine shows no folder without what is mounted below it, by which links are followed',
);
const ON_PODMAN = unread<string>('Podman answers otherwise where a path is not there');
/** Paths that are followed in one scan. */
const PATHS_MAX = 1000;

export const mountSources = defineCollector({
  purpose:
    'Where the host paths lead that containers mount, link by link; at the evidence level `files` only.',
  reads: [
    'GET /info',
    'GET /version',
    'GET /containers/json',
    'GET /containers/{id}/json',
    'GET /volumes',
  ],
  level: 'files',
  async collect({ first, hostFiles: door, kernelDoor }): Promise<MountSource[]> {
    const all = mountedPaths(first);
    const paths = [...all.keys()];
    if (valueIn(first.version).isPodman) return paths.map((path) => ({ path, leadsTo: ON_PODMAN }));
    const isTold = (path: string) => kernelDoor !== undefined && all.get(path) === 'running';
    const some = paths.slice(0, PATHS_MAX);
    const { isRootless } = valueIn(first.engine);
    const walk = async (asked: readonly string[]): Promise<WalkedSource[]> =>
      isRootless
        ? asked.map((path) => ({ path, leadsTo: ON_ROOTLESS, isFolder: true, file: null }))
        : walkSources(door, asked, diskByFstab(door));
    const others = await walk(some.filter((path) => !isTold(path)));
    // Where those lead that run when they are started anew. Their tables tell where they lead now, and not what they are.
    const walked = [...others, ...(await walk(some.filter(isTold)))];
    const blind = kernelDoor ? walked.filter(({ file }) => file === null) : [];
    const found = await lookAtSources(
      door,
      blind.map(({ path }) => path),
    );
    const looked = new Map(found.map((one) => [one.path, one]));
    const files = new Map(
      walked.map(({ path, file }) => [path, file ?? looked.get(path)?.file ?? null]),
    );
    const alikeOf = await knownFiles(first, door, [...files.values()]);
    const sources = walked.map((one) => (isTold(one.path) && looked.get(one.path)) || one);
    const places =
      some.length === 0 ? [] : await linkedPlaces(door, diskByFstab(door), valueIn(first.engine));
    const reason = `of ${paths.length} paths ${PATHS_MAX} are followed in one scan`;
    return [
      ...sources.map(({ file: _file, ...source }) => ({
        ...source,
        // By a link that nobody saw it may be a place of the system.
        alike: places === null ? null : alikeOf(files.get(source.path) ?? null),
      })),
      ...paths
        .slice(PATHS_MAX)
        .map((path) => ({ path, leadsTo: unread<string>(reason), alike: null })),
      ...(places ?? []),
    ];
  },
});

/**
 * Sources of binds, and what volumes have behind them; each once, in order. Those of running containers
 * alone are told apart: their tables of mounts say where they lead.
 */
function mountedPaths({ containers, volumes }: FirstLook): Map<string, 'running' | 'any'> {
  const isPlain = ({ state }: ContainerLook) => state === 'running' || state === 'paused';
  const bound = valueIn(containers).map((one) => ({
    isRunning: isPlain(one),
    paths: bindsOf(one),
  }));
  const behind = valueIn(volumes).flatMap(({ bindSource, mount }) => [
    ...(bindSource === null ? [] : [bindSource]),
    ...(mount?.layers ?? []),
  ]);
  const ofRunning = new Set(bound.flatMap(({ isRunning, paths }) => (isRunning ? paths : [])));
  const others = new Set([
    ...bound.flatMap(({ isRunning, paths }) => (isRunning ? [] : paths)),
    ...behind,
    ...valueIn(containers).flatMap((one) => partsOf(one, valueIn(volumes))),
  ]);
  const all = [...new Set([...ofRunning, ...others])].filter((path) => path.startsWith('/')).sort();
  return new Map(all.map((path) => [path, others.has(path) ? 'any' : 'running']));
}

/** None of a container that has gone, or could not be read: its own facts say so. */
function bindsOf({ inspected }: ContainerLook): string[] {
  const sources = 'value' in inspected ? inspected.value.bindSources : inspected;
  return 'value' in sources ? sources.value : [];
}

/** Folders of volumes that a container mounts alone, where a path of the host lies behind them. */
function partsOf({ inspected }: ContainerLook, volumes: readonly VolumeFacts[]): string[] {
  const declared = 'value' in inspected ? inspected.value.declared : inspected;
  const mounts = 'value' in declared ? declared.value.mounts.filter(({ fact }) => fact.part) : [];
  const behind = new Map(volumes.map((volume) => [volume.name, volume]));
  return mounts.flatMap((mount) =>
    behind.has(mount.localVolume ?? '') ? (mountFact(mount, behind).hostPath ?? []) : [],
  );
}

/**
 * Tells which of the files that root believes, and of the sockets of the engine, something may be another
 * name of; null where either was not seen. No call shows the number of a file, by which the kernel knows it.
 */
async function knownFiles(
  { engine }: FirstLook,
  door: HostFileDoor,
  files: readonly WalkedSource['file'][],
): Promise<(file: WalkedSource['file']) => string[] | null> {
  if (!files.some((file) => file !== null && file !== 'folder')) return (file) => file && [];
  const { socketPaths } = valueIn(engine);
  const known = [...new Set([...BELIEVED, ...socketPaths])];
  const stats = await door
    .lookInto(known, async ({ shown, itself }) =>
      Promise.all(shown.map(async (path) => ({ path, stat: await itself(path) }))),
    )
    .catch(onOutside(() => null));
  return (file) => {
    if (file === null || file === 'folder') return file && [];
    return stats?.flatMap(({ path, stat }) => (stat && isSame(stat, file) ? [path] : [])) ?? null;
  };
}

/** By /etc/fstab, which is read at the first question. */
function diskByFstab(door: HostFileDoor): (mountPoint: string) => Promise<boolean> {
  let fstab: Promise<string> | null = null;
  const path = '/etc/fstab';
  const readIt = () =>
    door.look({ paths: [path], dataRoot: null }, async ({ shown, textOf }) =>
      shown.includes(path) ? textOf(path) : '',
    );
  return async (mountPoint) => {
    fstab ??= readIt();
    return isDeclaredDisk(await fstab, mountPoint);
  };
}

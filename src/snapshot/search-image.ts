import type { EngineReader, HostPathStat } from './collector.ts';
import { type ContainerChange, containerChanges, statContainerPath } from './container-path.ts';
import type { PrivilegedFile, SetUidFiles } from './facts/set-uid.ts';
import { followPath } from './follow-path.ts';
import type { MountPoint } from './inspected-container.ts';
import { isWithin, normaliseHostPath } from './normalise/host-path.ts';
import type { Listed } from './outcome.ts';

/**
 * Where images keep programs. Never `/`: the engine would send everything, what is mounted into the
 * container and its secrets included.
 */
export const programDirectories: readonly string[] = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib64', '/opt', '/srv', '/home', '/root', '/app'],
];

/** Calls that `searchImage` makes. */
export const searchEndpoints = [
  'HEAD /containers/{id}/archive',
  'GET /containers/{id}/archive',
  'GET /containers/{id}/changes',
] as const;

type Unsearched = SetUidFiles['unsearched'][number];

/**
 * Looks for privileged files of an image through a container of it, `mountedAt` these places: only in
 * directories into which nothing is mounted, and without what the container changed. A symlink to a directory is not a second one. Rejects
 * with `OutsideError`.
 */
export async function searchImage(
  engine: EngineReader,
  { id, name }: Listed,
  mountedAt: readonly string[],
): Promise<SetUidFiles> {
  const stat = (path: string) => statContainerPath(engine, id, path);
  const kinds = new Map<string, HostPathStat | null>(
    await Promise.all(programDirectories.map(async (path) => [path, await stat(path)] as const)),
  );
  const mounts = await realPaths(mountedAt, stat);

  const unsearched: Unsearched[] = [];
  const toSearch: string[] = [];
  for (const path of programDirectories) {
    const kind = kinds.get(path) ?? null;
    if (kind === null) continue;
    const reason = linkReason(kind, kinds) ?? mountReason(path, mounts);
    if (reason !== null) unsearched.push({ path, reason });
    else if (kind.linkTarget === null) toSearch.push(path);
  }
  const found = await Promise.all(toSearch.map((path) => filesBelow(engine, id, path)));
  // Asked last, so that nothing changed unseen in between.
  const changes = await containerChanges(engine, id);
  const changed = new Set(changes.map((change) => change.path));
  for (const path of programDirectories) {
    const gone = hiddenBy(changes).find((one) => isWithin(one, path));
    if (gone === undefined || unsearched.some((one) => one.path === path)) continue;
    unsearched.push({ path, reason: `the container changed ${gone}` });
  }
  const blind = new Set(unsearched.map(({ path }) => path));
  return {
    container: name,
    files: found
      .flat()
      .filter(({ path }) => !changed.has(path))
      .sort(byPath),
    searched: programDirectories.filter((path) => !blind.has(path)),
    unsearched,
  };
}

/** Destinations of mounts that the engine puts into the filesystem when it is read: tmpfs are not there. */
export const mountsOf = (mountPoints: readonly MountPoint[]): string[] =>
  mountPoints
    .filter(({ isTmpfs }) => !isTmpfs)
    .map(({ destination }) => normaliseHostPath(destination));

/** Why a directory with such mounts is not read; null where none is in the way. */
export function mountReason(path: string, mounts: readonly string[]): string | null {
  const mount = mounts.find((one) => isWithin(one, path) || isWithin(path, one));
  return mount === undefined ? null : `something is mounted at ${mount}`;
}

/** A destination such as `/bin/tool` lies in `/usr/bin` where `/bin` is a symlink. */
async function realPaths(
  mounts: readonly string[],
  stat: (path: string) => Promise<HostPathStat | null>,
): Promise<string[]> {
  const real: string[] = [];
  for (const mount of mounts) {
    const followed = await followPath({ shown: ['/'], stat }, ['/'], mount);
    real.push(mount, ...(followed.state === 'present' ? [followed.realPath] : []));
  }
  return real;
}

/** Null for a directory, and for a symlink to one that is looked through under its own name. */
function linkReason(
  { linkTarget }: HostPathStat,
  kinds: ReadonlyMap<string, HostPathStat | null>,
): string | null {
  if (linkTarget === null) return null;
  const target = normaliseHostPath(linkTarget.startsWith('/') ? linkTarget : `/${linkTarget}`);
  const isCovered = [...kinds].some(
    ([path, kind]) => kind !== null && kind.linkTarget === null && isWithin(target, path),
  );
  return isCovered ? null : `it is a symlink to ${target}`;
}

async function filesBelow(
  engine: EngineReader,
  id: string,
  directory: string,
): Promise<PrivilegedFile[]> {
  const found = await engine.privilegedFiles(`/containers/${id}/archive`, { path: directory });
  // Names in the archive begin with that of the directory, which stands in `/`.
  return found.map((file) => ({ ...file, path: `/${file.path}` }));
}

/** Paths at which the image's own file is no longer seen; a directory is listed for what is in it. */
function hiddenBy(changes: readonly ContainerChange[]): string[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  return changes
    .filter(({ path, isAdded }) => !isAdded && !parents.has(path))
    .map(({ path }) => path);
}

const byPath = (a: PrivilegedFile, b: PrivilegedFile): number =>
  Number(a.path > b.path) - Number(a.path < b.path);

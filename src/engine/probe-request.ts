import type { HostView } from '../snapshot/collector.ts';
import { bodyOfProbe } from './probe-calls.ts';

/** Where the probe shows what; none of it is ever entered by a process. */
export const targets = {
  /** In front of every asked path; no host has such a folder, see `hostLinkTarget`. */
  host: '/seawall-host',
  /** The mount of `/` alone, without what is mounted below it. */
  rootFilesystem: '/root-filesystem',
  dataRoot: '/data-root',
} as const;

/**
 * Where a symlink leads on the host. The engine resolves it inside of the container (moby
 * `container.StatPath`): a relative one to a path below `targets.host`, an absolute one to the path
 * that is written in it.
 */
export function hostLinkTarget(linkTarget: string, shownBelow: string = targets.host): string {
  if (linkTarget === shownBelow) return '/';
  return linkTarget.startsWith(`${shownBelow}/`) ? linkTarget.slice(shownBelow.length) : linkTarget;
}

/** Where a path that is shown alone lies, with its whole name for the sake of its relative links. */
export const folderTarget = (index: number): string => `${targets.host}-${index}`;

type Bind = ReturnType<typeof bind>;

const bind = (Source: string, Target: string) => ({
  Type: 'bind',
  Source,
  Target,
  ReadOnly: true,
});
const alone = (Source: string, Target: string) => ({
  ...bind(Source, Target),
  BindOptions: { NonRecursive: true },
});

/** Body of `POST /containers/create` for a window of single paths; see `requestWith`. */
export const probeRequest = ({ paths, dataRoot }: HostView) =>
  requestWith([
    ...paths.map((path) => bind(path, `${targets.host}${path}`)),
    ...(dataRoot === null
      ? []
      : [alone('/', targets.rootFilesystem), alone(dataRoot, targets.dataRoot)]),
  ]);

/** The same for a window of folders, each at a place of its own: one would hide another. */
export const foldersRequest = (paths: readonly string[]) =>
  requestWith(
    paths.map((path, index) => alone(path, `${folderTarget(index)}${path === '/' ? '' : path}`)),
  );

/**
 * A container that never runs: no image and so no program, no network, no capability, every bind
 * read-only. The type `bind` makes the engine refuse a path that is not there; the older `Binds` would
 * create it on the host.
 */
const requestWith = (Mounts: readonly Bind[]) =>
  // The engine demands a command; there is none of that name to be found.
  bodyOfProbe({ Image: '', Cmd: ['none'] }, { Mounts });

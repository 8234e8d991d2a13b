import type { HostView } from '../snapshot/collector.ts';
import { probeLabel } from '../snapshot/probe-container.ts';

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
export function hostLinkTarget(linkTarget: string): string {
  if (linkTarget === targets.host) return '/';
  return linkTarget.startsWith(`${targets.host}/`)
    ? linkTarget.slice(targets.host.length)
    : linkTarget;
}

/**
 * Body of `POST /containers/create` for a container that never runs: no image and so no program, no
 * network, no capability, every bind read-only. The type `bind` makes the engine refuse a path that
 * is not there; the older `Binds` would create it on the host.
 */
export function probeRequest({ paths, dataRoot }: HostView) {
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
  return {
    Image: '',
    // The engine demands a command; there is none of that name to be found.
    Cmd: ['none'],
    User: '65534:65534',
    NetworkDisabled: true,
    Labels: { [probeLabel]: '1' },
    HostConfig: {
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none' },
      Mounts: [
        ...paths.map((path) => bind(path, `${targets.host}${path}`)),
        ...(dataRoot === null
          ? []
          : [alone('/', targets.rootFilesystem), alone(dataRoot, targets.dataRoot)]),
      ],
    },
  };
}

/** Whose process it is, by its `/proc/PID/cgroup`. */
export type CgroupOwner = 'container' | 'nobody' | 'other';

/**
 * Looks for the full id of a container in the paths of control groups, whatever the driver calls
 * them (`/docker/<id>`, `docker-<id>.scope`, `/../<id>`). `nobody` when every path is the root or
 * there is none: then control groups tell nothing, as with a rootless engine on version 1.
 */
export function cgroupOwner(text: string, containerId: string): CgroupOwner {
  // `<hierarchy>:<controllers>:<path>`; the path may hold colons.
  const paths = text.split('\n').flatMap((line) => /^\d+:[^:]*:(.*)$/.exec(line)?.[1] ?? []);
  if (/^[0-9a-f]{64}$/.test(containerId) && paths.some((path) => namesId(path, containerId))) {
    return 'container';
  }
  return paths.every((path) => path === '/') ? 'nobody' : 'other';
}

const namesId = (path: string, id: string): boolean =>
  path.split('/').some((part) => part.split(/[^0-9a-f]/).includes(id));

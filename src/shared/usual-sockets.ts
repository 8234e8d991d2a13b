/** Where Docker's own socket is, unless somebody says otherwise. */
export const DEFAULT_ENGINE = 'unix:///var/run/docker.sock';

const IN_HOME: readonly string[] = [
  ...['.docker/run/docker.sock', '.docker/desktop/docker.sock', '.orbstack/run/docker.sock'],
  ...['.colima/default/docker.sock', '.rd/docker.sock'],
];

/**
 * Paths of the sockets of engines that are a user's own (rootless Docker, Docker Desktop, OrbStack, Colima, Rancher
 * Desktop, Podman), of which any may not exist. `environment` is the user's.
 */
export const usualSockets = ({
  HOME = '',
  XDG_RUNTIME_DIR = '',
}: Readonly<Record<string, string | undefined>>): string[] => [
  ...(XDG_RUNTIME_DIR === '' ? [] : [`${XDG_RUNTIME_DIR}/docker.sock`]),
  ...(HOME === '' ? [] : IN_HOME.map((path) => `${HOME}/${path}`)),
  ...(XDG_RUNTIME_DIR === '' ? [] : [`${XDG_RUNTIME_DIR}/podman/podman.sock`]),
  '/run/podman/podman.sock',
];

const NAMES: readonly string[] = [
  ...['docker.sock', 'containerd.sock', 'podman.sock', 'crio.sock', 'cri-dockerd.sock'],
  ...['balena-engine.sock', 'docker.raw.sock', 'dockershim.sock'],
  // What Docker Desktop makes of a mount of /var/run/docker.sock.
  'docker.proxy.sock',
];
/** Named pipes of Windows; of two slashes before such a name one is left. */
const PIPE =
  /^(?:\\\\\.\\pipe\\|\/\/\.\/pipe\/|\/pipe\/)(?:docker_engine(?:_linux|_windows)?|containerd-containerd)$/;

/** True for a path with a name by which the sockets of engines are known, wherever it lies. */
export const hasSocketName = (path: string): boolean =>
  NAMES.includes(path.slice(path.lastIndexOf('/') + 1)) || PIPE.test(path);

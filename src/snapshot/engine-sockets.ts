const NAMES: readonly string[] = [
  ...['docker.sock', 'containerd.sock', 'podman.sock', 'crio.sock', 'cri-dockerd.sock'],
  ...['balena-engine.sock', 'docker.raw.sock', 'dockershim.sock'],
  // Named pipes of Windows.
  ...['docker_engine', 'docker_engine_linux', 'docker_engine_windows', 'containerd-containerd'],
];

/** True for a path with a name by which the sockets of engines are known, wherever it lies. */
export const hasSocketName = (path: string): boolean =>
  NAMES.includes(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));

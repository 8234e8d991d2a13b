const NAMES: readonly string[] = [
  ...['docker.sock', 'containerd.sock', 'podman.sock', 'crio.sock', 'cri-dockerd.sock'],
  ...['balena-engine.sock', 'docker.raw.sock', 'dockershim.sock'],
];

/** True for a path with a name by which the sockets of engines are known, wherever it lies. */
export const hasSocketName = (path: string): boolean =>
  NAMES.includes(path.slice(path.lastIndexOf('/') + 1));

import type { MountFact } from '../snapshot/facts/container.ts';

const SOCKET_NAMES: readonly string[] = ['docker.sock', 'containerd.sock', 'podman.sock'];

/** True for the socket of an engine: one of `socketPaths`, or a path with a well-known socket name. */
export function isEngineSocket(path: string, socketPaths: readonly string[]): boolean {
  return socketPaths.includes(path) || SOCKET_NAMES.includes(path.split('/').at(-1) ?? '');
}

/** A mount in the notation of `docker run --volume`: `/etc:/host/etc:ro`. */
export function mountLine(mount: MountFact): string {
  const source = mount.hostPath ?? mount.volume ?? mount.kind;
  return `${source}:${mount.destination}:${mount.isWritable ? 'rw' : 'ro'}`;
}

/**
 * Where engines mount the filesystem of each container, and its shared memory, on the host. The name of the container, or
 * of its layer, lies between.
 */
const OF_CONTAINERS: readonly RegExp[] = [
  /^(?<above>.*\/overlay2?)\/[^/]+(?<below>\/merged)$/,
  /^(?<above>.*\/rootfs\/[^/]+)\/[0-9a-f]{64}(?<below>)$/,
  /^(?<above>.*\/io\.containerd\.runtime\.v2\.task\/[^/]+)\/[^/]+(?<below>\/rootfs)$/,
  /^(?<above>.*\/containers)\/[0-9a-f]{64}(?<below>\/mounts\/shm)$/,
];

/**
 * One name for a filesystem of any container, as `/var/lib/docker/overlay2/<name>/merged`: of such mounts a host has as many
 * as containers, and others after each start. Any other path is returned as it is.
 */
export function nameOfAny(path: string): string {
  for (const pattern of OF_CONTAINERS) {
    const parts = pattern.exec(path)?.groups;
    if (parts) return `${parts.above}/*${parts.below}`;
  }
  return path;
}

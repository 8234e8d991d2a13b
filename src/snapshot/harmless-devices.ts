/** Devices that every container has. */
const HARMLESS: readonly string[] = [
  ...['/dev/full', '/dev/null', '/dev/random', '/dev/tty', '/dev/urandom', '/dev/zero'],
];

/** True for a device, by its path on the host, that gives a container nothing that it has not anyway. */
export const isHarmlessDevice = (path: string): boolean => HARMLESS.includes(path);

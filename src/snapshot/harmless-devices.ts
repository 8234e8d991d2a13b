import { isWithin, normaliseHostPath } from './normalise/host-path.ts';

/** Devices that every container has; the one of terminals opens those beside it (Linux `fs/devpts/inode.c`). */
const HARMLESS: readonly string[] = [
  ...['/dev/full', '/dev/null', '/dev/ptmx', '/dev/random'],
  ...['/dev/tty', '/dev/urandom', '/dev/zero'],
];

/** True for a device, by its path on the host, that gives a container nothing that it has not anyway. */
export const isHarmlessDevice = (path: string): boolean =>
  HARMLESS.includes(normaliseHostPath(path));

/**
 * Others that Docker may open to every container, which may make nodes of them by itself: the console by its own list
 * (`oci/defaults.go`), tunnels by runc, but for 1.2.0 to 1.2.3. The folder of tunnels has one alone.
 */
const MAYBE_OPEN: readonly string[] = ['/dev/console', '/dev/net', '/dev/net/tun'];
const MAYBE_OPEN_RULE = /^c (5:1|10:200)$/;

/** True for a device that a container of Docker may open that is given nothing; of other engines it is not known. */
export const isMaybeOpenDevice = (path: string): boolean =>
  isHarmlessDevice(path) || MAYBE_OPEN.includes(normaliseHostPath(path));

/** Below /dev, and no devices: memory, queues and the log. */
const NO_DEVICES: readonly string[] = ['/dev/shm', '/dev/mqueue', '/dev/hugepages', '/dev/log'];

/** True for /dev and what lies below it, if that is a device or a folder of devices. */
export const isDeviceFolder = (path: string): boolean =>
  isWithin(path, '/dev') && !NO_DEVICES.some((folder) => isWithin(path, folder));

/**
 * What a rule of the control group for devices says, e.g. `b 8:* rwm`. One of every type gives all of every
 * device, whatever else it says: runc and the kernel read no further.
 */
export function deviceRuleParts(rule: string): { kind: string; number: string; access: string } {
  const [kind = '', number = '*:*', access = 'rwm'] = rule.trim().split(/\s+/);
  return kind === 'a' ? { kind, number: '*:*', access: 'rwm' } : { kind, number, access };
}

/** Characters that runc opens to every container; nodes of all others it may make (runc `specconv`). */
const EVERYWHERE = /^c (1:[35789]|5:[02]|136:(\d{1,7}|\*))$/;

/** True for a rule that opens nothing that a container has not anyway. */
export function isHarmlessRule(rule: string): boolean {
  const { kind, number, access } = deviceRuleParts(rule);
  return !/[rw]/.test(access) || EVERYWHERE.test(`${kind} ${number}`);
}

/** True for a rule that opens no more than a container of Docker may have that is given nothing. */
export function isMaybeOpenRule(rule: string): boolean {
  const { kind, number } = deviceRuleParts(rule);
  return isHarmlessRule(rule) || MAYBE_OPEN_RULE.test(`${kind} ${number}`);
}

import { isWithin } from './dangerous-places.ts';

/**
 * What a device of this name gives: `raw` is a disk or the memory, past every file permission;
 * `harmless` every container has anyway; of `unclear` the name tells nothing, as of one made by mknod
 * or of a link.
 */
export type DeviceKind = 'raw' | 'harmless' | 'other' | 'unclear';

const RAW =
  /^\/dev\/(sd[a-z]|sg\d|bsg\b|hd[a-z]|vd[a-z]|xvd[a-z]|nvme|mmcblk|dm-|md\d|md\/|mapper\b|disk\b|block\b|root$|zd\d|zvol\b|nbd\d|rbd\d|drbd|dasd|bcache|pmem|mtd|ubi|mem$|kmem$|port$)/;
const HARMLESS: readonly string[] = [
  ...['/dev/full', '/dev/null', '/dev/random', '/dev/tty', '/dev/urandom', '/dev/zero'],
];
const OTHER =
  /^\/dev\/(kvm$|fuse$|net\b|dri\b|snd\b|video|media\d|tty|pts\b|ptmx$|console$|bus\b|usb\b|input\b|uinput$|hidraw|nvidia|kfd$|infiniband\b|i2c|spidev|gpio|rtc|hwrng$|watchdog|tpm|vfio\b|vhost|vsock$|loop-control$|ptp|pps|serial\b|cpu_dma_latency$|shm\b|mqueue\b|ppp$|rfkill$|cuse$|sgx|sev)/;

/** By the path on the host that was asked for. A folder stands for every device below it. */
export function deviceKind(path: string): DeviceKind {
  if (HARMLESS.includes(path)) return 'harmless';
  if (RAW.test(path) || isWithin('/dev', path)) return 'raw';
  return OTHER.test(path) ? 'other' : 'unclear';
}

/** A rule of the control group for devices, e.g. `b 8:* rwm`. */
export interface DeviceRule {
  isRaw: boolean;
  isWritable: boolean;
}

/** What a rule opens: every block device is a disk, and of the others 1:1, 1:2 and 1:4 are memory. */
export function deviceRule(rule: string): DeviceRule {
  const [kind = '', number = '*:*', access = 'rwm'] = rule.trim().split(/\s+/);
  const [major = '*', minor = '*'] = number.split(':');
  const isMemory = ['1', '*'].includes(major) && ['1', '2', '4', '*'].includes(minor);
  const opens = /[rw]/.test(access);
  return {
    isRaw: opens && (kind === 'a' || kind === 'b' || (kind === 'c' && isMemory)),
    isWritable: access.includes('w'),
  };
}

import { deviceRuleParts, isHarmlessDevice } from '../snapshot/harmless-devices.ts';
import { isWithin, normaliseHostPath } from '../snapshot/normalise/host-path.ts';

/**
 * What a device of this name gives: `raw` is a disk or the memory, past every file permission;
 * `harmless` every container has anyway; of `unclear` the name tells nothing, as of one made by mknod
 * or of a link.
 */
export type DeviceKind = 'raw' | 'harmless' | 'other' | 'unclear';

/**
 * Character devices that are a disk or the memory, by number (Linux `admin-guide/devices.txt`) and by
 * name. Null for every minor, and for a major that the kernel chooses as it starts.
 */
const RAW_CHARACTERS: readonly { major: number | null; minor: number | null; name: string }[] = [
  { major: 1, minor: 1, name: 'mem$' },
  { major: 1, minor: 2, name: 'kmem$' },
  { major: 1, minor: 4, name: 'port$' },
  { major: 21, minor: null, name: 'sg\\d' },
  // Registers of a processor: one holds where the kernel goes on at each system call.
  { major: 202, minor: null, name: 'cpu\\/\\d+\\/msr$' },
  { major: 90, minor: null, name: 'mtd' },
  { major: 162, minor: null, name: 'raw' },
  { major: null, minor: null, name: 'bsg\\b' },
  { major: null, minor: null, name: 'nvme' },
  { major: null, minor: null, name: 'ng\\d' },
  { major: null, minor: null, name: 'ubi' },
];
/** The memory itself and the ports of the machine, of which root opens none without this capability (Linux `drivers/char/mem.c`, `arch/x86/kernel/msr.c`). */
export const OF_MEMORY = 'CAP_SYS_RAWIO';
const MEMORY = /^\/dev\/(mem|kmem|port|cpu\/\d+\/msr)$/;
/** True for such a device, by its path on the host. */
export const isMemory = (written: string): boolean => MEMORY.test(normaliseHostPath(written));
/** True for a rule that opens such devices and none else that is raw. */
export const isMemoryRule = (rule: string): boolean => {
  const { kind, number } = deviceRuleParts(rule);
  return kind === 'c' && /^(1|202):/.test(number);
};

/** The majors that it chooses from. */
const isChosenAtStart = (major: number): boolean =>
  (major >= 234 && major <= 254) || (major >= 384 && major <= 511);

const RAW_BLOCKS =
  'sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|mmcblk|dm-|md\\d|md\\/|mapper\\b(?!\\/control$)|disk\\b|block\\b|root$|zd\\d|zvol\\b|nbd\\d|rbd\\d|drbd|dasd|bcache|pmem';
const RAW = new RegExp(
  `^/dev/(${[RAW_BLOCKS, ...RAW_CHARACTERS.map(({ name }) => name)].join('|')})`,
);
const OTHER =
  /^\/dev\/(kvm$|fuse$|net\b|dri\b|snd\b|video|media\d|tty|pts\b|ptmx$|console$|bus\b|usb\b|input\b|uinput$|hidraw|nvidia|kfd$|infiniband\b|i2c|spidev|gpio|rtc|hwrng$|watchdog|tpm|vfio\b|vhost|vsock$|vcs|uhid$|loop-control$|ptp|pps|serial\b|cpu_dma_latency$|shm\b|mqueue\b|ppp$|rfkill$|cuse$|sgx|sev|kmsg$|mapper\/control$|sr\d|dvb\b|lirc|cec\d|vchiq$|vcsm|dma_heap\b|mali\d|accel\b|apex_\d|hailo\d)/;

/**
 * Devices of who sits at the host: keyboards and what types as one, consoles with what they show, and USB as a whole, on
 * which keyboards are. A serial line may be one of these too: what is written to it in a loop counts as typed there
 * (TIOCM_LOOP).
 */
const AT_HAND: readonly { major: number | null; minors: RegExp; name: string }[] = [
  { major: 13, minors: /^/, name: 'input\\b' },
  { major: 10, minors: /^(\*|223)$/, name: 'uinput$' },
  { major: 10, minors: /^(\*|239)$/, name: 'uhid$' },
  { major: null, minors: /^/, name: 'hidraw' },
  { major: 4, minors: /^/, name: 'tty(?:S|)\\d+$' },
  { major: 5, minors: /^(\*|1)$/, name: 'console$' },
  { major: 204, minors: /^/, name: 'ttyAMA\\d+$' },
  { major: 7, minors: /^/, name: 'vcs' },
  { major: 189, minors: /^\*$/, name: 'bus(?:\\/usb)?$' },
];
const BY_NAME = new RegExp(`^/dev/(?:${AT_HAND.map(({ name }) => name).join('|')})`);
/** True for such a device, by its path on the host: who opens one reads what somebody types or sees, or types. */
export const isAtHand = (written: string): boolean => BY_NAME.test(normaliseHostPath(written));
/** True for a rule that opens such ones by their number. */
export const isAtHandRule = (rule: string): boolean => {
  const { kind, number, access } = deviceRuleParts(rule);
  const [major = '*', minor = '*'] = number.split(':');
  const isOne = AT_HAND.some((one) => one.major === Number(major) && one.minors.test(minor));
  return kind === 'c' && /[rw]/.test(access) && isOne;
};

/**
 * Of graphics, sound, pictures, tunnels, machines and filesystems of programs, and what hangs on a USB port as one: each gives
 * itself, and the kernel's driver of it. By name, and by number where that is the same everywhere.
 */
const OF_ITSELF =
  /^\/dev\/(net\/tun$|fuse$|kvm$|dri\b|snd\b|video\d|media\d|dvb\b|nvidia|kfd$|ttyUSB\d|ttyACM\d|serial\/by-(id|path)\/[^/]*usb|lirc\d|cec\d|vchiq$|accel\b|apex_\d|hailo\d)/;
const MAJORS_OF_ITSELF: readonly number[] = [81, 116, 166, 188, 195, 226];
const MISC_OF_ITSELF = /^10:(200|229|232)$/;

/** True for a device that gives no more of the host than its own use, as those that `--gpus` asks for. */
export const isOfItself = (path: string): boolean => OF_ITSELF.test(normaliseHostPath(path));
/** True for a rule that opens such ones and none else. */
export const isOfItselfRule = (rule: string): boolean => {
  const { kind, number } = deviceRuleParts(rule);
  const [major] = number.split(':');
  return kind === 'c' && (MAJORS_OF_ITSELF.includes(Number(major)) || MISC_OF_ITSELF.test(number));
};

/** By the path on the host that was asked for. A folder stands for every device below it. */
export function deviceKind(written: string): DeviceKind {
  const path = normaliseHostPath(written);
  if (isHarmlessDevice(path)) return 'harmless';
  if (RAW.test(path) || isWithin('/dev', path)) return 'raw';
  return OTHER.test(path) ? 'other' : 'unclear';
}

/** A rule of the control group for devices, e.g. `b 8:* rwm`. */
export interface DeviceRule {
  isRaw: boolean;
  /** The kernel chose the number: a disk may lie behind it. */
  isUnclear: boolean;
  isWritable: boolean;
}

/** What a rule opens: every block device is a disk, and some of the others are. */
export function deviceRule(rule: string): DeviceRule {
  const { kind, number, access } = deviceRuleParts(rule);
  const [major = '*', minor = '*'] = number.split(':');
  const isOf = (written: string, number: number | null) =>
    written === '*' || number === null || Number(written) === number;
  const isRawCharacter = RAW_CHARACTERS.some(
    (one) =>
      (one.major !== null || major === '*') && isOf(major, one.major) && isOf(minor, one.minor),
  );
  const opens = /[rw]/.test(access);
  const isCharacter = kind === 'c';
  return {
    isRaw: opens && (kind === 'a' || kind === 'b' || (isCharacter && isRawCharacter)),
    isUnclear: opens && isCharacter && isChosenAtStart(Number(major)),
    isWritable: access.includes('w'),
  };
}

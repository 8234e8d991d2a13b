import {
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  listOrEmpty,
  text,
  textOrEmpty,
} from './foreign.ts';
import { isProbePath } from './normalise/probe-output.ts';

/** Folders of the kernel's own file systems that a probe is shown, read-only, where it needs them. */
const shownFolders = ['/sys/fs/cgroup', '/sys/fs/selinux'] as const;
export type ShownFolder = (typeof shownFolders)[number];

/** Marks what Seawall creates on a host. */
export const probeLabel = 'seawall.probe';
/** Marks beside it what whole file systems are read through, which takes longer than any other probe. */
export const exportLabel = 'seawall.export';
export const probeNamePrefix = 'seawall-probe-';
/** Repository of the image of a kernel probe; its tag is the beginning of a hash. */
export const probeRepository = 'seawall-probe';

/** The probe itself stands last in whatever it prints, which shows that the end is there. */
export const lastFile = '/proc/self/comm';
export const lastFolder = '/proc/self/task';
/** Where a probe is shown a file of which it tells how many names it has. */
export const shownFile = (index: number): string => `/shown/${index}`;
/** What it tells of each: the path and the number. */
export const namesFormat = '%n:%h';

// Those of a version before this had no such end.
const PROCESSES = /^\/busybox ls \/proc( \/proc\/self\/task)?$/;
const THREADS =
  /^\/busybox find (\/proc\/[1-9]\d{0,9}\/task )+(\/proc\/self\/task )?-mindepth 1 -maxdepth 1$/;
const NAMES = /^\/busybox stat -c %n:%h (\/shown\/\d{1,3} )+\/proc\/self\/comm$/;
const SHOWN_FILE = /^\/shown\/\d{1,3}$/;
/** As engines join the arguments of a probe; the empty one leaves two blanks. */
const FILES = '/busybox grep -sH  ';
/** Podman puts a registry in front of a name without one. */
const PROBE_TAG = new RegExp(`^((docker\\.io/library|localhost)/)?${probeRepository}:`);
/** Less than a minute by the engine's own clock, and without health checks, which are programs. */
const YOUNG = /^(Up|Exited \(\d+\)) (Less than a second|\d+ seconds?)( ago)?$/;

/**
 * Whether a listed container is a probe of Seawall, this one or another. A label or a name alone is
 * anyone's to take, so nothing that does any work may hide behind them. Hidden is what has both and
 *
 * - has never run (the probe of the level `files`, and a kernel probe before its start), or
 * - runs or ran an image in `provenImages`, which hold our program by the hash of their content and
 *   nothing else, with the arguments of a probe, which make that program print a few files of /proc,
 *   or how many names files have, and end, without a mount but those of the kernel's own files and of
 *   these, read-only, without a network, and for less than a minute by the engine's clock. Whoever poses as this runs just that, and what lasts
 *   longer is reported. Below the level `kernel` no image is proven and nothing that ran is hidden.
 *
 * Who may write to the engine could still put a file into a stopped container; he is root on the
 * host, where he needs no name of ours to hide.
 */
export function isProbe(container: Foreign, provenImages: ReadonlySet<string>): boolean {
  if (!isMarkedAsProbe(container)) return false;
  const state = field(container, 'State').value;
  if (state === 'created') return true;
  const isYoung = YOUNG.test(textOrEmpty(field(container, 'Status')));
  return (
    (state === 'removing' || (isYoung && (state === 'running' || state === 'exited'))) &&
    provenImages.has(textOrEmpty(field(container, 'ImageID'))) &&
    isCommand(textOrEmpty(field(container, 'Command'))) &&
    areOfProbe(field(container, 'Mounts'), textOrEmpty(field(container, 'Command'))) &&
    hasNoNetwork(container)
  );
}

/** Whether an inspected container, whatever its state, would be a probe for as long as it runs. */
export function runsAsProbe(inspected: Foreign, provenImages: ReadonlySet<string>): boolean {
  const words = [field(inspected, 'Path'), ...listOrEmpty(field(inspected, 'Args'))];
  const command = words.map(textOrEmpty).join(' ');
  return (
    isInspectedAsProbe(inspected) &&
    provenImages.has(textOrEmpty(field(inspected, 'Image'))) &&
    isCommand(command) &&
    areOfProbe(field(inspected, 'Mounts'), command) &&
    textOrEmpty(field(inspected, 'HostConfig', 'NetworkMode')) === 'none'
  );
}

const isCommand = (command: string): boolean =>
  PROCESSES.test(command) ||
  THREADS.test(command) ||
  NAMES.test(command) ||
  (command.startsWith(FILES) &&
    command
      .slice(FILES.length)
      .split(' ')
      .every((path) => path === lastFile || isProbePath(path)));

/** The kernel's own files, read-only; files of the host as well where the command opens none of what it is shown. */
const areOfProbe = (mounts: Foreign, command: string): boolean =>
  listOrEmpty(mounts).every((mount) => {
    const place = textOrEmpty(field(mount, 'Destination'));
    const isPlace =
      shownFolders.some((folder) => place === folder) ||
      (NAMES.test(command) && SHOWN_FILE.test(place));
    return isPlace && field(mount, 'RW').value === false;
  });

/** Podman lists no host configuration, but the networks. */
function hasNoNetwork(container: Foreign): boolean {
  const host = field(container, 'HostConfig');
  if (!isAbsent(host)) return textOrEmpty(field(host, 'NetworkMode')) === 'none';
  const networks = entriesOrEmpty(fieldWithin(container, 'NetworkSettings', 'Networks'));
  return networks.length === 1 && networks[0]?.[0] === 'none';
}

/** Whether a listed container says that a whole file system is read through it. */
export const isMarkedAsExport = (container: Foreign): boolean => hasLabel(container, exportLabel);

/** Whether a listed container has the label and the name of a probe, which proves nothing yet. */
export function isMarkedAsProbe(container: Foreign): boolean {
  const names = listOrEmpty(field(container, 'Names')).map(text);
  return hasProbeLabel(container) && names.some((name) => name.startsWith(`/${probeNamePrefix}`));
}

/** The same of an inspected one. */
export const isInspectedAsProbe = (inspected: Foreign): boolean =>
  hasProbeLabel(field(inspected, 'Config')) &&
  textOrEmpty(field(inspected, 'Name')).startsWith(`/${probeNamePrefix}`);

/**
 * Whether a listed image is one of a kernel probe by its label and tag, or by its label when another
 * import has taken the tag. Such an image may only be left out where no container uses it.
 */
export function isMarkedAsProbeImage(image: Foreign): boolean {
  const tags = listOrEmpty(field(image, 'RepoTags')).map(text);
  return (
    hasProbeLabel(image) && tags.every((tag) => tag === '<none>:<none>' || PROBE_TAG.test(tag))
  );
}

const hasProbeLabel = (holder: Foreign): boolean => hasLabel(holder, probeLabel);

const hasLabel = (holder: Foreign, name: string): boolean =>
  entriesOrEmpty(field(holder, 'Labels')).some(
    ([label, value]) => label === name && value.value === '1',
  );

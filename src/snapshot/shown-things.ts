import { table } from '../shared/table.ts';
import type { VolumeMount } from './facts/volume.ts';
import { RELATIVE_BIND, SHARES } from './normalise/mounts.ts';
import { isLoopback, plainHost } from './normalise/ports.ts';

/** What a mount shows of the host. */
export type ShownThing =
  /**
   * A file or folder of the host; `isReadonly` where what is written lands elsewhere, `isLayer` where it is shown by an
   * overlay, `isNext` where the container has it from its next start on, since the path that it mounts leads there by now.
   */
  | { kind: 'path'; path: string; isReadonly?: true; isLayer?: true; isNext?: true }
  /** One that it may be: by the kernel's word the source is this, or ends with this. */
  | { kind: 'maybe'; path: string }
  /** The filesystem on a disk of the host; `isHosts` when the engine's own files lie on it. */
  | { kind: 'disk'; device: string; isHosts: boolean }
  /** Nobody knows what: the reason completes "mounts …". */
  | { kind: 'unclear'; what: string }
  /** Looks like a file or socket of the host, of which it may be another name. */
  | { kind: 'alike'; path: string; asked: string }
  /** Where the path leads was to be told, and could not be. */
  | { kind: 'unresolved'; path: string; reason: string };

/** Filesystems that are a view of the kernel, with the folder of the host that has the same. Volumes may name any type. */
export const KERNEL_FOLDERS = table<string>({
  proc: '/proc',
  sysfs: '/sys',
  devtmpfs: '/dev',
  cgroup: '/sys/fs/cgroup',
  cgroup2: '/sys/fs/cgroup',
  bpf: '/sys/fs/bpf',
  configfs: '/sys/kernel/config',
  debugfs: '/sys/kernel/debug',
  efivarfs: '/sys/firmware/efi/efivars',
  securityfs: '/sys/kernel/security',
  tracefs: '/sys/kernel/tracing',
  binfmt_misc: '/proc/sys/fs/binfmt_misc',
});
const DISK_FILESYSTEMS =
  /^(ext[234]|xfs|btrfs|vfat|msdos|exfat|ntfs3?|f2fs|iso9660|squashfs|erofs|zfs|udf|jfs|nilfs2|reiserfs|hfsplus|bcachefs|auto)$/;
/** Where sessions of users have sockets, beside what everybody has there. */
export const TEMPORARY = '/tmp';
/** Filesystems that begin without any file. */
export const EMPTY = /^(tmpfs|ramfs|hugetlbfs)$/;

/** What is mounted by the options of a volume; `hostAddresses` as in `SeenMounts`. */
export function thingsOf(
  { filesystem, device, layers, hasRelativeLayers, upperLayer, server }: VolumeMount,
  hostAddresses: readonly string[] | null,
): ShownThing[] {
  const folder = KERNEL_FOLDERS.get(filesystem);
  if (folder !== undefined) return [{ kind: 'path', path: folder }];
  if (filesystem === 'overlay') {
    const unnamed: ShownThing = { kind: 'unclear', what: 'an overlay of unnamed folders' };
    // What is written lies in the upper folder, and the lower ones stay as they are.
    const named = layers.map(
      (path): ShownThing =>
        path === upperLayer
          ? { kind: 'path', path, isLayer: true }
          : { kind: 'path', path, isReadonly: true, isLayer: true },
    );
    return named.length === 0 || hasRelativeLayers ? [...named, unnamed] : named;
  }
  if (filesystem === RELATIVE_BIND) {
    return [{ kind: 'unclear', what: `${device}, from wherever the engine was started` }];
  }
  if (EMPTY.test(filesystem)) return [];
  // The engine mounts it in its own IPC namespace, which is the host's.
  if (filesystem === 'mqueue') return [{ kind: 'path', path: '/dev/mqueue' }];
  if (DISK_FILESYSTEMS.test(filesystem)) return [{ kind: 'disk', device, isHosts: false }];
  if (SHARES.test(filesystem)) {
    const isHosts = server !== null && isHostItself(server, hostAddresses);
    if (isHosts === false) return [];
    const path = /^[^/]*:(\/.*)$/.exec(device)?.[1];
    if (isHosts && path !== undefined) return [{ kind: 'path', path }];
    const whose = isHosts ? 'the host itself' : `${server}, which may be the host itself`;
    return [{ kind: 'unclear', what: `a share of ${whose} (${device})` }];
  }
  return [{ kind: 'unclear', what: `a filesystem of the type ${filesystem}` }];
}

/**
 * Whether a server is the host itself: by a loopback address, or by the names and addresses of the host. Null
 * for any other server where nobody read these.
 */
function isHostItself(server: string, hostAddresses: readonly string[] | null): boolean | null {
  if (isLoopback(server)) return true;
  return hostAddresses === null ? null : hostAddresses.includes(plainHost(server));
}

/**
 * Of its own main process the number is another one at each start: it goes by the name that a runtime follows, which is
 * that process a moment later.
 */
export function asOwnProcess(things: readonly ShownThing[], pid: number | null): ShownThing[] {
  const own = `/proc/${pid}`;
  const named = things.map((thing) =>
    thing.kind === 'path' && `${thing.path}/`.startsWith(`${own}/`)
      ? { ...thing, path: `/proc/self${thing.path.slice(own.length)}` }
      : thing,
  );
  return unique(named);
}

/** What listens in a mounted /tmp is shown with it. */
export function withSockets(things: ShownThing[], sockets: readonly string[]): ShownThing[] {
  const isShown = things.some((one) => one.kind === 'path' && one.path === TEMPORARY);
  if (!isShown || sockets.length === 0) return things;
  return unique([...things, ...sockets.map((path): ShownThing => ({ kind: 'path', path }))]);
}

/** Each once. */
export const unique = (things: readonly ShownThing[]): ShownThing[] => [
  ...new Map(things.map((thing) => [JSON.stringify(thing), thing])).values(),
];

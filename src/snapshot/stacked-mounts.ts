import type { KernelMount } from './facts/kernel.ts';
import { type HostView, mountedThings, rootOf } from './mount-table.ts';
import { joined } from './normalise/host-path.ts';
import { layersIn, SHARES } from './normalise/mounts.ts';
import { type ShownThing, thingsOf } from './shown-things.ts';

/** Beside an overlay, filesystems that may show folders of others once more. `fuseblk` is on a disk. */
const STACKED = /^(aufs|unionfs|ecryptfs|fuse(\..+)?)$/;
/**
 * Those of FUSE with what another machine, that of a virtual one among them, an archive or the kernel tells; and `shfs`,
 * by which Unraid shows its disks of data, which are never those of the system.
 */
const OF_OTHERS =
  /^fuse\.(sshfs|s3fs|rclone|gcsfuse|goofys|juicefs|glusterfs|ceph(-fuse)?|blobfuse2?|davfs2?|lxcfs|gvfsd-fuse|portal|snapfuse|squashfuse(_ll)?|encfs|gocryptfs|ntfs-3g|grpcfuse|osxfs|vmhgfs-fuse|shfs)$/;
/** Layers in which engines keep images and what containers write. */
const OF_ENGINES =
  /\/(overlay2?|overlay-containers|overlay-layers)\/|\/io\.containerd\.snapshotter\.|\/snapshots\/\d+\/fs$/;

/**
 * The folders of the host that a filesystem shows which the host itself laid over them: an overlay tells them by its
 * options, a share of the host itself and others by their source, or not at all. Nothing for layers of an engine, and for what `/` of the host is made of.
 */
export function stackedThings(
  found: KernelMount,
  { hostMounts, hostAddresses }: Pick<HostView, 'hostMounts' | 'hostAddresses'>,
): ShownThing[] {
  const { filesystem, device, source, superOptions } = found;
  const isOverlay = filesystem === 'overlay';
  if (SHARES.test(filesystem)) return inShare(found, hostAddresses);
  if (!isOverlay && (!STACKED.test(filesystem) || OF_OTHERS.test(filesystem))) return [];
  if (hostMounts !== null && device === hostMounts.disk) return [];
  const inside = rootOf(found);
  const unnamed: ShownThing = {
    kind: 'unclear',
    what: `a filesystem of the type ${filesystem}, which shows other folders once more`,
  };
  // What somebody mounted apart from the host has names of a tree that is not known.
  const isNamed = hostMounts?.byDevice.has(device) ?? false;
  if (!isOverlay) {
    const isFolder = source.startsWith('/') && !source.startsWith('/dev/');
    return isNamed && isFolder ? [{ kind: 'path', path: joined(source, inside) }] : [unnamed];
  }
  const told = layersIn(superOptions);
  const layers = told.layers.filter((path) => !OF_ENGINES.test(path));
  if (layers.length === 0 && !told.hasRelativeLayers) return [];
  if (!isNamed) return [unnamed];
  const { upperLayer } = told;
  const shown = {
    ...told,
    layers: layers.map((path) => joined(path, inside)),
    ...(upperLayer ? { upperLayer: joined(upperLayer, inside) } : {}),
  };
  return thingsOf({ filesystem, device: source, server: null, ...shown }, hostAddresses);
}

/** A host may mount what it serves itself; what listens at another port than servers do may lead to another machine. */
function inShare(found: KernelMount, hostAddresses: HostView['hostAddresses']): ShownThing[] {
  const inside = rootOf(found);
  const port = found.superOptions.find((option) => option.startsWith('port='))?.slice(5) ?? '';
  const isTunnel = !USUAL_PORTS.includes(port);
  return mountedThings(found, { engine: null, hostAddresses }).map((thing) => {
    if (thing.kind !== 'path') return thing;
    return isTunnel
      ? { kind: 'unclear', what: `a share behind port ${port} of the host` }
      : { ...thing, path: joined(thing.path, inside) };
  });
}

/** None is told of the usual one; those of NFS and SMB. */
const USUAL_PORTS: readonly string[] = ['', '0', '2049', '445'];

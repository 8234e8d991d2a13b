/** One mount, as `/proc/self/mountinfo` has it; spaces in paths stay escaped. */
export interface ListedMount {
  /** The folder of its file system that is mounted; `/` is the whole of it. */
  root: string;
  point: string;
  isReadOnly: boolean;
  /** Kind of its file system, such as `ext4`. */
  type: string;
}

/** The mounts of a text of `/proc/self/mountinfo`, in its order: of two at one place the later one lies over the other. */
export const mountsOf = (mountinfo: string): ListedMount[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [here = '', there = ''] = line.split(' - ');
    const [, , , root = '', point, options = ''] = here.split(' ');
    const isReadOnly = options.split(',').includes('ro');
    return point === undefined
      ? []
      : [{ root, point, isReadOnly, type: there.split(' ')[0] ?? '' }];
  });

/** The file of each container of a pod that the kubelet mounts there, and whence (kubernetes/kubernetes, `pkg/kubelet/kuberuntime`). */
const TERMINATION_LOG = '/dev/termination-log';
const OF_CONTAINERS = /\/pods\/[^/]+\/containers\//;
const OF_VOLUMES = /\/pods\/[^/]+\/volumes\/kubernetes\.io~/;

/**
 * True where a folder is a volume that the kubelet mounts into this pod, and to which `fsGroup` gives a group: that of a disk
 * as a whole, or one below the kubelet’s own folder. False of a folder of the node (`hostPath`), of NFS, to which it gives none, and
 * of every folder outside of a pod.
 */
export function isVolumeOfPod(folder: string, mountinfo: string): boolean {
  const mounts = mountsOf(mountinfo);
  const isPod = mounts.some(
    ({ point, root }) => point === TERMINATION_LOG && OF_CONTAINERS.test(root),
  );
  const mount = mounts.findLast(({ point }) => point === folder);
  if (!isPod || mount === undefined || mount.type.startsWith('nfs')) return false;
  return mount.root === '/' || OF_VOLUMES.test(mount.root);
}

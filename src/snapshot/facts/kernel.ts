import type { Reading } from '../../shared/reading.ts';
import type { PerContainer } from './per-container.ts';

/** What the kernel says of one process or thread, from its `status` and the files beside it. */
export interface KernelProcess {
  pid: number;
  /** Kernel's short name of the program. */
  name: string;
  /** As the host sees them. */
  uids: { real: number; effective: number; saved: number; filesystem: number };
  gids: { real: number; effective: number; saved: number; filesystem: number };
  /** Supplementary groups, ascending. */
  groups: number[];
  /** Capability names with `CAP_`, sorted; a bit without a known name is `CAP_<number>`. */
  capabilities: {
    inheritable: string[];
    permitted: string[];
    effective: string[];
    bounding: string[];
    ambient: string[];
  };
  hasNoNewPrivileges: boolean;
  /** 0 none, 1 strict, 2 filter. */
  seccompMode: number;
  /** Null on kernels before 5.9, which do not tell. */
  seccompFilters: number | null;
  /** Its number in each PID namespace, outermost first. */
  namespacePids: number[];
  /** As the kernel writes it, e.g. `docker-default (enforce)`, a context of SELinux; null where it was not read. */
  label: string | null;
  /** Null where it could not be read. */
  uidMap: IdRange[] | null;
  /** Inode number of its user namespace, from the host's `ps`; null where that could not tell. */
  userNamespace: number | null;
}

/** One line of `/proc/PID/mountinfo`. */
export interface KernelMount {
  /** Where it is mounted, as the container sees it. */
  target: string;
  /** Path inside of the source filesystem. */
  root: string;
  device: string;
  filesystem: string;
  source: string;
  /** Options of the mount and of its superblock, e.g. `ro`, `noexec`, `nosuid`. */
  options: string[];
  superOptions: string[];
}

/** One range of `/proc/PID/uid_map`. */
export interface IdRange {
  inside: number;
  outside: number;
  count: number;
}

/**
 * What control groups allow a container, those above its own counted; null for no limit, or one
 * that nobody can reach, such as a quota of all processors.
 */
export interface GroupLimits {
  memoryBytes: number | null;
  pids: number | null;
  /** True where that number of processes is what the container's own group says, not one above it. */
  isOwnPids: boolean;
  /** In processors, by quota and period or by the set of processors, whichever is less. */
  cpus: number | null;
  /**
   * The same once real-time processes are among its own, which no quota binds: by the set of processors, and on version 1
   * by the time that its group has for such ones.
   */
  realtimeCpus: number | null;
  /** True where the kernel told that time, or keeps none: version 2 tells nothing of it. */
  isRealtimeTold: boolean;
  /** Devices that are open, each as a rule, e.g. `c 1:3 rwm`; absent where no file tells, as on version 2. */
  devices?: readonly string[];
}

/** What the kernel says of one running container, proven to be of this container. */
export interface ContainerKernelFacts {
  containerId: string;
  /** ISO time. */
  readAt: string;
  /** Every process whose cgroup names the container; its main process first. */
  processes: KernelProcess[];
  /** Threads of these that have other powers, ids, filters or labels than the first of their process. */
  threads: KernelProcess[];
  /** Of the main process; null where it could not be read, and where that has another root than its container. */
  mounts: KernelMount[] | null;
  uidMap: IdRange[] | null;
  /** Interfaces of its network that are not in every one; absent where it was given a network of its own, or the host's. */
  interfaces?: Reading<string[]>;
  limits: Reading<GroupLimits>;
  /** When its main process started, in clock ticks since the boot; absent where that was not read. */
  startTicks?: number;
}

/** The section of the level `kernel`: running containers only. */
export interface KernelFacts {
  containers: PerContainer<ContainerKernelFacts>;
  /**
   * Mounts of the probe, which asks for none of its own: what an engine covers in an ordinary container
   * on this kernel. Null when no probe ran.
   */
  ordinaryMounts: KernelMount[] | null;
  /** Of the probe, which has the user namespace of the host; null where it was not read. */
  hostUidMap: IdRange[] | null;
  /** Whether SELinux refuses or only logs; null without it, or where it could not be read. */
  selinuxMode: 'enforcing' | 'permissive' | null;
  /** Said when the probe needed the engine's own seccomp profile in place of ours. */
  notes: string[];
}

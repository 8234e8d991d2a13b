import type { NamespaceIds } from '../snapshot/facts/process.ts';

/**
 * The initial namespaces have these numbers (Linux `include/uapi/linux/nsfs.h`, `proc_ns.h`): a process
 * in one of them is in the host's. The reverse does not hold: an engine in a container has others.
 */
export const INITIAL: NamespaceIds = {
  pid: 4_026_531_836,
  user: 4_026_531_837,
  uts: 4_026_531_838,
  ipc: 4_026_531_839,
  cgroup: 4_026_531_835,
  network: null,
  mount: null,
};

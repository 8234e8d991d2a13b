/** A capability that leads from a root process of a container to the host. */
export interface DangerousCapability {
  name: string;
  /** Completes "has CAP_X, which …". */
  reason: string;
  /** Weakness that has to be found first; null where the capability is enough by itself. */
  after: string | null;
  /** It acts on processes, of which the container needs one of the host first. */
  isForProcesses: boolean;
  /** It needs no file of root: who has it in effect need not be root. */
  isOfCalls: boolean;
  /** AppArmor and SELinux forbid what it is used for, whatever the capabilities. */
  isConfined: boolean;
}

const dangerous = (
  name: string,
  reason: string,
  rest: Partial<DangerousCapability> = {},
): DangerousCapability => ({
  name,
  reason,
  after: null,
  isForProcesses: false,
  isOfCalls: false,
  isConfined: false,
  ...rest,
});

/** For rules and the ways to the host alike. */
export const dangerousCapabilities: readonly DangerousCapability[] = [
  dangerous('CAP_SYS_ADMIN', 'mounts the kernel settings of the host anew, writable', {
    isConfined: true,
  }),
  dangerous('CAP_SYS_MODULE', 'loads code into the kernel of the host', { isOfCalls: true }),
  // Its root opens what root of the host owns also for writing, without another capability.
  dangerous('CAP_DAC_READ_SEARCH', 'opens any file of the host by its handle'),
  dangerous('CAP_SYS_PTRACE', 'takes over processes', { isForProcesses: true, isConfined: true }),
  dangerous('CAP_SYS_RAWIO', 'reaches the hardware', { after: 'a device through which it goes' }),
  dangerous('CAP_BPF', 'loads programs into the kernel', {
    ...{ after: 'a hole in its verifier', isOfCalls: true },
  }),
];

/** Each of these alone is a known way from a root process in a container to the host. */
export const escapeCapabilities: readonly string[] = dangerousCapabilities
  .filter(({ after }) => after === null)
  .map(({ name }) => name);

/** A capability that leads from a root process of a container to the host. */
export interface DangerousCapability {
  name: string;
  /** Completes "has CAP_X, which …". */
  reason: string;
  /** Weakness that has to be found first; null where the capability is enough by itself. */
  after: string | null;
  /** What has to be true of the host besides, which nobody reads; null for nothing. */
  where: string | null;
  /** It acts on processes, of which the container needs one of the host first. */
  isForProcesses: boolean;
  /** It needs no file of root: who has it in effect need not be root. */
  isOfCalls: boolean;
  /** Another capability without which it does not do that. */
  beside: string | null;
  /** What forbids what it is used for, whatever the capabilities: SELinux, and of some also AppArmor. */
  confinedBy: 'nothing' | 'SELinux' | 'both';
}

/** What has to be found first by who reads and cannot write. */
export const FOUND_BY_READING = 'a key or password found there opens the host';

const dangerous = (
  name: string,
  reason: string,
  rest: Partial<DangerousCapability> = {},
): DangerousCapability => ({
  name,
  reason,
  after: null,
  where: null,
  isForProcesses: false,
  isOfCalls: false,
  beside: null,
  confinedBy: 'nothing',
  ...rest,
});

/** For rules and the ways to the host alike; of one that does several things the surest counts. */
export const dangerousCapabilities: readonly DangerousCapability[] = [
  dangerous('CAP_SYS_ADMIN', 'mounts the kernel settings of the host anew, writable', {
    confinedBy: 'both',
  }),
  // Of the calls of bpf AppArmor knows nothing (`bpf_probe_write_user`, Linux `kernel/trace/bpf_trace.c`).
  dangerous(
    'CAP_SYS_ADMIN',
    'loads programs into the kernel that write into processes of the host',
    {
      where: 'the kernel is not locked down',
      ...{ isOfCalls: true, confinedBy: 'SELinux' },
    },
  ),
  dangerous('CAP_SYS_MODULE', 'loads code into the kernel of the host', {
    ...{ isOfCalls: true, confinedBy: 'SELinux' },
  }),
  // Its root opens what root of the host owns also for writing, without another capability.
  dangerous('CAP_DAC_READ_SEARCH', 'opens any file of the host by its handle', {
    confinedBy: 'SELinux',
  }),
  dangerous('CAP_SYS_PTRACE', 'takes over processes', {
    ...{ isForProcesses: true, confinedBy: 'both' },
  }),
  // ioperm(2) and iopl(2) need no device (Linux `arch/x86/kernel/ioport.c`); what the ports reach writes to all memory.
  dangerous('CAP_SYS_RAWIO', 'reaches the ports of the machine', {
    where: 'the machine has an x86 processor whose kernel lets it at them',
    ...{ isOfCalls: true, confinedBy: 'SELinux' },
  }),
  // Linux `include/uapi/linux/capability.h`: bpf_probe_read of any memory of the kernel.
  dangerous('CAP_BPF', 'beside CAP_PERFMON reads the memory of the kernel and of every process', {
    ...{ beside: 'CAP_PERFMON', after: FOUND_BY_READING },
    ...{ isOfCalls: true, confinedBy: 'SELinux' },
  }),
  // Samples of all programs hold their stacks (`perf_event_open`, Linux `kernel/events/core.c`). Debian’s kernel asks for
  // CAP_SYS_ADMIN instead, by its default of 3.
  dangerous('CAP_PERFMON', 'reads what every process has on its stack', {
    ...{ after: FOUND_BY_READING, where: 'kernel.perf_event_paranoid is below 3' },
    ...{ isOfCalls: true, confinedBy: 'SELinux' },
  }),
  dangerous('CAP_BPF', 'loads programs into the kernel', {
    ...{ after: 'a hole in its verifier', isOfCalls: true, confinedBy: 'SELinux' },
  }),
];

/** Each of these alone is a known way from a root process in a container to the host. */
export const escapeCapabilities: readonly string[] = dangerousCapabilities
  .filter(({ after }) => after === null)
  .map(({ name }) => name);

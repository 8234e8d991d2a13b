/**
 * Seccomp profile of the kernel probe: everything is denied but what runc's last steps, a static C
 * library and reading files take. A constant, and `exit`, `exit_group` and `futex` never leave it:
 * under a profile without them runc's init can neither fail nor end, and the engine's calls for that
 * container hang until somebody ends it on the host. Other releases of runc take other calls,
 * hence some margin; none of these opens a socket, makes a process or changes anything outside.
 */
export const kernelSeccomp = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 1,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ],
  syscalls: [
    {
      action: 'SCMP_ACT_ALLOW',
      names: [
        ...['access', 'arch_prctl', 'brk', 'clock_gettime', 'close', 'epoll_create1', 'epoll_ctl'],
        ...['epoll_pwait', 'execve', 'exit', 'exit_group', 'faccessat', 'faccessat2', 'fcntl'],
        ...['fstat', 'fstatfs', 'futex', 'getcwd', 'getdents64', 'getegid', 'geteuid', 'getgid'],
        ...['getpid', 'getrandom', 'gettid', 'getuid', 'ioctl', 'lseek', 'lstat', 'madvise'],
        ...['mmap', 'mprotect', 'munmap', 'nanosleep', 'newfstatat', 'open', 'openat', 'openat2'],
        ...['poll', 'ppoll', 'pread64', 'prctl', 'prlimit64', 'read', 'readlink', 'readlinkat'],
        ...['readv', 'restart_syscall', 'rseq', 'rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn'],
        ...['sched_getaffinity', 'sched_yield', 'set_robust_list', 'set_tid_address'],
        ...['sigaltstack', 'stat', 'statx', 'uname', 'write', 'writev'],
      ],
    },
  ],
} as const;

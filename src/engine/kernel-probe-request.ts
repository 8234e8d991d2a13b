import type { ProbePath } from '../snapshot/collector.ts';
import { probePath } from '../snapshot/normalise/probe-output.ts';
import {
  lastFile,
  lastFolder,
  namesFormat,
  type ShownFolder,
  shownFile,
} from '../snapshot/probe-container.ts';
import { bodyOfProbe } from './probe-calls.ts';

/** What a probe does: print files, list what stands in /proc, list threads of processes, or count the names of files. */
export type ProbeTask =
  | { paths: readonly ProbePath[] }
  | { namesOf: readonly string[] }
  | { threadsOf: readonly number[] }
  | 'list-processes';

/** Whose seccomp profile it runs under. */
export type ProbeSeccomp = 'own' | 'engine';

interface ProbeSettings {
  seccomp: ProbeSeccomp;
  /** Folders of the kernel that no container is shown, and that are to be read in it. */
  shown: readonly ShownFolder[];
}

/**
 * Body of `POST /containers/create` for a kernel probe: it sees the processes of the host and has
 * no other power. The user `nobody`, no capability, no network, nothing to write to, a seccomp profile
 * that denies by default. There is no shell: every argument is a word of ours or a whole number.
 */
export function kernelProbeRequest(
  image: string,
  task: ProbeTask,
  { seccomp, shown }: ProbeSettings,
) {
  return bodyOfProbe(
    { Image: image, ...commandOf(task), AttachStdout: true, AttachStderr: true, WorkingDir: '/' },
    {
      PidMode: 'host',
      // An engine that remaps users shares its processes with no other container.
      UsernsMode: 'host',
      // With a namespace of its own the kernel would not name the whole path of a control group.
      CgroupnsMode: 'host',
      SecurityOpt: [
        'no-new-privileges',
        ...(seccomp === 'own' ? [`seccomp=${JSON.stringify(kernelSeccomp)}`] : []),
      ],
      Memory: 33_554_432,
      MemorySwap: 33_554_432,
      PidsLimit: 16,
      ...mountsOf(task, shown),
      // It goes away though Seawall died.
      AutoRemove: true,
    },
  );
}

function mountsOf(task: ProbeTask, shown: readonly ShownFolder[]) {
  const files = typeof task === 'object' && 'namesOf' in task ? task.namesOf : [];
  const Mounts = [
    ...shown.map((folder) => readonly(folder, folder)),
    ...files.map((file, index) => readonly(file, shownFile(index))),
  ];
  return Mounts.length === 0 ? {} : { Mounts };
}

const readonly = (Source: string, Target: string) => ({
  Type: 'bind',
  Source,
  Target,
  ReadOnly: true,
});

const END = /^\/proc\/self\/(?:comm:|task[:/])/m;
const END_CHARACTERS = 200;

/** Whether an output has its end: an engine that is busy may lose that of a container that ends at once. */
export const hasEnd = (output: string): boolean => END.test(output.slice(-END_CHARACTERS));

function commandOf(task: ProbeTask): { Entrypoint: string[]; Cmd: string[] } {
  if (task === 'list-processes')
    return { Entrypoint: ['/busybox', 'ls'], Cmd: ['/proc', lastFolder] };
  if ('threadsOf' in task) {
    const folders = task.threadsOf.map((pid) => {
      if (!Number.isSafeInteger(pid) || pid < 1) throw new Error(`There is no process ${pid}`);
      return `/proc/${pid}/task`;
    });
    const deep = ['-mindepth', '1', '-maxdepth', '1'];
    return { Entrypoint: ['/busybox', 'find'], Cmd: [...folders, lastFolder, ...deep] };
  }
  if ('namesOf' in task) {
    const files = task.namesOf.map((_, index) => shownFile(index));
    return { Entrypoint: ['/busybox', 'stat'], Cmd: ['-c', namesFormat, ...files, lastFile] };
  }
  const Cmd = [...task.paths.map(probePath), lastFile];
  return { Entrypoint: ['/busybox', 'grep', '-sH', ''], Cmd };
}

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

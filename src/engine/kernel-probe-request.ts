import type { ProcPath } from '../snapshot/collector.ts';
import { procFiles } from '../snapshot/collector.ts';
import { procPath } from '../snapshot/normalise/probe-output.ts';
import { probeLabel } from '../snapshot/probe-container.ts';
import { kernelSeccomp } from './kernel-seccomp.ts';

/** What a probe does: print files of processes, or list what stands in /proc. */
export type ProbeTask = { paths: readonly ProcPath[] } | 'list-processes';

/** Whose seccomp profile it runs under. */
export type ProbeSeccomp = 'own' | 'engine';

/**
 * Body of `POST /containers/create` for a kernel probe: it sees the processes of the host and has
 * no other power. The user `nobody`, no capability, no network, nothing to write to, a seccomp profile
 * that denies by default. There is no shell: every argument is a word of ours or a whole number.
 */
export function kernelProbeRequest(image: string, task: ProbeTask, seccomp: ProbeSeccomp) {
  return {
    Image: image,
    User: '65534:65534',
    ...commandOf(task),
    AttachStdout: true,
    AttachStderr: true,
    WorkingDir: '/',
    Labels: { [probeLabel]: '1' },
    HostConfig: {
      PidMode: 'host',
      // An engine that remaps users shares its processes with no other container.
      UsernsMode: 'host',
      // With a namespace of its own the kernel would not name the whole path of a control group.
      CgroupnsMode: 'host',
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: [
        'no-new-privileges',
        ...(seccomp === 'own' ? [`seccomp=${JSON.stringify(kernelSeccomp)}`] : []),
      ],
      Memory: 33_554_432,
      MemorySwap: 33_554_432,
      PidsLimit: 16,
      LogConfig: { Type: 'none' },
      // It goes away though Seawall died.
      AutoRemove: true,
    },
  };
}

function commandOf(task: ProbeTask): { Entrypoint: string[]; Cmd: string[] } {
  if (task === 'list-processes') return { Entrypoint: ['/busybox', 'ls'], Cmd: ['/proc'] };
  return { Entrypoint: ['/busybox', 'grep', '-sH', ''], Cmd: task.paths.map(argument) };
}

/** Throws for anything but a number and a known file, which would be a bug of ours. */
function argument({ pid, file }: ProcPath): string {
  const isNumber = pid === 'self' || (Number.isSafeInteger(pid) && pid > 0);
  if (!isNumber || !procFiles.includes(file)) {
    throw new Error(`A probe reads no ${JSON.stringify([pid, file])}`);
  }
  return procPath(pid, file);
}

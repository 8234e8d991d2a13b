import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isPlainProgram } from '../snapshot/normalise/runtime-program.ts';

export type RuntimeFacts = EngineFacts['runtimes'][number];

const SANDBOX = /(^|[/.])runsc[^/]*$|gvisor/i;
const MACHINE = /kata|firecracker|hyper-?v|qemu/i;

/**
 * The program behind the runtime of a container; null when the engine does not know its name now.
 * Podman keeps the path where one was given in place of a name.
 */
export function runtimeOf(
  { runtime }: Pick<ContainerFacts, 'runtime'>,
  engine: EngineFacts,
): RuntimeFacts | null {
  const name = runtime === '' ? engine.defaultRuntime : runtime;
  const known = engine.runtimes.find((one) => one.name === name);
  if (known) return known;
  return name.startsWith('/') ? { name, path: name, runcVersion: null } : null;
}

/**
 * A runtime's name is a label: what counts is what the program says of itself. Engines that do not
 * ask it (before 25) are believed for the names that they ship.
 */
export const isRunc = ({ path, runcVersion }: RuntimeFacts): boolean =>
  runcVersion !== null || /(^|\/)(docker-)?runc$/.test(path);

/**
 * Whether a read-only mount of a container is so with all that is mounted below it, where nobody asked otherwise: for
 * engines from 25 on (moby/moby#45278), which ask runc what it can, on kernels from 5.12 on.
 */
export function makesAllReadonly(
  container: Pick<ContainerFacts, 'runtime'>,
  engine: EngineFacts,
): boolean {
  const [major = 0, minor = 0] = engine.kernelVersion.split('.').map((part) => parseInt(part, 10));
  const isKernel = major > 5 || (major === 5 && minor >= 12);
  return (
    isKernel && !engine.isPodman && (runtimeOf(container, engine)?.runcVersion ?? null) !== null
  );
}

/** Whether it makes ordinary processes of the host, as far as its program's name tells. */
export const isPlain = (runtime: RuntimeFacts): boolean =>
  isRunc(runtime) || isPlainProgram(runtime.path);

/** Whether a name or a path is one of a sandbox (gVisor) or of what starts a machine. */
export const isSandboxName = (name: string): boolean => SANDBOX.test(name);
export const isMachineName = (name: string): boolean => MACHINE.test(name);

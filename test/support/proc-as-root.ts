import type { KernelProcess } from '../../src/snapshot/facts/kernel.ts';
import { allCapabilities } from '../../src/snapshot/normalise/capabilities.ts';
import { outputIn } from './output-in.ts';
import { baseImage, type RealEngine } from './real-engine.ts';

/** Files of processes as root reads them in the engine's own view of /proc. */
export function readAsRoot(
  engine: Pick<RealEngine, 'docker'>,
  pids: readonly number[],
): Map<string, string> {
  const script =
    'for p in "$@"; do for f in status uid_map mountinfo; do echo "@$p/$f"; cat /proc/$p/$f; done; done';
  const power = ['--privileged', '--pid', 'host', '--network', 'host'];
  const words = ['sh', '-c', script, 'sh', ...pids.map(String)];
  const files = new Map<string, string>();
  const told = outputIn(engine, power, baseImage, ...words);
  for (const part of told.split(/^@/m).slice(1)) {
    const end = part.indexOf('\n');
    files.set(part.slice(0, end), part.slice(end + 1).trimEnd());
  }
  return files;
}

export const maskOf = (names: readonly string[]): string =>
  names
    .reduce((mask, name) => mask | (1n << BigInt(allCapabilities.indexOf(name))), 0n)
    .toString(16)
    .padStart(16, '0');

/** The facts of a process, in the words of its status file. */
export const statusOf = ({ uids, gids, groups, capabilities, ...rest }: KernelProcess) => ({
  Pid: String(rest.pid),
  Uid: [uids.real, uids.effective, uids.saved, uids.filesystem].join('\t'),
  Gid: [gids.real, gids.effective, gids.saved, gids.filesystem].join('\t'),
  Groups: groups.join(' '),
  NSpid: rest.namespacePids.join('\t'),
  CapInh: maskOf(capabilities.inheritable),
  CapPrm: maskOf(capabilities.permitted),
  CapEff: maskOf(capabilities.effective),
  CapBnd: maskOf(capabilities.bounding),
  CapAmb: maskOf(capabilities.ambient),
  NoNewPrivs: rest.hasNoNewPrivileges ? '1' : '0',
  Seccomp: String(rest.seccompMode),
  Seccomp_filters: String(rest.seccompFilters),
});

export const linesOf = (status: string): Record<string, string> =>
  Object.fromEntries(
    status.split('\n').map((line) => {
      const [title = '', ...rest] = line.split(':');
      return [title, rest.join(':').trim()];
    }),
  );

import { type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput, ProbePath } from './collector.ts';
import { hasSocketName } from './engine-sockets.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { HostMount } from './facts/host-processes.ts';
import type { KernelMount } from './facts/kernel.ts';
import type { SurveyedProcess } from './host-survey.ts';
import { parseDaemonFlags } from './normalise/daemon-settings.ts';
import { isWithin, normaliseHostPath } from './normalise/host-path.ts';
import { isReadonly, mountsOfMountinfo, visibleMounts } from './normalise/mountinfo.ts';
import { procPath } from './normalise/probe-output.ts';
import { listeningSockets } from './normalise/proc-net.ts';
import { processOfStatus, startedAt, statOfProcess } from './normalise/proc-status.ts';
import { textIn } from './probe-runs.ts';
import { TEMPORARY } from './shown-things.ts';
import { askedDataRoot } from './user-mapping.ts';

/** More engines than these on one machine are not told apart. */
const CANDIDATES_MAX = 16;
const NAME = 'dockerd';
const DEFAULT_DATA_ROOT = '/var/lib/docker';
/** A program of the host that is an engine, as it was started. */
export interface RunningEngine {
  pid: number;
  /** ISO time, by the clock of today; null where the time of the boot was not told. */
  startedAt: string | null;
  /** The same in clock ticks since the boot, which nobody sets. */
  startTicks: number;
  /** As it was started, e.g. `/usr/bin/dockerd`. */
  program: string;
  /** Value of `--config-file`; null without one. */
  configFile: string | null;
  /** Options that are read, with values as daemon.json would hold them, by its names. */
  options: Readonly<Record<string, unknown>>;
}

const NOT_KNOWN = 'the engine’s own process on the host could not be told';

/**
 * Processes that may be the engine: by their name, in no control group of a container, and none that a
 * container started. `cmdline` is read of these alone, for the arguments of others may hold secrets.
 */
export function engineCandidates(
  processes: ReadonlyMap<number, SurveyedProcess>,
  isOfContainer: (pid: number) => boolean,
): SurveyedProcess[] {
  return [...processes.values()]
    .filter(({ pid, name, hasEnded }) => name === NAME && !hasEnded && !isOfContainer(pid))
    .slice(0, CANDIDATES_MAX + 1);
}

/** What is read of them: who they are, how they were started, and which sockets stand beside them. */
export const candidatePaths = (candidates: readonly SurveyedProcess[]): ProbePath[] => [
  ...candidates.flatMap(({ pid }): ProbePath[] =>
    (['status', 'stat', 'cmdline', 'net/unix'] as const).map((file) => ({ pid, file })),
  ),
  ...(candidates.length === 0
    ? []
    : [{ machine: '/proc/stat' } as const, { pid: FIRST, file: 'net/unix' } as const]),
  // The longest last: the others may do without it.
  ...candidates.map(({ pid }): ProbePath => ({ pid, file: 'mountinfo' })),
];

/**
 * The one that answers: two engines never share the folder of their data, which `/info` tells. One that
 * names no folder has the default, or that of its daemon.json. Unread where that leaves a doubt.
 */
export function engineAmong(
  candidates: readonly SurveyedProcess[],
  output: ProbeOutput,
  facts: Pick<EngineFacts, 'dataRoot' | 'isRootless' | 'isPodman' | 'remapsUsers'>,
): Reading<RunningEngine> {
  const { isRootless, isPodman } = facts;
  const dataRoot = askedDataRoot(facts);
  if (isPodman) return unread('Podman has no process of its own that answers for all');
  if (isRootless) return unread(`${NOT_KNOWN}: it is rootless`);
  if (candidates.length > CANDIDATES_MAX) return unread(`${NOT_KNOWN}: there are too many`);
  const engines = candidates.flatMap((one) => engineIn(one, output) ?? []);
  const rootOf = ({ options }: RunningEngine) => {
    const root = options['data-root'];
    return typeof root === 'string' ? normaliseHostPath(root) : undefined;
  };
  const exact = engines.filter((one) => rootOf(one) === dataRoot);
  const silent = engines.filter((one) => rootOf(one) === undefined);
  // With others beside it one that says nothing is known by the default alone.
  const isSilentOne = engines.length === 1 || dataRoot === DEFAULT_DATA_ROOT;
  const [found, ...more] = exact.length > 0 ? exact : isSilentOne ? silent : [];
  if (found !== undefined && more.length === 0) return read(found);
  if (engines.length === 0) return unread(`${NOT_KNOWN}: none is named ${NAME}`);
  return unread(
    engines.length === 1
      ? `${NOT_KNOWN}: the only one named ${NAME} was started for another folder than ${dataRoot}`
      : `${NOT_KNOWN}: ${engines.length} are named ${NAME}, and ${dataRoot} does not tell them apart`,
  );
}

/** Engines of root beside the one that answers; all of them where nobody knows which of them does. */
export const enginesBeside = (
  candidates: readonly SurveyedProcess[],
  output: ProbeOutput,
  answering: Reading<RunningEngine>,
): RunningEngine[] =>
  candidates
    .flatMap((one) => engineIn(one, output) ?? [])
    .filter(({ pid }) => answering.state === 'unread' || answering.value.pid !== pid);

/** Null for one that ended, that is another by now, or that is not root's. */
function engineIn(survey: SurveyedProcess, output: ProbeOutput): RunningEngine | null {
  const { pid } = survey;
  const status = textIn(output, pid, 'status');
  const stat = textIn(output, pid, 'stat');
  const command = textIn(output, pid, 'cmdline');
  if (status === undefined || stat === undefined || command === undefined) return null;
  const { startTime } = statOfProcess(pid, stat);
  const { uids } = processOfStatus(pid, status);
  if (startTime !== survey.startTime || Object.values(uids).some((uid) => uid !== 0)) return null;
  const [program = '', ...words] = command.split('\0');
  if (program.split('/').at(-1) !== NAME) return null;
  const { settings, configFile } = parseDaemonFlags(words);
  const machine = output.files.get('/proc/stat');
  const start = { startedAt: startedAt(startTime, machine), startTicks: Number(startTime) };
  return { pid, ...start, program, configFile, options: settings };
}

/** Sockets that listen under the name of an engine or of containerd, in the networks of these. */
export function engineSocketsIn(
  candidates: readonly SurveyedProcess[],
  output: ProbeOutput,
): Reading<string[]> {
  const tables = candidates.map(({ pid }) => output.files.get(procPath(pid, 'net/unix')));
  if (tables.some((table) => table === undefined)) {
    return unread('the sockets beside the engine are not in the output of the probe');
  }
  return read(
    [...new Set(tables.flatMap((table) => listening(table ?? '')))].filter(hasSocketName).sort(),
  );
}

/** The process that is first on the host, in whose network the sessions of users are. */
const FIRST = 1;
/** More of them on a host are not told. */
const TEMPORARY_MAX = 100;

/** Sockets that listen below /tmp, where sessions of users have theirs, in the network of the host. */
export function temporarySocketsIn(output: ProbeOutput): Reading<string[]> {
  const table = output.files.get(procPath(FIRST, 'net/unix'));
  if (table === undefined)
    return unread('what listens on the host is not in the output of the probe');
  const found = [...new Set(listening(table))].filter((path) => isWithin(path, TEMPORARY));
  return found.length > TEMPORARY_MAX
    ? unread(`of ${found.length} sockets below /tmp ${TEMPORARY_MAX} are told`)
    : read(found.sort());
}

const listening = (table: string): string[] => listeningSockets(table).map(({ path }) => path);

/** What is mounted on the host, by the engine's own table. */
export function hostMountsIn(
  { pid }: Pick<RunningEngine, 'pid'>,
  output: ProbeOutput,
  dataRoot: string,
): Reading<HostMount[]> {
  const text = textIn(output, pid, 'mountinfo');
  if (text === undefined) return unread('the mounts of the engine were not to be read');
  const isOfContainer = ({ target, filesystem }: KernelMount) =>
    filesystem === 'nsfs' ||
    OF_CONTAINERS.some((folder) => isWithin(target, folder)) ||
    (target !== dataRoot && isWithin(target, dataRoot));
  return read(
    visibleMounts(mountsOfMountinfo(pid, text))
      .filter((mount) => !isOfContainer(mount))
      .map((mount) => {
        const { target, root, device } = mount;
        return {
          target,
          root,
          device,
          ...(isReadonly(mount) ? { isReadonly: true as const } : {}),
        };
      }),
  );
}

/** Where engines and runtimes mount for them, beside the folder of the engine's data. */
const OF_CONTAINERS = ['/run/containerd', '/run/docker', '/run/netns', '/var/lib/containerd'];

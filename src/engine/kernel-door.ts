import type { Clock } from '../ports/clock.ts';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import type { KernelDoor, KernelProbeEndpoint, ProbePath } from '../snapshot/collector.ts';
import { type Foreign, field, text } from '../snapshot/foreign.ts';
import { isPodmanVersion } from '../snapshot/normalise/engine.ts';
import { probePath } from '../snapshot/normalise/probe-output.ts';
import type { ShownFolder } from '../snapshot/probe-container.ts';
import {
  nameCountFormat,
  pidListFormat,
  printedFilesFormat,
  threadListFormat,
} from '../snapshot/probe-formats.ts';
import { kernelProbeRequest, type ProbeSeccomp, type ProbeTask } from './kernel-probe-request.ts';
import { limits } from './limits.ts';
import {
  type ConnectionOptions,
  type EngineConnection,
  openConnection,
} from './open-connection.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';
import { askJson, withProbe } from './probe-calls.ts';
import {
  findProbeImages,
  importProbeImage,
  removeLeftovers,
  removeProbeImage,
} from './probe-image.ts';
import { findProbeProgram, type ProbeProgram } from './probe-program.ts';
import type { ProbeTurn } from './probe-turn.ts';
import { type ProbeRun, type ProbeTimes, runProbe } from './run-probe.ts';

export interface KernelDoorOptions extends ConnectionOptions {
  /** The only calls that can be made. */
  allowedEndpoints: readonly KernelProbeEndpoint[];
  clock: Clock;
  /** Shared by all doors to the same engine. */
  turn: ProbeTurn;
  /** Path of a static busybox; where distributions put it when not given. */
  busybox?: string | undefined;
  /** 5 s for the start and 10 s for the run when not given. */
  times?: ProbeTimes | undefined;
  /** Age from which a probe belongs to a Seawall that died; a minute when not given. */
  leftoverSeconds?: number | undefined;
  /** Where what probes print is parsed; processes of its own when not given. */
  parsers?: ParserPool | undefined;
}

export interface OpenKernelDoor extends KernelDoor {
  /** To be called when no reading is under way: removes the image and ends all connections. */
  close(): Promise<void>;
}

interface Told {
  readAt: string;
  output: string;
  cut: (ProbeRun & { state: 'ran' })['cut'];
  notes: string[];
}

/**
 * The door of the evidence level `kernel`, the only one through which something of ours runs on a
 * host: for each call it runs one container of the probe's image and removes it, however that ends. The
 * image is imported for the first of them, and goes with one that fails or when the door is closed. Opening
 * dials nothing. Throws `UserError` for a wrong url.
 */
export function openKernelDoor(options: KernelDoorOptions): OpenKernelDoor {
  const { clock, turn, busybox } = options;
  const { times = { startMs: limits.probeStartMs, runMs: limits.probeRunMs } } = options;
  const connection = openConnection(options);
  const pool = options.parsers ?? createParserPool();
  const reader = pool.of(options.url, options.signal);
  const version = keepFirstSuccess(() => versionOf(connection));
  const program = keepFirstSuccess(async () =>
    findProbeProgram(text(field(await version(), 'Arch')), busybox),
  );

  const image = holdImage(connection, options.leftoverSeconds);

  const runOf = async (task: ProbeTask): Promise<Told> => {
    const own = await program();
    const { id, isFresh } = await image.take(own);
    try {
      const readAt = new Date(clock()).toISOString();
      const attempt = async (seccomp: ProbeSeccomp): Promise<ProbeRun> => {
        const run = (shown: ShownFolder[]) =>
          runToTheEnd(connection, kernelProbeRequest(id, task, { seccomp, shown }), times);
        // An engine that refuses the first attempt may have refused this.
        const shown = seccomp === 'own' ? foldersFor(task) : [];
        try {
          return await run(shown);
        } catch (error) {
          // One that SELinux does not let look at a folder refuses to make the container.
          if (shown.length === 0 || statusOf(error) !== 400) throw error;
          return run([]);
        }
      };
      const ran = isPodmanVersion(await version())
        ? { run: await attempt('engine'), note: PODMANS_PROFILE }
        : await runAtMostTwice(attempt);
      return { readAt, ...told(ran, turn, times) };
    } catch (error) {
      await image.remove();
      // Between two runs nothing keeps the image from whoever prunes.
      if (isFresh || statusOf(error) !== 404) throw error;
      return runOf(task);
    }
  };
  const probe = (task: ProbeTask): Promise<Told> => turn.take(() => runOf(task));

  return {
    pathsMax: limits.probePaths,
    async read(paths) {
      if (paths.length > limits.probePaths)
        throw new Error(`A probe reads no ${paths.length} files`);
      const { readAt, output, cut, notes } = await probe({ paths });
      const files = await reader.parse(printedFilesFormat, { output, isCut: cut !== null });
      if (cut === null) return { readAt, files, notes };
      return { readAt, files, notes, lost: pathsAfter(paths, files), isLate: cut === 'too late' };
    },
    async listPids() {
      const { output, cut } = await probe('list-processes');
      requireWhole(cut, 'the list of /proc');
      return reader.parse(pidListFormat, output);
    },
    async listThreads(pids) {
      const { output, cut } = await probe({ threadsOf: pids });
      requireWhole(cut, 'the list of threads');
      return reader.parse(threadListFormat, output);
    },
    async countNames(files) {
      const { output, cut } = await probe({ namesOf: files });
      requireWhole(cut, 'the list of names');
      return byFile(files, await reader.parse(nameCountFormat, output));
    },
    async inspectAgain(containerId) {
      const call = { method: 'GET', path: `/containers/${containerId}/json` } as const;
      return (await askJson(connection.ask, call, 'GET /containers/{id}/json')).value;
    },
    probeImages: async () => findProbeImages(connection, await program()),
    parse: reader.parse,
    async close() {
      await image.remove();
      connection.close();
      if (options.parsers === undefined) pool.close();
    },
  };
}

/** The image of the probe, of which one at a time is there. */
function holdImage(connection: EngineConnection, leftoverSeconds: number | undefined) {
  let held: string | null = null;
  const remove = async (): Promise<void> => {
    const id = held;
    held = null;
    if (id !== null) await removeProbeImage(connection, id);
  };
  return {
    /** Makes it where it is not there, and then removes what a Seawall that died has left. */
    async take(program: ProbeProgram): Promise<{ id: string; isFresh: boolean }> {
      if (held !== null) return { id: held, isFresh: false };
      const id = await importProbeImage(connection, program);
      held = id;
      try {
        await removeLeftovers(connection, program, id, leftoverSeconds);
      } catch (error) {
        await remove();
        throw error;
      }
      return { id, isFresh: true };
    },
    remove,
  };
}

/** What was told of files, by their place among those that were shown. */
function byFile<T>(files: readonly string[], told: ReadonlyMap<number, T>): Map<string, T> {
  const found = [...told].flatMap(([index, one]): [string, T][] => {
    const file = files[index];
    return file === undefined ? [] : [[file, one]];
  });
  return new Map(found);
}

function requireWhole(cut: Told['cut'], what: string): void {
  if (cut === null) return;
  const code = cut === 'too late' ? 'engine-timeout' : 'engine-answer-too-large';
  throw new OutsideError(code, `${what} was cut`);
}

/** The files are printed in the order of their paths. */
function pathsAfter(
  paths: readonly ProbePath[],
  files: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const names = paths.map(probePath);
  return new Set(names.slice(names.findLastIndex((name) => files.has(name)) + 1));
}

/**
 * What a probe has to be shown: of control groups of version 1, which have files of other names, a
 * container sees its own alone, whatever its namespace is; and no container sees SELinux.
 */
function foldersFor(task: ProbeTask): ShownFolder[] {
  const paths = typeof task === 'object' && 'paths' in task ? task.paths : [];
  const asksForOldGroups = paths.some(
    (path) => 'group' in path && path.file === 'memory.limit_in_bytes',
  );
  const asksForSelinux = paths.some(
    (path) => 'machine' in path && path.machine === '/sys/fs/selinux/enforce',
  );
  return [
    ...(asksForOldGroups ? (['/sys/fs/cgroup'] as const) : []),
    ...(asksForSelinux ? (['/sys/fs/selinux'] as const) : []),
  ];
}

const versionOf = ({ ask }: EngineConnection): Promise<Foreign> =>
  askJson(ask, { method: 'GET', path: '/version' }, 'GET /version');

/** Docker takes the text of a profile, Podman opens a file of that name on its host. */
const PODMANS_PROFILE =
  "the probe ran under Podman's own seccomp profile, not under ours, which Podman takes from a file of its host only";

/** Again where the engine lost the end of what was printed, so often at most. */
const RUNS = 5;

async function runToTheEnd(
  connection: EngineConnection,
  body: object,
  times: ProbeTimes,
): Promise<ProbeRun> {
  const runOnce = () => withProbe(connection, body, (id) => runProbe(connection, id, times));
  for (let run = 1; run < RUNS; run += 1) {
    const ended = await runOnce();
    if (ended.state !== 'lost') return ended;
  }
  return runOnce();
}

/** Under the engine's own seccomp profile when it would not run under ours; `note` says so. */
async function runAtMostTwice(
  attempt: (seccomp: ProbeSeccomp) => Promise<ProbeRun>,
): Promise<{ run: ProbeRun; note: string | null }> {
  const run = await attempt('own');
  if (run.state !== 'refused') return { run, note: null };
  const note = `the probe ran under the engine's own seccomp profile, not under ours (${run.reason})`;
  return { run: await attempt('engine'), note };
}

/** What a run gave. Throws `OutsideError` for one that did not happen. */
function told(
  { run, note }: { run: ProbeRun; note: string | null },
  turn: ProbeTurn,
  { startMs, runMs }: ProbeTimes,
): Omit<Told, 'readAt'> {
  if (run.state === 'refused') throw new OutsideError('probe-unusable', run.reason);
  if (run.state === 'lost') {
    throw new OutsideError(
      'probe-unusable',
      `the engine lost the end of what it printed, ${RUNS} times`,
    );
  }
  if (run.state === 'stuck') throw turn.rest(`it did not start within ${startMs / 1000} s`);
  const cutNote = {
    'too long': `the output of the probe was cut at ${limits.probeOutputBytes / 1024 ** 2} MB`,
    'too late': `the probe was ended after ${runMs / 1000} s`,
  };
  const notes = [...(note === null ? [] : [note]), ...(run.cut === null ? [] : [cutNote[run.cut]])];
  return { output: run.output, cut: run.cut, notes };
}

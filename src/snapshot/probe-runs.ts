import { OutsideError } from '../shared/errors.ts';
import type { KernelDoor, ProbeOutput, ProbePath, ProcFile } from './collector.ts';
import { probePath, procPath } from './normalise/probe-output.ts';

/** What is read in runs: units, of each of which all files are to be of one run. */
export interface AskedUnits<T> {
  /** Units that are read together at first. */
  batches: readonly (readonly T[])[];
  /** What is read of units, one after the other. */
  pathsOf: (units: readonly T[]) => readonly ProbePath[];
  /** Runs at most, those included in which is asked again. */
  runsMax: number;
  /** Without one of them the others are of no use. */
  isAllNeeded?: true;
}

/** Units in their order, as many together as a probe takes paths. */
export function batchesOf<T>(
  units: readonly T[],
  pathsOf: AskedUnits<T>['pathsOf'],
  pathsMax: number,
): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const unit of units) {
    const needed = pathsOf([unit]).length;
    const batch = needed > room ? undefined : batches.at(-1);
    if (batch) batch.push(unit);
    else batches.push([unit]);
    room = (batch ? room : pathsMax) - needed;
  }
  return batches;
}

/**
 * Hands every unit once to `use`, with the output of its run. Those that were lost of an output that was too long are asked
 * for again. In what comes with a unit files of it are lost only where it fits into no output, where that came too late,
 * and where no run was left for it. Resolves to the units whose run did not happen or whose output could not be used, with
 * the reason; rejects with that, an `OutsideError`, where these are all, and at the first one where all are needed.
 */
export async function readUnits<T>(
  door: KernelDoor,
  asked: AskedUnits<T>,
  use: (units: readonly T[], output: ProbeOutput) => Promise<void>,
): Promise<ReadonlyMap<T, OutsideError>> {
  const left = new Set(asked.batches.flat());
  const count = left.size;
  const failed = new Map<T, OutsideError>();
  const fail = (units: Iterable<T>, error: unknown) => {
    if (!(error instanceof OutsideError)) throw error;
    for (const unit of units) failed.set(unit, error);
  };
  try {
    for await (const { units, output } of outputsOf(door, asked)) {
      for (const unit of units) left.delete(unit);
      await use(units, output).catch((error) => fail(units, error));
      if (asked.isAllNeeded && failed.size > 0) break;
    }
  } catch (error) {
    fail(left, error);
  }
  if (failed.size === count || asked.isAllNeeded) {
    for (const error of failed.values()) throw error;
  }
  return failed;
}

async function* outputsOf<T>(
  door: KernelDoor,
  { batches, pathsOf, runsMax }: AskedUnits<T>,
): AsyncGenerator<{ units: readonly T[]; output: ProbeOutput }> {
  const waiting = [...batches];
  const again: T[] = [];
  for (let run = 0; run < runsMax; ) {
    if (waiting.length === 0) waiting.push(...batchesOf(again.splice(0), pathsOf, door.pathsMax));
    const units = waiting.shift();
    if (units === undefined) return;
    const paths = pathsOf(units);
    if (paths.length > door.pathsMax) {
      yield { units, output: nothingOf(paths) };
      continue;
    }
    run += 1;
    const output = await door.read(paths);
    const { lost, isLate } = output;
    const isCut = (unit: T) => pathsOf([unit]).some((path) => lost?.has(probePath(path)));
    const isFinal = lost === undefined || isLate || units.length === 1;
    const cut = new Set(isFinal ? [] : units.filter(isCut));
    if (cut.size === units.length) {
      // The first may be too long for all that is read beside it.
      waiting.push(units.slice(0, 1), units.slice(1));
      continue;
    }
    again.push(...cut);
    yield { units: units.filter((unit) => !cut.has(unit)), output };
  }
  for (const units of again.length === 0 ? waiting : [...waiting, again]) {
    yield { units, output: nothingOf(pathsOf(units)) };
  }
}

const nothingOf = (paths: readonly ProbePath[]): ProbeOutput => ({
  readAt: '',
  files: new Map(),
  notes: [],
  lost: new Set(paths.map(probePath)),
});

/**
 * Text of one file of a run; undefined when it could not be read. Throws `OutsideError` where the output was cut
 * before it: what is lost may be there.
 */
export function textIn(
  output: Told,
  pid: number,
  file: ProcFile,
  thread?: number,
): string | undefined {
  const path = procPath(pid, file, thread);
  requireTold(output, [path]);
  return output.files.get(path);
}

type Told = Pick<ProbeOutput, 'files' | 'lost' | 'isLate'>;

/** As many of them as a probe takes; the others are lost. */
export async function readAsMany(
  door: KernelDoor,
  paths: readonly ProbePath[],
): Promise<ProbeOutput> {
  if (paths.length === 0) return { readAt: '', files: new Map(), notes: [] };
  const output = await door.read(paths.slice(0, door.pathsMax));
  const lost = [...(output.lost ?? []), ...paths.slice(door.pathsMax).map(probePath)];
  return { ...output, lost: new Set(lost) };
}

/** Throws `OutsideError` where the output was cut before one of these paths. */
export function requireTold({ lost, isLate }: Omit<Told, 'files'>, paths: Iterable<string>): void {
  if (lost === undefined) return;
  for (const path of paths) {
    if (!lost.has(path)) continue;
    const code = isLate ? 'engine-timeout' : 'engine-answer-too-large';
    throw new OutsideError(code, 'the output of the probe was cut');
  }
}

/** Codes of a list that was too long to be read. */
const TOO_LONG = new Set(['engine-answer-too-large', 'foreign-too-costly']);

/** Threads of processes by their numbers; of those that are in `failed` they were not listed, with the reason. */
export interface ListedThreads {
  found: ReadonlyMap<number, readonly number[]>;
  failed: ReadonlyMap<number, string>;
}

/** Lists the threads of processes; a list that is too long is asked for in halves, in `runsMax` runs at most. */
export async function listThreads(
  door: KernelDoor,
  pids: readonly number[],
  runsMax: number,
): Promise<ListedThreads> {
  const found = new Map<number, readonly number[]>();
  const failed = new Map<number, string>();
  const waiting: (readonly number[])[] = [];
  for (let start = 0; start < pids.length; start += door.pathsMax) {
    waiting.push(pids.slice(start, start + door.pathsMax));
  }
  const fail = (part: readonly number[], why: string) => {
    for (const pid of part) failed.set(pid, `its threads were not listed: ${why}`);
  };
  for (let run = 0; run < runsMax; run += 1) {
    const part = waiting.shift();
    if (part === undefined) break;
    try {
      for (const [pid, threads] of await door.listThreads(part)) found.set(pid, threads);
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      const half = Math.ceil(part.length / 2);
      if (part.length === 1 || !TOO_LONG.has(error.code)) fail(part, error.message);
      else waiting.push(part.slice(0, half), part.slice(half));
    }
  }
  for (const part of waiting) fail(part, 'there are more than there is room for');
  return { found, failed };
}

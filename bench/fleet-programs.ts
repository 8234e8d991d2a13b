// What `bench/fleet.ts` starts: engines, a PostgreSQL that keeps what it promises, and the programs of Seawall,
// each in a process of its own, and what these took of the machine.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const CLOCK_TICKS = 100;
/** As pino counts. */
const INFO = 30;
const project = resolve(import.meta.dirname, '..');
const program = join(project, 'dist/src/main.js');

/** Parts of the machine whose share is told apart. */
export type Role = 'serve' | 'worker' | 'postgres' | 'engines' | 'bench';

export interface EngineFleet {
  urls: readonly string[];
  pids: readonly number[];
  /** When each container was created that was not there from the start, by its id. */
  born: ReadonlyMap<string, number>;
  /** From now on each host replaces one container in so many milliseconds. */
  live(ms: number): void;
  close(): void;
}

/** So many engines in so many processes. Rejects when one of them ends. */
export async function openEngines(count: number, processes: number): Promise<EngineFleet> {
  const born = new Map<string, number>();
  const share = Math.ceil(count / processes);
  const children: ChildProcess[] = [];
  const urls: string[] = [];
  for (let first = 0; first < count; first += share) {
    const words = [first, Math.min(share, count - first)].map(String);
    const child = fork(join(import.meta.dirname, 'fleet-engines.ts'), words);
    children.push(child);
    const [message] = (await once(child, 'message')) as [{ urls: string[] }];
    urls.push(...message.urls);
    child.on('message', ({ born: news = [] }: { born?: [string, number][] }) => {
      for (const [id, at] of news) born.set(id, at);
    });
  }
  return {
    ...{ urls, born, pids: children.map(pidOf) },
    live(liveMs) {
      for (const child of children) child.send({ liveMs });
    },
    close() {
      for (const child of children) child.disconnect();
    },
  };
}

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('a program could not be started');
  return pid;
};

export interface Program {
  pid: number;
  /** Where it is asked for health and metrics. */
  port: number;
  stop(): Promise<void>;
}

interface LogLine {
  level: number;
  msg: string;
  port?: number | null;
  cause?: string;
  error?: { message: string };
}

/** Builds what the package holds: sources that are stripped of types as they run take 25 MB more in each process. */
export function build(): void {
  execFileSync('npm', ['run', 'build'], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Starts `seawall <word>` in a folder and waits until it is ready; what it warns of is counted by its words. */
export async function startProgram(
  word: 'serve' | 'worker',
  {
    cwd,
    env,
    warnings,
  }: { cwd: string; env: Record<string, string>; warnings: Map<string, number> },
): Promise<Program> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, word], {
    cwd,
    // As the image and the units have it.
    env: { ...env, PORT: '0', MALLOC_ARENA_MAX: '2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<number>((done, fail) => {
    lines.on('line', (line) => {
      const { level, msg, port, cause, error } = JSON.parse(line) as LogLine;
      if (msg === 'ready') done(Number(port));
      if (level <= INFO) return;
      const reason = error?.message ?? cause ?? '';
      const what = `${word}: ${msg}: ${reason}`.slice(0, 200).replaceAll(/\d+/g, '…');
      warnings.set(what, (warnings.get(what) ?? 0) + 1);
    });
    child.once('exit', (code) => fail(new Error(`seawall ${word} ended with ${code}`)));
  });
  return {
    ...{ pid: pidOf(child), port },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Seconds of processor time of a process and of those of its children that ended; 0 for one that is gone. */
function secondsOf(pid: number): number {
  const path = `/proc/${pid}/stat`;
  const [, rest = ''] = (existsSync(path) ? readFileSync(path, 'utf8') : ') 0').split(') ');
  const fields = rest.split(' ').slice(11, 15).map(Number);
  return fields.reduce((sum, ticks) => sum + ticks, 0) / CLOCK_TICKS;
}

/** Children that live, as of a server with one process for each connection. */
const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`)
    .flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
    )
    .map(Number);

/** Seconds of processor time since their starts, by role. */
export function readSeconds(pids: Readonly<Record<Role, readonly number[]>>): Record<Role, number> {
  const sum = (of: readonly number[]) => of.reduce((total, pid) => total + secondsOf(pid), 0);
  const server = pids.postgres.flatMap((pid) => [pid, ...childrenOf(pid)]);
  return {
    ...{ serve: sum(pids.serve), worker: sum(pids.worker), postgres: sum(server) },
    ...{ engines: sum(pids.engines), bench: sum(pids.bench) },
  };
}

/** Megabytes that processes hold of the machine's memory, what they share counted in each. */
export function residentMegabytes(pids: readonly number[]): number {
  const of = (pid: number) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return pids.reduce((sum, pid) => sum + of(pid), 0) / 1024;
}

import { OutsideError } from '../shared/errors.ts';
import { type ForeignReader, parseMs } from '../snapshot/foreign-format.ts';
import { type ParserProcess, startParserProcess } from './parser-process.ts';

/** For all hosts together. A host has one turn at a time, so that one leaves the other free. */
const PROCESSES_MAX = 2;

export interface ParserPoolOptions {
  /** For one parse; `parseMs` when not given. */
  timeoutMs?: number | undefined;
  /** What a process runs, for tests. */
  program?: URL | undefined;
}

export interface ParserPool {
  /** The reader of one host's bytes: hosts take turns. What a signal aborts is not waited for. */
  of(host: string, signal?: AbortSignal): ForeignReader;
  /** Ends all processes; what was asked rejects. */
  close(): void;
}

interface Job {
  format: string;
  input: unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Reads foreign bytes in processes with limits of time and memory. They start when something is to be read;
 * one that exceeds a limit is ended, and the next need makes another. Each host has one turn at a time and
 * waits for at most one turn of each other host.
 */
export function createParserPool(options: ParserPoolOptions = {}): ParserPool {
  const { timeoutMs = parseMs, program } = options;
  const processes = new Set<ParserProcess>();
  const free = new Set<ParserProcess>();
  const turns = createTurns<Job>();

  function start(): ParserProcess {
    const onGone = () => {
      processes.delete(started);
      free.delete(started);
    };
    const started: ParserProcess = startParserProcess({ timeoutMs, program, onGone });
    processes.add(started);
    return started;
  }

  async function work(host: string, job: Job): Promise<void> {
    const [chosen = start()] = free;
    free.delete(chosen);
    try {
      job.resolve(await chosen.run(job.format, job.input));
    } catch (error) {
      job.reject(error);
    }
    if (processes.has(chosen)) free.add(chosen);
    turns.end(host);
    schedule();
  }

  function schedule(): void {
    while (free.size > 0 || processes.size < PROCESSES_MAX) {
      const turn = turns.next();
      if (turn === null) return;
      void work(turn.host, turn.job);
    }
  }

  return {
    of: (host, signal) => ({
      async parse<Input, Output>({ name }: { name: string }, input: Input): Promise<Output> {
        signal?.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        const job = { format: name, input, resolve, reject };
        const giveUp = () => {
          turns.remove(host, job);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        turns.add(host, job);
        schedule();
        try {
          return (await promise) as Output;
        } finally {
          signal?.removeEventListener('abort', giveUp);
        }
      },
    }),
    close() {
      const closed = new OutsideError('engine-unreachable', 'nothing is read any more');
      for (const job of turns.clear()) job.reject(closed);
      for (const one of [...processes]) one.end();
    },
  };
}

/** Jobs of hosts that take turns, in the order in which they came to wait. */
function createTurns<T>() {
  const waiting = new Map<string, T[]>();
  const inTurn = new Set<string>();
  return {
    add: (host: string, job: T) => waiting.set(host, [...(waiting.get(host) ?? []), job]),
    remove(host: string, job: T) {
      const left = (waiting.get(host) ?? []).filter((one) => one !== job);
      if (left.length > 0) waiting.set(host, left);
      else waiting.delete(host);
    },
    /** The next job of a host that has no turn. */
    next(): { host: string; job: T } | null {
      for (const [host, [job, ...left]] of waiting) {
        if (inTurn.has(host) || job === undefined) continue;
        if (left.length > 0) waiting.set(host, left);
        else waiting.delete(host);
        inTurn.add(host);
        return { host, job };
      }
      return null;
    },
    /** What is left of the host comes behind all others. */
    end(host: string) {
      inTurn.delete(host);
      const left = waiting.get(host);
      waiting.delete(host);
      if (left) waiting.set(host, left);
    },
    clear(): T[] {
      const jobs = [...waiting.values()].flat();
      waiting.clear();
      return jobs;
    },
  };
}

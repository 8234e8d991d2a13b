import { deserialize } from 'node:v8';
import { startBareProcess } from '../shared/bare-process.ts';
import { OutsideError } from '../shared/errors.ts';
import { isRecord } from '../shared/record.ts';
import { type ForeignReader, parseMs } from '../snapshot/foreign-format.ts';
import type { ParseReply, ParseRequest } from './parse-worker.ts';

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

/** One that nobody needs is ended, since it costs some MB. */
const IDLE_MS = 5_000;
/** On a busy machine; in this time it reads nothing of anybody. */
const START_MS = 20_000;
/** Of JavaScript’s own memory; what is read lies beside it and has the bounds of its format. */
const MEMORY = { memoryMb: 32, youngMb: 2 };

/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./parse-worker.${ENDING}`, import.meta.url);

interface ParserProcessOptions {
  timeoutMs: number;
  /** What it runs, for tests; the parser when not given. */
  program?: URL | undefined;
  /** Called once, when it is of no use any more. */
  onGone: () => void;
}

interface ParserProcess {
  /**
   * One at a time. Rejects with `OutsideError` for what cannot be read; after one that took too much the
   * process is gone.
   */
  run(format: string, input: unknown): Promise<unknown>;
  end(): void;
}

interface Running {
  format: string;
  resolve(value: unknown): void;
  reject(error: OutsideError): void;
}

/** Starts a process that keeps the program alive only while it reads. */
function startParserProcess(options: ParserProcessOptions): ParserProcess {
  const { timeoutMs, program = PROGRAM, onGone } = options;
  let running: Running | null = null;
  let isReady = false;
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;

  const started = startBareProcess<ParseRequest, ParseReply>({
    program,
    ...MEMORY,
    isConfined: true,
    onReply(reply) {
      if (reply.kind === 'ready') {
        isReady = true;
        if (running) limitTime(timeoutMs);
        return;
      }
      const asked = running;
      running = null;
      rest();
      if (asked) settle(asked, reply);
    },
    onLost(reason) {
      const memory = `${MEMORY.memoryMb} MB of memory`;
      lose((format) => (reason === null ? tooCostly(format, memory) : bug(format, reason)));
    },
  });

  function lose(failure: (format: string) => OutsideError): void {
    if (isGone) return;
    isGone = true;
    clearTimeout(timer);
    started.end();
    onGone();
    running?.reject(failure(running.format));
  }
  function limitTime(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => lose((format) => tooCostly(format, `${ms / 1000} s`)), ms);
  }
  function rest(): void {
    clearTimeout(timer);
    timer = setTimeout(() => lose((format) => bug(format, 'idle')), IDLE_MS).unref();
    started.keepAlive(false);
  }

  return {
    run(format, input) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      running = { format, resolve, reject };
      started.keepAlive(true);
      limitTime(isReady ? timeoutMs : START_MS);
      const bytes = bytesIn(input);
      const rest = bytes.length === 0 ? input : { ...Object(input), ...none(bytes) };
      started.send(
        { format, input: rest, beside: bytes.map(([name]) => name) },
        bytes.map(([, value]) => value),
      );
      return promise;
    },
    end: () => lose((format) => bug(format, 'nothing is read any more')),
  };
}

/** The fields of a record that are bytes: an archive has up to 40 MB, and a message is copied. */
const bytesIn = (input: unknown): [string, Uint8Array][] =>
  isRecord(input)
    ? Object.entries(input).filter(
        (entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array,
      )
    : [];
const none = (bytes: readonly [string, Uint8Array][]) =>
  Object.fromEntries(bytes.map(([name]) => [name, undefined]));

function settle(asked: Running, reply: Exclude<ParseReply, { kind: 'ready' }>): void {
  if (reply.kind === 'value') asked.resolve(deserialize(reply.value));
  else if (reply.kind === 'outside') asked.reject(new OutsideError(reply.code, reply.detail));
  else asked.reject(bug(asked.format, reply.message));
}

const tooCostly = (format: string, amount: string): OutsideError =>
  new OutsideError('foreign-too-costly', `${format}: it took more than ${amount}`);

/** What one container wrote made a parser fall over: of that container it is unknown, of no other. */
const bug = (format: string, what: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `${format}: (bug) ${what}`);

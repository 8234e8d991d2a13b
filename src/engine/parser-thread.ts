import { deserialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { bareThread } from '../shared/bare-thread.ts';
import { OutsideError } from '../shared/errors.ts';
import type { ParseReply, ParseRequest } from './parse-worker.ts';

/** A thread that nobody needs is ended, since it costs some MB. */
const IDLE_MS = 5_000;
/** On a busy machine; in this time it reads nothing of anybody. */
const START_MS = 20_000;
/** Of JavaScript’s own memory; what is read lies beside it and has the bounds of its format. */
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 };

/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./parse-worker.${ENDING}`, import.meta.url);

export interface ParserThreadOptions {
  timeoutMs: number;
  /** What it runs, for tests; the parser when not given. */
  program?: URL | undefined;
  /** Called once, when it is of no use any more. */
  onGone: () => void;
}

export interface ParserThread {
  /**
   * One at a time. Rejects with `OutsideError` for what cannot be read; after one that took too much the
   * thread is gone.
   */
  run(request: ParseRequest): Promise<unknown>;
  end(): void;
}

interface Running {
  format: string;
  resolve(value: unknown): void;
  reject(error: OutsideError): void;
}

/** Starts a thread that keeps the program alive only while it reads. */
export function startParserThread(options: ParserThreadOptions): ParserThread {
  const { timeoutMs, program = PROGRAM, onGone } = options;
  const worker = new Worker(program, { ...bareThread(), resourceLimits: MEMORY });
  let running: Running | null = null;
  let isReady = false;
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;

  function lose(failure: (format: string) => OutsideError): void {
    if (isGone) return;
    isGone = true;
    clearTimeout(timer);
    void worker.terminate();
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
    worker.unref();
  }

  worker.on('message', (reply: ParseReply) => {
    if (reply.kind === 'ready') {
      isReady = true;
      if (running) limitTime(timeoutMs);
      return;
    }
    const asked = running;
    running = null;
    rest();
    if (asked) settle(asked, reply);
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const memory = `${MEMORY.maxOldGenerationSizeMb} MB of memory`;
    lose((format) => (isFull ? tooCostly(format, memory) : bug(format, String(error))));
  });
  worker.on('exit', () => lose((format) => bug(format, 'its thread ended')));

  return {
    run(request) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      running = { format: request.format, resolve, reject };
      worker.ref();
      limitTime(isReady ? timeoutMs : START_MS);
      worker.postMessage(request, request.buffers);
      return promise;
    },
    end: () => lose((format) => bug(format, 'nothing is read any more')),
  };
}

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

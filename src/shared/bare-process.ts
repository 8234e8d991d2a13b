import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** An older Node calls it experimental that it runs sources. */
const OPTIONS = ['--disable-warning=ExperimentalWarning'];

export interface BareProcessOptions<Reply> {
  /** A module that calls `serveParent`. */
  program: URL;
  /** Of JavaScript’s own memory; buffers lie beside it. */
  memoryMb: number;
  /** Of this the part for what lives shortly; Node’s own share when not given. */
  youngMb?: number | undefined;
  /** Whether it needs no files, network or database: then it is kept from them as far as Node can. */
  isConfined?: boolean | undefined;
  /** Names in the environment of which it is told, besides where Node keeps what it compiled. */
  environment?: readonly string[] | undefined;
  onReply(reply: Reply): void;
  /** Once, when it is of no use any more, unless it was told to end: null where its memory was full. */
  onLost(reason: string | null): void;
}

export interface BareProcess<Request> {
  /** Sends plain data, and beside it bytes, which are not copied and must stay as they are until it answers. */
  send(request: Request, bytes?: readonly Uint8Array[]): void;
  /** What it reads as its standard input. Once it is gone, writes fail. */
  readonly input: Writable;
  /** Whether this program stays for it; at first it does. */
  keepAlive(isNeeded: boolean): void;
  /** Kills it: it ends whatever it does. */
  end(): void;
}

/** What is sent, and how long each of the bytes is that follow by the standard input. */
interface Asked<Request> {
  request: Request;
  lengths: number[];
}
type Words<Reply> = { reply: Reply } | { bug: string };

/**
 * Starts a module of our own in a process of its own, for work on what others wrote: it has neither the secrets of
 * this program nor its options, and whatever happens to it happens to nobody else. A thread would not do: once its
 * heap is full, Node can end a thread only between two steps of JavaScript, and where a single step (`JSON.parse`, a
 * map that grows) needs more than 16 MB over the limit V8 ends the whole process (`Worker::NearHeapLimit`).
 */
export function startBareProcess<Request, Reply>(
  options: BareProcessOptions<Reply>,
): BareProcess<Request> {
  const { program, memoryMb, youngMb, isConfined = false, environment = [] } = options;
  const { onReply, onLost } = options;
  const execArgv = [
    ...OPTIONS,
    ...(isConfined ? confinementOf(program) : []),
    `--max-old-space-size=${memoryMb}`,
    ...(youngMb === undefined ? [] : [`--max-semi-space-size=${youngMb}`]),
  ];
  const env = environmentOf(['NODE_COMPILE_CACHE', ...environment]);
  const child = forkOrFail(program, { env, execArgv });
  if (child instanceof Error) {
    setImmediate(() => onLost(`it could not be started: ${child.message}`));
    return neverStarted();
  }
  prepare(child.pid);
  let isLost = false;
  const lose = (reason: string | null): void => {
    if (isLost) return;
    isLost = true;
    child.kill('SIGKILL');
    onLost(reason);
  };
  child.on('message', (words: Words<Reply>) => {
    if (isLost) return;
    if ('reply' in words) onReply(words.reply);
    else lose(words.bug);
  });
  child.on('error', (error) => lose(String(error)));
  child.on('exit', (code, signal) =>
    lose(signal === 'SIGABRT' ? null : `it ended with ${signal ?? code}`),
  );
  const { stdin: input } = child;
  // Who writes to one that is gone hears of it by `onLost`.
  input.on('error', () => {});
  return {
    send(request, bytes = []) {
      if (!child.connected) return;
      const asked: Asked<Request> = { request, lengths: bytes.map(({ length }) => length) };
      child.send(asked, ignoreFailure);
      for (const one of bytes) input.write(one);
    },
    input,
    keepAlive(isNeeded) {
      const how = isNeeded ? 'ref' : 'unref';
      child[how]();
      child.channel?.[how]();
    },
    end() {
      isLost = true;
      child.kill('SIGKILL');
    },
  };
}

/** A failure to send is followed by the end of the process, which tells. */
const ignoreFailure = (): void => {};

type Started = ChildProcess & { stdin: Writable };

/** The error where the machine has no room for one more process or file. */
function forkOrFail(program: URL, options: Pick<ForkOptions, 'env' | 'execArgv'>): Started | Error {
  try {
    const stdio: ForkOptions['stdio'] = ['pipe', 'ignore', 'ignore', 'ipc'];
    const child = fork(program, [], { ...options, serialization: 'advanced', stdio });
    if (hasInput(child)) return child;
    // Told by an event as well.
    child.on('error', ignoreFailure);
    return new Error('there is no room for its files');
  } catch (error) {
    return error as Error;
  }
}

/** Node makes none where it could not start it (`ChildProcess.prototype.spawn`). */
const hasInput = (child: ChildProcess): child is Started => Boolean(child.stdin);

/** Takes what is sent to nobody. */
const neverStarted = (): BareProcess<unknown> => ({
  send: ignoreFailure,
  input: new Writable({ write: (_bytes, _encoding, done) => done() }),
  keepAlive: ignoreFailure,
  end: ignoreFailure,
});

/** What the named variables have, of those that are set. */
function environmentOf(names: readonly string[]): Record<string, string> {
  const set = names.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(set);
}

/**
 * The side of the process that was started: takes requests, and returns what sends replies. It ends with its parent.
 * What it does not catch is told to the parent, which ends it.
 */
export function serveParent<Request, Reply>(
  take: (request: Request, bytes: Uint8Array<ArrayBuffer>[]) => void | Promise<void>,
): (reply: Reply) => void {
  const say = (words: Words<Reply>): void => {
    process.send?.(words, ignoreFailure);
  };
  process.on('disconnect', () => process.exit());
  // A terminal sends these to all that it started; the parent decides.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('uncaughtException', (error) => say({ bug: String(error) }));
  async function receive({ request, lengths }: Asked<Request>): Promise<void> {
    const bytes = [];
    for (const length of lengths) bytes.push(await bytesOfInput(length));
    await take(request, bytes);
  }
  let last = Promise.resolve();
  process.on('message', (asked: Asked<Request>) => {
    last = last.then(() => receive(asked));
  });
  return (reply) => say({ reply });
}

/**
 * V8 aborts it when its memory is full: what is in it must not fill a disk as a core file (core(5)). Where the machine
 * has no memory left, the kernel is to end this one first (proc_pid_oom_score_adj(5)).
 */
function prepare(pid: number | undefined): void {
  for (const [file, value] of Object.entries({ coredump_filter: '0', oom_score_adj: '1000' })) {
    try {
      writeFileSync(`/proc/${pid}/${file}`, value);
    } catch {
      // It has ended, or the machine has no such file or refuses: what it is for is done without it as well.
    }
  }
}

/**
 * Node’s own permissions: to read the program, and nothing else of files, processes and native code. A source is
 * started without them, since Node could not keep there what it compiles.
 */
const confinementOf = (program: URL): string[] =>
  program.pathname.endsWith('.ts')
    ? []
    : ['--permission', `--allow-fs-read=${fileURLToPath(new URL('.', program))}*`];

/** So many bytes of what comes; the rest stays for whoever reads next. */
async function bytesOfInput(length: number): Promise<Uint8Array<ArrayBuffer>> {
  const { stdin } = process;
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const chunk: Buffer | null = stdin.read();
    if (chunk === null) {
      await once(stdin, 'readable');
      continue;
    }
    const own = chunk.subarray(0, length - filled);
    bytes.set(own, filled);
    filled += own.length;
    if (own.length < chunk.length) stdin.unshift(chunk.subarray(own.length));
  }
  return bytes;
}

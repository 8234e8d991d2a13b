import type { Readable } from 'node:stream';
import { startBareProcess } from '../shared/bare-process.ts';
import { OutsideError } from '../shared/errors.ts';
import type { FilesystemInventory } from './filesystem-inventory.ts';
import { type FilesystemLimits, filesystemLimits } from './filesystem-limits.ts';
import type { WalkReply, WalkRequest } from './walk-worker.ts';

/** Of JavaScript’s own memory; the bytes of one file lie beside it and have their own bounds. */
const MEMORY = { memoryMb: 80, youngMb: 3 };
/** In which it has to answer once it has all, or is told that there is no more. */
const ANSWER_MS = 30_000;
/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./walk-worker.${ENDING}`, import.meta.url);

/**
 * What languages and builders installed in a file system, of its archive as `docker export` gives it. It is
 * read in a process of its own, which holds a few files of it at most. Beyond the limits, and where the archive
 * ends too early, `cut` says so and the rest is what was read until then; the stream is destroyed. Rejects
 * with `OutsideError` where the stream fails, where it is no archive, and where reading it takes too much.
 */
export async function readFilesystem(
  stream: Readable,
  limits: FilesystemLimits = filesystemLimits,
): Promise<FilesystemInventory> {
  const reader = startReader(limits);
  let cut: string | null = null;
  const stop = (reason: string) => {
    cut ??= reason;
    stream.destroy();
    reader.hurry();
  };
  const late = () => stop(`it took more than ${limits.timeMs / 1000} s`);
  const timer = setTimeout(late, limits.timeMs);
  try {
    let left = limits.bytes;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      left -= chunk.length;
      if (left < 0) stop(`it has more than ${Math.floor(limits.bytes / 1024 / 1024)} MB`);
      if (cut !== null || !(await reader.take(chunk))) break;
    }
    return await reader.end(cut);
  } catch (error) {
    // A stream that was destroyed says that it ended too early.
    if (cut !== null && !(error instanceof OutsideError)) return await reader.end(cut);
    throw error instanceof OutsideError ? error : failed(error);
  } finally {
    clearTimeout(timer);
    stream.destroy();
    reader.close();
  }
}

const failed = (cause: unknown): OutsideError =>
  new OutsideError('engine-cut', 'the archive of a file system', { isRetryable: true, cause });

function startReader(limits: FilesystemLimits) {
  const { promise: inventory, resolve, reject } = Promise.withResolvers<FilesystemInventory>();
  // Nobody waits for it yet; who does hears of it.
  inventory.catch(() => {});
  let wantsMore = true;
  let onRoom = () => {};

  function hurry(): void {
    wantsMore = false;
    onRoom();
  }
  function fail(error: OutsideError): void {
    reject(error);
    hurry();
  }
  const { send, input, end } = startBareProcess<WalkRequest, WalkReply>({
    program: PROGRAM,
    ...MEMORY,
    isConfined: true,
    onReply(reply) {
      if (reply.kind === 'outside') fail(new OutsideError(reply.code, reply.detail));
      else if (reply.kind === 'bug') fail(bug(reply.message));
      else if (reply.kind === 'inventory') resolve(reply.inventory);
      else hurry();
    },
    onLost: (reason) =>
      fail(reason === null ? tooCostly(`${MEMORY.memoryMb} MB of memory`) : bug(reason)),
  });
  send({ kind: 'read', limits });
  input.on('drain', () => onRoom());

  return {
    /** Sends bytes and waits until there is room for more; false where no more are wanted. */
    async take(bytes: Uint8Array): Promise<boolean> {
      if (wantsMore && !input.write(bytes)) {
        await new Promise<void>((room) => {
          onRoom = room;
        });
      }
      return wantsMore;
    },
    /** From now on no more is wanted, also not by who waits to send. */
    hurry,
    async end(cut: string | null): Promise<FilesystemInventory> {
      input.end();
      send({ kind: 'end', cut });
      const late = () => fail(tooCostly(`${ANSWER_MS / 1000} s for what it was sent`));
      const timer = setTimeout(late, ANSWER_MS);
      try {
        return await inventory;
      } finally {
        clearTimeout(timer);
      }
    },
    close: end,
  };
}

const tooCostly = (amount: string): OutsideError =>
  new OutsideError('foreign-too-costly', `a file system: it took more than ${amount}`);

/** What a file system holds made its reader fall over: of that one it is unknown, of no other. */
const bug = (what: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `a file system: (bug) ${what}`);

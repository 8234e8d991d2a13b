import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { bareThread } from '../shared/bare-thread.ts';
import { OutsideError } from '../shared/errors.ts';
import type { FilesystemInventory } from './filesystem-inventory.ts';
import { type FilesystemLimits, filesystemLimits } from './filesystem-limits.ts';
import type { WalkReply, WalkRequest } from './walk-worker.ts';

/** Of JavaScript’s own memory; the bytes of one file lie beside it and have their own bounds. */
const MEMORY = { maxOldGenerationSizeMb: 80, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 };
/** Bytes that are sent together, and how many such parcels may lie before the thread. */
const PARCEL_BYTES = 256 * 1024;
const PARCELS_MAX = 4;
/** In which the thread has to answer once it has all, or is told that there is no more. */
const ANSWER_MS = 30_000;
/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./walk-worker.${ENDING}`, import.meta.url);

/**
 * What languages and builders installed in a file system, of its archive as `docker export` gives it. It is
 * read in a thread of its own, which holds a few files of it at most. Beyond the limits, and where the archive
 * ends too early, `cut` says so and the rest is what was read until then; the stream is destroyed. Rejects
 * with `OutsideError` where the stream fails, where it is no archive, and where reading it takes too much.
 */
export async function readFilesystem(
  stream: Readable,
  limits: FilesystemLimits = filesystemLimits,
): Promise<FilesystemInventory> {
  const thread = startThread(limits);
  let cut: string | null = null;
  const stop = (reason: string) => {
    cut ??= reason;
    stream.destroy();
    thread.hurry();
  };
  const late = () => stop(`it took more than ${limits.timeMs / 1000} s`);
  const timer = setTimeout(late, limits.timeMs);
  try {
    let left = limits.bytes;
    for await (const parcel of parcelsOf(stream, thread.parcel)) {
      left -= parcel.length;
      if (left < 0) stop(`it has more than ${Math.floor(limits.bytes / 1024 / 1024)} MB`);
      if (cut !== null || !(await thread.take(parcel))) break;
    }
    return await thread.end(cut);
  } catch (error) {
    // A stream that was destroyed says that it ended too early.
    if (cut !== null && !(error instanceof OutsideError)) return await thread.end(cut);
    throw error instanceof OutsideError ? error : failed(error);
  } finally {
    clearTimeout(timer);
    stream.destroy();
    await thread.close();
  }
}

/** The bytes of a stream in parcels of memory that can be given away. */
async function* parcelsOf(
  stream: Readable,
  next: () => ArrayBuffer,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parcel = new Uint8Array(next());
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PARCEL_BYTES - filled);
      parcel.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < PARCEL_BYTES) continue;
      yield parcel;
      parcel = new Uint8Array(next());
      filled = 0;
    }
  }
  if (filled > 0) yield parcel.subarray(0, filled);
}

const failed = (cause: unknown): OutsideError =>
  new OutsideError('engine-cut', 'the archive of a file system', { isRetryable: true, cause });

function startThread(limits: FilesystemLimits) {
  const options = { ...bareThread(), resourceLimits: MEMORY, workerData: limits };
  const worker = new Worker(PROGRAM, options);
  const { promise: inventory, resolve, reject } = Promise.withResolvers<FilesystemInventory>();
  // Nobody waits for it yet; who does hears of it.
  inventory.catch(() => {});
  const free: ArrayBuffer[] = [];
  let waiting = 0;
  let wantsMore = true;
  let onRoom = () => {};

  function end(error: OutsideError): void {
    wantsMore = false;
    reject(error);
    onRoom();
  }
  worker.on('message', (reply: WalkReply) => {
    if (reply.kind === 'outside') end(new OutsideError(reply.code, reply.detail));
    else if (reply.kind === 'bug') end(bug(reply.message));
    else if (reply.kind === 'inventory') resolve(reply.inventory);
    else {
      waiting -= 1;
      free.push(reply.bytes.buffer);
      wantsMore &&= reply.wantsMore;
      onRoom();
    }
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    end(isFull ? tooCostly(`${MEMORY.maxOldGenerationSizeMb} MB of memory`) : bug(String(error)));
  });
  worker.on('exit', () => end(bug('its thread ended')));
  const send = (request: WalkRequest, given: ArrayBuffer[]) => worker.postMessage(request, given);

  return {
    /** Memory for the next bytes. */
    parcel: (): ArrayBuffer => free.pop() ?? new ArrayBuffer(PARCEL_BYTES),
    /** Sends bytes as soon as there is room for them; false where no more are wanted. */
    async take(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
      while (waiting >= PARCELS_MAX && wantsMore) {
        await new Promise<void>((room) => {
          onRoom = room;
        });
      }
      if (!wantsMore) return false;
      waiting += 1;
      send({ kind: 'bytes', bytes }, [bytes.buffer]);
      return true;
    },
    /** From now on no more is wanted, also not by who waits to send. */
    hurry() {
      wantsMore = false;
      onRoom();
    },
    async end(cut: string | null): Promise<FilesystemInventory> {
      send({ kind: 'end', cut }, []);
      const late = () => end(tooCostly(`${ANSWER_MS / 1000} s for what it was sent`));
      const timer = setTimeout(late, ANSWER_MS);
      try {
        return await inventory;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => worker.terminate(),
  };
}

const tooCostly = (amount: string): OutsideError =>
  new OutsideError('foreign-too-costly', `a file system: it took more than ${amount}`);

/** What a file system holds made its reader fall over: of that one it is unknown, of no other. */
const bug = (what: string): OutsideError =>
  new OutsideError('engine-invalid-answer', `a file system: (bug) ${what}`);

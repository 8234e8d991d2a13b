import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { Worker } from 'node:worker_threads';
import type { ExposureLook, SeenExposure } from '../inspections/look-at-exposure.ts';
import { LeaseLost } from '../ports/lease.ts';
import { OutsideError } from '../shared/errors.ts';
import { duration, visible } from '../shared/text.ts';
import { MINUTE_MS } from '../shared/time.ts';
import type { ExposureReply, ExposureWork } from './exposure-worker.ts';

/** An older Node calls it experimental that it runs sources. */
const OPTIONS = ['--disable-warning=ExperimentalWarning'];
const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./exposure-worker.${ENDING}`, import.meta.url);

/** What a thread may take. */
export interface ThreadLimits {
  memoryMb: number;
  timeMs: number;
}

const machineBytes = (): number => Math.min(constrainedMemory() || totalmem(), totalmem());

/**
 * Half of what this machine, or its control group, has. Of the 512 MB that ship this is 256, about what 2,000 images of
 * 145,000 different packages need (`bench/exposure-match.ts`); a larger fleet takes more.
 */
const LIMITS: ThreadLimits = {
  memoryMb: Math.min(4096, Math.floor(machineBytes() / 2 / 1024 ** 2)),
  timeMs: 10 * MINUTE_MS,
};

/**
 * `lookAtExposure` in a thread that has its own connection to the database. Rejects as it does, and with
 * `OutsideError` 'foreign-too-costly' for a thread that took too much: it is ended, what it wrote never answers, and
 * the image that cost the most is named.
 */
export async function lookInThread(
  databaseUrl: string,
  look: ExposureLook,
  { memoryMb, timeMs }: ThreadLimits = LIMITS,
): Promise<SeenExposure> {
  const workerData: ExposureWork = { databaseUrl, look };
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb };
  const worker = new Worker(PROGRAM, { workerData, execArgv: OPTIONS, resourceLimits });
  const { promise, resolve, reject } =
    Promise.withResolvers<Exclude<ExposureReply, { kind: 'heaviest' }>>();
  let heaviest = 'no image is out of the ordinary';
  const tooCostly = (limit: string) =>
    new OutsideError('foreign-too-costly', `the match took more than ${limit}; ${heaviest}`);
  const timer = setTimeout(() => reject(tooCostly(duration(timeMs))), timeMs);
  worker.on('message', (reply: ExposureReply) => {
    if (reply.kind === 'heaviest') heaviest = `most of it for ${visible(reply.place)}`;
    else resolve(reply);
  });
  worker.once('error', (error: Error & { code?: string }) =>
    reject(error.code === OUT_OF_MEMORY ? tooCostly(`${memoryMb} MB`) : error),
  );
  worker.once('exit', () => reject(new Error('the thread that matches ended without a word')));
  try {
    const reply = await promise;
    if (reply.kind === 'seen') return reply.seen;
    if (reply.kind === 'lost') throw new LeaseLost();
    throw new OutsideError(reply.code, reply.detail);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

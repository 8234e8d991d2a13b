import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import type { ExposureLook, SeenExposure } from '../inspections/look-at-exposure.ts';
import { LeaseLost } from '../ports/lease.ts';
import { startBareProcess } from '../shared/bare-process.ts';
import { OutsideError } from '../shared/errors.ts';
import { duration, visible } from '../shared/text.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { connectionVariables } from './connection-variables.ts';
import type { ExposureReply, ExposureWork } from './exposure-worker.ts';

/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./exposure-worker.${ENDING}`, import.meta.url);

export interface MatchLimits {
  memoryMb: number;
  timeMs: number;
}

const machineBytes = (): number => Math.min(constrainedMemory() || totalmem(), totalmem());

/**
 * Half of what this machine, or its control group, has. Of the 512 MB that ship this is 256, about what 2,000 images of
 * 145,000 different packages need (`bench/exposure-match.ts`); a larger fleet takes more.
 */
const LIMITS: MatchLimits = {
  memoryMb: Math.min(4096, Math.floor(machineBytes() / 2 / 1024 ** 2)),
  timeMs: 10 * MINUTE_MS,
};

/**
 * `lookAtExposure` in a process that has its own connection to the database. Rejects as it does, and with
 * `OutsideError` 'foreign-too-costly' for one that took too much: it is ended, what it wrote never answers, and the image
 * that cost the most is named.
 */
export async function lookInProcess(
  databaseUrl: string,
  look: ExposureLook,
  { memoryMb, timeMs }: MatchLimits = LIMITS,
): Promise<SeenExposure> {
  const { promise, resolve, reject } =
    Promise.withResolvers<Exclude<ExposureReply, { kind: 'heaviest' }>>();
  let heaviest = 'no image is out of the ordinary';
  const tooCostly = (limit: string) =>
    new OutsideError('foreign-too-costly', `the match took more than ${limit}; ${heaviest}`);
  const started = startBareProcess<ExposureWork, ExposureReply>({
    program: PROGRAM,
    memoryMb,
    environment: connectionVariables(),
    onReply(reply) {
      if (reply.kind === 'heaviest') heaviest = `most of it for ${visible(reply.place)}`;
      else resolve(reply);
    },
    onLost: (reason) =>
      reject(
        reason === null ? tooCostly(`${memoryMb} MB`) : new Error(`The match failed: ${reason}`),
      ),
  });
  const timer = setTimeout(() => reject(tooCostly(duration(timeMs))), timeMs);
  started.send({ databaseUrl, look });
  try {
    const reply = await promise;
    if (reply.kind === 'seen') return reply.seen;
    if (reply.kind === 'lost') throw new LeaseLost();
    throw new OutsideError(reply.code, reply.detail);
  } finally {
    clearTimeout(timer);
    started.end();
  }
}

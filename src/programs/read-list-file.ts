import { basename } from 'node:path';
import type { ForeignList } from '../exposure/foreign-list.ts';
import { startBareProcess } from '../shared/bare-process.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import { duration, visible } from '../shared/text.ts';
import type { ListReply, ListWork } from './list-worker.ts';

/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./list-worker.${ENDING}`, import.meta.url);

/** Syft’s list of an image with 20,000 packages and all their files has some 100 MB, and takes half of it. */
const LIMITS = { memoryMb: 512, timeMs: 60_000 };

/**
 * What a file says is in an image, read in a process that has nothing else. Rejects as `FeedFiles.readList`, and with
 * `OutsideError` 'foreign-too-costly' for a file that took more than the limits; it is ended then.
 */
export async function readListFile(
  path: string,
  { memoryMb, timeMs } = LIMITS,
): Promise<ForeignList> {
  const { promise, resolve, reject } = Promise.withResolvers<ListReply>();
  const tooCostly = (limit: string) =>
    reject(
      new OutsideError('foreign-too-costly', `${visible(basename(path))} took more than ${limit}`),
    );
  const started = startBareProcess<ListWork, ListReply>({
    program: PROGRAM,
    memoryMb,
    onReply: resolve,
    onLost: (reason) =>
      reason === null || reason.endsWith('SIGKILL')
        ? tooCostly(reason === null ? `${memoryMb} MB` : 'the memory that there is')
        : reject(new Error(`A list could not be read: ${reason}`)),
  });
  const timer = setTimeout(() => tooCostly(duration(timeMs)), timeMs);
  started.send({ path: asOfAnother(path) });
  try {
    const reply = await promise;
    if (reply.kind === 'read') return reply.list;
    const { message, hint } = reply;
    throw new UserError(message, hint === undefined ? {} : { hint });
  } finally {
    clearTimeout(timer);
    started.end();
  }
}

/** `/dev/stdin` and the like are what a program has open itself: another one finds them by its number. */
function asOfAnother(path: string): string {
  const own = /^\/dev\/stdin$|^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
  return own === null ? path : `/proc/${process.pid}/fd/${own[1] ?? 0}`;
}

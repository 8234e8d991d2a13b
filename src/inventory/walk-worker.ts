// Runs in a thread of its own that reads one file system and ends with it; `read-filesystem.ts` ends it
// earlier when it takes too long.
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import type { FilesystemInventory } from './filesystem-inventory.ts';
import type { FilesystemLimits } from './filesystem-limits.ts';
import { createFilesystemWalk } from './walk-filesystem.ts';

/** What the thread is sent: bytes that were given away, or that there are no more. */
export type WalkRequest =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'end'; cut: string | null };

/** What it answers: that bytes were taken, and at last the inventory, or why there is none. */
export type WalkReply =
  | { kind: 'taken'; wantsMore: boolean }
  | { kind: 'inventory'; inventory: FilesystemInventory }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'bug'; message: string };

const walk = createFilesystemWalk(workerData as FilesystemLimits);
const reply = (value: WalkReply): void => parentPort?.postMessage(value);

async function take(request: WalkRequest): Promise<void> {
  try {
    if (request.kind === 'end') {
      reply({ kind: 'inventory', inventory: walk.end(request.cut) });
      return;
    }
    reply({ kind: 'taken', wantsMore: await walk.write(request.bytes) });
  } catch (error) {
    if (error instanceof OutsideError)
      reply({ kind: 'outside', code: error.code, detail: error.detail });
    else reply({ kind: 'bug', message: String(error) });
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: WalkRequest) => {
  // One after another, in the order of the archive.
  last = last.then(() => take(request));
});

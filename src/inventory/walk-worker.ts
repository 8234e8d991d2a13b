// Runs in a thread of its own that reads one file system and ends with it; `read-filesystem.ts` ends it
// earlier when it takes too long.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import type { FilesystemInventory } from './filesystem-inventory.ts';
import type { FilesystemLimits } from './filesystem-limits.ts';
import { createFilesystemWalk, type FilesystemWalk } from './walk-filesystem.ts';

/** What the thread is sent: bytes that were given away, or that there are no more. */
export type WalkRequest =
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'end'; cut: string | null };

/** What it answers: that bytes were taken, which it gives back, and at last the inventory, or why there is none. */
export type WalkReply =
  | { kind: 'taken'; wantsMore: boolean; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'inventory'; inventory: FilesystemInventory }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'bug'; message: string };

/** Reads what is sent, one after another, in the order of the archive. */
function serve(port: MessagePort, walk: FilesystemWalk): void {
  const reply = (value: WalkReply, given: ArrayBuffer[] = []) => port.postMessage(value, given);
  const take = async (request: WalkRequest): Promise<void> => {
    try {
      if (request.kind === 'end') {
        reply({ kind: 'inventory', inventory: walk.end(request.cut) });
        return;
      }
      const { bytes } = request;
      reply({ kind: 'taken', wantsMore: await walk.write(bytes), bytes }, [bytes.buffer]);
    } catch (error) {
      if (!(error instanceof OutsideError)) reply({ kind: 'bug', message: String(error) });
      else reply({ kind: 'outside', code: error.code, detail: error.detail });
    }
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: WalkRequest) => {
    last = last.then(() => take(request));
  });
}

if (parentPort) serve(parentPort, createFilesystemWalk(workerData as FilesystemLimits));

// Runs in a process of its own that reads one file system from its standard input and ends with it;
// `read-filesystem.ts` ends it earlier when it takes too long.
import { stdin } from 'node:process';
import { serveParent } from '../shared/bare-process.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import type { FilesystemInventory } from './filesystem-inventory.ts';
import type { FilesystemLimits } from './filesystem-limits.ts';
import { createFilesystemWalk, type FilesystemWalk } from './walk-filesystem.ts';

/** What it is sent: how much to read of what comes, and at last why that is not all, where it is not. */
export type WalkRequest =
  | { kind: 'read'; limits: FilesystemLimits }
  | { kind: 'end'; cut: string | null };

/** What it answers: that it wants no more, and at last the inventory, or why there is none. */
export type WalkReply =
  | { kind: 'enough' }
  | { kind: 'inventory'; inventory: FilesystemInventory }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'bug'; message: string };

const { promise: limits, resolve: limit } = Promise.withResolvers<FilesystemLimits>();
const { promise: cut, resolve: end } = Promise.withResolvers<string | null>();

const say = serveParent<WalkRequest, WalkReply>((request) => {
  if (request.kind === 'read') limit(request.limits);
  else end(request.cut);
});

/** Takes what comes in the order of the archive. */
async function take(walk: FilesystemWalk): Promise<void> {
  for await (const bytes of stdin as AsyncIterable<Buffer>) {
    if (await walk.write(bytes)) continue;
    say({ kind: 'enough' });
    return;
  }
}

try {
  const walk = createFilesystemWalk(await limits);
  await take(walk);
  say({ kind: 'inventory', inventory: walk.end(await cut) });
} catch (error) {
  if (!(error instanceof OutsideError)) say({ kind: 'bug', message: String(error) });
  else say({ kind: 'outside', code: error.code, detail: error.detail });
}

// Starts a bare process, says which it is, and goes on for ever. With the argument `full` it has no file left to open, and
// says why the process is lost.
import { openSync } from 'node:fs';
import { startBareProcess } from '../../src/shared/bare-process.ts';
import type { BareReply, BareRequest } from './planted-bare.ts';

function useAllFiles(): void {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // None is left.
  }
}

const program = new URL('./planted-bare.ts', import.meta.url);
if (process.argv[2] === 'full') useAllFiles();
const { send } = startBareProcess<BareRequest, BareReply>({
  program,
  memoryMb: 32,
  onReply: ({ pid }) => process.stdout.write(`${pid}\n`),
  onLost: (reason) => process.stdout.write(`lost: ${reason}\n`),
});
send('who');

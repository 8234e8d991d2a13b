// Starts a bare process, says which it is, and goes on for ever.
import { startBareProcess } from '../../src/shared/bare-process.ts';
import type { BareReply, BareRequest } from './planted-bare.ts';

const { send } = startBareProcess<BareRequest, BareReply>({
  program: new URL('./planted-bare.ts', import.meta.url),
  memoryMb: 32,
  onReply: ({ pid }) => process.stdout.write(`${pid}\n`),
  onLost: () => process.exit(1),
});
send('who');

// Reads one file of /proc as a scan at the level `kernel` does, as a program of its own that can be killed on the way:
// `node kernel-process.ts <url of the engine>`.

import { openKernelDoor } from '../../src/engine/kernel-door.ts';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { procCalls } from '../../src/snapshot/collector.ts';

const door = openKernelDoor({
  url: process.argv[2] ?? '',
  allowedEndpoints: procCalls,
  clock: Date.now,
  turn: createProbeTurn(),
});
await door.read([{ pid: 1, file: 'status' }]);
await door.close();

// How much memory one scan of one lying host takes above rest, how long it stops the loop and what processor
// it costs, for each kind of lie in turn. Linux is needed. Ends with 1 beyond 64 MB. `node bench/hostile-memory.ts`,
// or with the names of lies: `node bench/hostile-memory.ts "many containers"`
import { type LieName, lies } from '../test/support/hostile-engine.ts';
import { runScanHostile, scanLine } from '../test/support/run-scan-hostile.ts';

const PEAK_MEGABYTES_MAX = 64;
const asked = process.argv.slice(2) as LieName[];

for (const lie of asked.length > 0 ? asked : (Object.keys(lies) as LieName[])) {
  for (const told of await runScanHostile([lie])) {
    process.stdout.write(scanLine(lie, told));
    if (told.peakMegabytes > PEAK_MEGABYTES_MAX) process.exitCode = 1;
  }
}

// What one lying host among twenty costs the nineteen others, for each kind of lie in turn: rounds with and
// without it, one after the other, in a control group of 512 MB. Root on Linux is needed. Ends with 1 when
// Seawall was killed, or when the others took more than 1.1 times as long. `node bench/hostile-host.ts`, or
// with the names of lies: `node bench/hostile-host.ts "huge facts" deep`
import { type LieName, lies } from '../test/support/hostile-engine.ts';
import { runAmongLiars } from '../test/support/run-among-liars.ts';
import { median, say } from './measure.ts';

const MB = 1024 * 1024;
const MEMORY_BYTES = 512 * MB;
const HONEST = 19;
const ROUNDS = 5;
const RATIO_MAX = 1.1;
type Figure = 'honestMs' | 'honestCpuMs' | 'digestMs' | 'waitMs' | 'stopMs' | 'cpuMs';
const asked = process.argv.slice(2) as LieName[];

for (const lie of asked.length > 0 ? asked : (Object.keys(lies) as LieName[])) {
  const pairs = Array.from({ length: ROUNDS }, () => [[], [lie]]).flat();
  const { rounds, code, kills, peakBytes } = await runAmongLiars({
    ...{ honest: HONEST, lies: [lie], rounds: [[], ...pairs] },
    scanSeconds: 10,
    memoryBytes: MEMORY_BYTES,
  });
  // The first one warms up.
  const measured = rounds.slice(1);
  const without = measured.filter(({ lies: told }) => told.length === 0);
  const among = measured.filter(({ lies: told }) => told.length > 0);
  const of = (some: typeof rounds, figure: Figure) => median(some.map((round) => round[figure]));
  const ratio = median(
    among.map(({ honestMs }, index) => honestMs / (without[index]?.honestMs ?? 0)),
  );
  const both = (figure: Figure) =>
    `${of(without, figure).toFixed(0)} and ${of(among, figure).toFixed(0)} ms`;
  say(
    `${lie}: others ${ratio.toFixed(2)} times (${both('honestMs')}, with ${both('honestCpuMs')} of ` +
      `processor until then), a digest ${both('digestMs')}, an acknowledgement waits ${both('waitMs')} (p99), ` +
      `longest stop ${both('stopMs')}, ${(of(among, 'cpuMs') - of(without, 'cpuMs')).toFixed(0)} ms of ` +
      `processor more, ${(peakBytes / MB).toFixed(0)} MB at most, ended with ${code}, killed ${kills} times`,
  );
  if (code !== 0 || kills > 0 || ratio > RATIO_MAX) process.exitCode = 1;
}

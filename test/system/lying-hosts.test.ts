import type { LieName } from '../support/hostile-engine.ts';
import { runAmongLiars } from '../support/run-among-liars.ts';

const MB = 1024 * 1024;
/** As many as there are in the Compose file. */
const MEMORY_BYTES = 512 * MB;
const HONEST = 3;
/** Those that are found out soon; `bench/hostile-host.ts` has all of them, one after the other. */
const lies: LieName[] = [
  'huge facts',
  'endless',
  'endless text',
  'deep',
  'gzip bomb',
  'huge lists',
  'too many containers',
  'huge events',
  'endless event',
];

it('is neither killed nor held up by every kind of lie at once', async () => {
  const found = await runAmongLiars({
    ...{ honest: HONEST, lies, rounds: [[], lies, []] },
    scanSeconds: 10,
    memoryBytes: MEMORY_BYTES,
  });

  expect({ code: found.code, kills: found.kills }).toEqual({ code: 0, kills: 0 });
  expect(found.peakBytes).toBeLessThan(MEMORY_BYTES);
  const [, among] = found.rounds;
  for (const { containers } of found.rounds) expect(containers).toEqual(Array(HONEST).fill(36));
  // What a busy machine does not get to is given up, which is told as well.
  for (const lie of [
    'huge facts',
    'endless',
    'deep',
    'huge lists',
    'too many containers',
  ] as const) {
    const reasons = among?.unread[lie] ?? [];
    expect(reasons.join('\n')).toMatch(/larger than Seawall accepts|did not answer in time/);
  }
});

import type { LieName } from '../support/hostile-engine.ts';
import { runAmongLiars } from '../support/run-among-liars.ts';

const MB = 1024 * 1024;
/** As many as there are in the Compose file. */
const MEMORY_BYTES = 512 * MB;
const HONEST = 8;
const lies: LieName[] = [
  'huge facts',
  'endless',
  'endless text',
  'dripping',
  'deep',
  'gzip bomb',
  'huge lists',
  'too many containers',
  'huge containers',
  'many values',
  'huge process lists',
  'invented events',
  'huge events',
  'endless event',
];

it('is neither killed nor held up by every kind of lie at once', async () => {
  const found = await runAmongLiars({
    ...{ honest: HONEST, lies, rounds: [[], lies, []] },
    scanSeconds: 6,
    memoryBytes: MEMORY_BYTES,
  });

  expect({ code: found.code, kills: found.kills }).toEqual({ code: 0, kills: 0 });
  expect(found.peakBytes).toBeLessThan(MEMORY_BYTES);
  const [, among] = found.rounds;
  for (const { containers } of found.rounds) expect(containers).toEqual(Array(HONEST).fill(36));
  const reasonsOf = (lie: LieName) => among?.unread[lie]?.join('\n');
  expect(reasonsOf('huge facts')).toContain('GET /info: more than');
  expect(reasonsOf('huge lists')).toContain('GET /containers/json: more than');
  expect(reasonsOf('too many containers')).toContain('more than 1000');
  expect(reasonsOf('deep')).toContain('nested deeper');
}, 120_000);

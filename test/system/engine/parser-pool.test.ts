import { createParserPool, type ParserPool } from '../../../src/engine/parser-pool.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import { passwdFormat, textFormat } from '../../../src/snapshot/archive/single-file.ts';
import type { ForeignFormat } from '../../../src/snapshot/foreign-format.ts';
import { foreignFormats } from '../../../src/snapshot/foreign-formats.ts';
import { printedFilesFormat } from '../../../src/snapshot/probe-formats.ts';
import { tarOf } from '../../support/tar-bytes.ts';

const program = new URL('../../support/planted-parser.ts', import.meta.url);
/** Names a way in which the planted program goes on. */
const way = (name: string) => ({ ...textFormat, name }) as ForeignFormat<unknown, unknown>;

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});
function openPool(timeoutMs: number) {
  const pool = createParserPool({ timeoutMs, program });
  opened.push(pool);
  return pool;
}
/** So that nobody waits for a thread to start. */
const startBoth = (pool: ParserPool) =>
  Promise.all(['one', 'another'].map((host) => pool.of(host).parse(way('echo'), 0)));
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a parser', () => {
  it.each([
    ['hang', 'foreign-too-costly', 'took more than 8 s'],
    ['fill', 'foreign-too-costly', 'took more than 32 MB of memory'],
    ['burst', 'foreign-too-costly', 'took more than 32 MB of memory'],
    ['deep', 'engine-invalid-answer', '(bug) RangeError'],
    ['exit', 'engine-invalid-answer', '(bug) it ended with 3'],
    ['kill', 'engine-invalid-answer', '(bug) it ended with SIGKILL'],
    ['throw', 'engine-invalid-answer', '(bug) Error: planted'],
  ])(
    'that goes on to %s is unknown with a reason, and the next one reads',
    async (name, code, reason) => {
      const reader = openPool(name === 'hang' ? 8_000 : 60_000).of('host');

      const failure = await failureOf(reader.parse(way(name), null));
      expect(failure).toBeInstanceOf(OutsideError);
      expect(failure).toMatchObject({ code, detail: expect.stringContaining(reason) });
      expect(await reader.parse(way('echo'), 'after')).toBe('after');
    },
  );

  it('that reads again and then goes on for ever is ended as well', async () => {
    const reader = openPool(3_000).of('host');
    expect(await reader.parse(way('echo'), 'before')).toBe('before');
    const failure = await failureOf(reader.parse(way('stall'), null));
    expect(failure).toMatchObject({ detail: expect.stringContaining('took more than 3 s') });
  });

  it('is not begun when its host is given up meanwhile', async () => {
    const pool = openPool(60_000);
    const given = new AbortController();
    const reader = pool.of('host', given.signal);
    const [first, second] = [reader.parse(way('hang'), 1), reader.parse(way('echo'), 2)].map(
      failureOf,
    );
    given.abort(new OutsideError('engine-timeout', 'over'));

    expect([await first, await second]).toMatchObject([{ detail: 'over' }, { detail: 'over' }]);
    await expect(reader.parse(way('echo'), 3)).rejects.toMatchObject({ detail: 'over' });
    expect(await pool.of('other').parse(way('echo'), 4)).toBe(4);
  });
});

it('lets no host wait for the slow bytes of another', async () => {
  const pool = openPool(60_000);
  await startBoth(pool);
  let ended = 0;
  const slow = Array.from({ length: 4 }, () =>
    failureOf(pool.of('slow').parse(way('hang'), null)).then(() => {
      ended += 1;
    }),
  );
  const quick = Array.from({ length: 50 }, (_, index) =>
    pool.of(`quick-${index % 5}`).parse(way('echo'), index),
  );

  expect(await Promise.all(quick)).toHaveLength(50);
  expect(ended).toBe(0);
  pool.close();
  await Promise.all(slow);
});

it('lets slow hosts come between two turns of another once each', async () => {
  const pool = openPool(3_000);
  await startBoth(pool);
  const order: string[] = [];
  const ask = (host: string, name: string) =>
    Array.from({ length: 3 }, () =>
      failureOf(pool.of(host).parse(way(name), null)).then(() => order.push(host)),
    );
  const asked = [...ask('slow', 'stall'), ...ask('slower', 'stall'), ...ask('quick', 'echo')];
  await Promise.all(asked);

  const between = order
    .slice(0, order.lastIndexOf('quick') + 1)
    .join(' ')
    .split('quick');
  for (const turns of between) {
    const slow = turns.trim().split(' ').filter(Boolean);
    expect(new Set(slow).size).toBe(slow.length);
  }
});

it('ends what is asked when it is closed', async () => {
  const pool = openPool(60_000);
  const asked = ['a', 'b', 'c'].map((host) => failureOf(pool.of(host).parse(way('hang'), null)));
  pool.close();

  for (const failure of await Promise.all(asked)) expect(failure).toBeInstanceOf(OutsideError);
});

describe('the formats', () => {
  it('have names of their own, by which a thread finds them', () => {
    const names = foreignFormats.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('are read by the real program', async () => {
    const pool = createParserPool();
    opened.push(pool);
    const archive = tarOf({ name: 'passwd', body: 'app:x:7:7::/:\n' });
    const input = { archive, what: 'GET /archive', wanted: 'app' };

    expect(await pool.of('host').parse(passwdFormat, input)).toMatchObject({
      uid: 7,
    });
    const wrong = { ...input, archive: new Uint8Array(512).fill(1) };
    const failure = await failureOf(pool.of('host').parse(passwdFormat, wrong));
    expect(failure).toMatchObject({
      code: 'engine-invalid-answer',
      detail: 'GET /archive: not a tar archive',
    });
  });

  it('make no more than their bound', async () => {
    const pool = createParserPool();
    opened.push(pool);
    const path = `/proc/1/status:${'é'.repeat(60)}\n`;
    const output = path.repeat((5 * 1024 * 1024) / path.length);

    expect((await pool.of('host').parse(printedFilesFormat, { output, isCut: false })).size).toBe(
      1,
    );
    const failure = failureOf(pool.of('host').parse(passwdFormat, longUser()));
    expect(await failure).toMatchObject({
      code: 'foreign-too-costly',
      detail: 'passwd: more than 1 MB come of it',
    });
  });
});

/** A user whose name, which the answer repeats, is longer than an answer may be. */
const longUser = () => ({ archive: tarOf(), what: 'GET /archive', wanted: 'x'.repeat(2 ** 21) });

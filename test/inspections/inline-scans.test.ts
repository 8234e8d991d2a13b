import { createInlineScans } from '../../src/inspections/inline-scans.ts';
import type { RunningJob, ScanJob, SnapshotProgress } from '../../src/ports/scan-queue.ts';

const step = (done: number) => ({ host: 'web-1', done, total: 9 }) as SnapshotProgress;
const found = { host: 'web-1' };
const scanOf = (host: string): ScanJob => ({
  host,
  what: 'scan',
  asker: 'person',
  isBrief: false,
});

it('lets all who ask for a host share its running scan, each with its progress', async () => {
  const queue = createInlineScans();
  const scan = Promise.withResolvers<typeof found>();
  const heard: [string, number][] = [];
  let begun = 0;
  let tell: RunningJob['onStep'] = () => {};
  const ask = (who: string) =>
    queue.run(
      scanOf('web-1'),
      ({ onStep }) => {
        begun += 1;
        tell = onStep;
        return scan.promise;
      },
      ({ done }) => heard.push([who, done]),
    );

  const answers = [ask('alice')];
  tell(step(1));
  answers.push(ask('bob'));
  tell(step(2));
  scan.resolve(found);

  expect(await Promise.all(answers)).toEqual([found, found]);
  expect(begun).toBe(1);
  expect(heard).toEqual([
    ['alice', 1],
    ['bob', 1],
    ['alice', 2],
    ['bob', 2],
  ]);
  expect(await ask('carol')).toBe(found);
  expect(begun).toBe(2);
});

it('shares a failure, and begins anew after it', async () => {
  const queue = createInlineScans();
  const fail = () => Promise.reject(new Error('a bug'));
  const ask = () => queue.run(scanOf('web-1'), fail);

  const [first, second] = await Promise.allSettled([ask(), ask()]);

  expect([first?.status, second?.status]).toEqual(['rejected', 'rejected']);
  await expect(queue.run(scanOf('web-1'), async () => found)).resolves.toBe(found);
});

it('scans other hosts beside it', async () => {
  const queue = createInlineScans();
  void queue.run(scanOf('slow'), () => new Promise(() => {}));

  expect(await queue.run(scanOf('web-1'), async () => found)).toBe(found);
});

it('stops what runs on a host, for all who wait, and tells by whom', async () => {
  const queue = createInlineScans();
  const reasons: unknown[] = [];
  const endless = ({ signal }: RunningJob) =>
    new Promise<never>(() => signal.addEventListener('abort', () => reasons.push(signal.reason)));
  const waiting = Promise.allSettled([
    queue.run(scanOf('web-1'), endless),
    queue.run(scanOf('web-1'), endless),
  ]);

  expect(await queue.stop('db-1', 'alice')).toBe(false);
  expect(await queue.stop('web-1', 'alice')).toBe(true);

  const stopped = new Error('alice stopped the scan of web-1.');
  expect(await waiting).toMatchObject([{ reason: stopped }, { reason: stopped }]);
  expect(reasons).toMatchObject([stopped]);
  expect(await queue.stop('web-1', 'alice')).toBe(false);
  expect(await queue.run(scanOf('web-1'), async () => found)).toBe(found);
});

describe('who leaves', () => {
  /** A scan that ends when it is given up, or when `end` is called. */
  function open() {
    const queue = createInlineScans();
    const { promise, resolve, reject } = Promise.withResolvers<typeof found>();
    let begun = 0;
    let isGivenUp = false;
    const ask = (leaving?: AbortSignal) =>
      queue.run(
        scanOf('web-1'),
        ({ signal }) => {
          begun += 1;
          signal.addEventListener('abort', () => {
            isGivenUp = true;
            reject(signal.reason);
          });
          return promise;
        },
        undefined,
        leaving,
      );
    return { ask, end: () => resolve(found), begun: () => begun, isGivenUp: () => isGivenUp };
  }
  const stoppedBy = (by: string) => ({ by });

  it('leaves the scan to the others who asked for it', async () => {
    const { ask, end, isGivenUp } = open();
    const leaving = new AbortController();
    const left = ask(leaving.signal);
    const stays = ask();

    leaving.abort(stoppedBy('alice'));

    await expect(left).rejects.toMatchObject({ by: 'alice', goesOn: true });
    expect(isGivenUp()).toBe(false);
    end();
    await expect(stays).resolves.toBe(found);
  });

  it('gives the scan up with the last one, and the next asker begins anew', async () => {
    const { ask, isGivenUp, begun } = open();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [ask(first.signal), ask(second.signal)];
    const outcomes = Promise.allSettled(asked);

    first.abort(stoppedBy('alice'));
    second.abort(stoppedBy('bob'));

    expect((await outcomes).map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
      { by: 'alice', goesOn: true },
      { by: 'bob', goesOn: false },
    ]);
    expect(isGivenUp()).toBe(true);
    void ask().catch(() => {});
    expect(begun()).toBe(2);
  });

  it('gets a scan that was stored before it could be given up', async () => {
    const queue = createInlineScans();
    const { promise, resolve } = Promise.withResolvers<typeof found>();
    const leaving = new AbortController();
    const asked = queue.run(scanOf('web-1'), () => promise, undefined, leaving.signal);

    leaving.abort(stoppedBy('alice'));
    resolve(found);

    await expect(asked).resolves.toBe(found);
  });

  it('begins nothing when it has left already', async () => {
    const { ask, begun } = open();

    await expect(ask(AbortSignal.abort(stoppedBy('alice')))).rejects.toMatchObject({ by: 'alice' });
    expect(begun()).toBe(0);
  });
});

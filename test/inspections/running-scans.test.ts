import type { HostScan } from '../../src/answers/scan-answer.ts';
import { createRunningScans, ScanStopped } from '../../src/inspections/running-scans.ts';
import type { SnapshotProgress } from '../../src/ports/snapshot-taker.ts';

const step = (done: number) => ({ host: 'web-1', done, total: 9 }) as SnapshotProgress;
const found = { host: 'web-1' } as HostScan;

it('lets all who ask for a host share its running scan, each with its progress', async () => {
  const running = createRunningScans();
  const scan = Promise.withResolvers<HostScan>();
  const heard: [string, number][] = [];
  let begun = 0;
  let tell: (step: SnapshotProgress) => void = () => {};
  const ask = (who: string) =>
    running.join(
      'web-1',
      ({ done }) => heard.push([who, done]),
      (onStep) => {
        begun += 1;
        tell = onStep;
        return scan.promise;
      },
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
  const running = createRunningScans();
  const fail = () => Promise.reject(new Error('a bug'));
  const ask = () => running.join('web-1', () => {}, fail);

  const [first, second] = await Promise.allSettled([ask(), ask()]);

  expect([first?.status, second?.status]).toEqual(['rejected', 'rejected']);
  await expect(
    running.join(
      'web-1',
      () => {},
      async () => found,
    ),
  ).resolves.toBe(found);
});

it('scans other hosts beside it', async () => {
  const running = createRunningScans();
  const never = new Promise<HostScan>(() => {});
  void running.join(
    'slow',
    () => {},
    () => never,
  );

  expect(
    await running.join(
      'web-1',
      () => {},
      async () => found,
    ),
  ).toBe(found);
});

describe('who leaves', () => {
  /** A scan that ends when it is given up, or when `end` is called. */
  function open() {
    const running = createRunningScans();
    const { promise, resolve, reject } = Promise.withResolvers<HostScan>();
    let begun = 0;
    let isGivenUp = false;
    const ask = (leaving?: AbortSignal) =>
      running.join(
        'web-1',
        () => {},
        (_, signal) => {
          begun += 1;
          signal.addEventListener('abort', () => {
            isGivenUp = true;
            reject(signal.reason);
          });
          return promise;
        },
        leaving,
      );
    return { ask, end: () => resolve(found), begun: () => begun, isGivenUp: () => isGivenUp };
  }
  const stoppedBy = (by: string) => new ScanStopped(by);

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
    const running = createRunningScans();
    const { promise, resolve } = Promise.withResolvers<HostScan>();
    const leaving = new AbortController();
    const asked = running.join(
      'web-1',
      () => {},
      () => promise,
      leaving.signal,
    );

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

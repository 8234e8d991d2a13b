import type { HostScan } from '../../src/answers/scan-answer.ts';
import { createRunningScans } from '../../src/inspections/running-scans.ts';
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

import { currentFinding } from '../support/scan-records.ts';
import { openToldChannel } from '../support/told-channel.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

// The clock is a day ahead for some minutes, as that of a machine that has not asked for the time yet.
it('findings are told that come after a clock which was ahead as the channel was begun', async () => {
  const told = await openToldChannel();
  const { clock } = told;
  await told.scan({ findings: [] });
  clock.now += 24 * HOUR;
  await told.lookNow();
  clock.now -= 24 * HOUR;
  clock.now += MINUTE;
  await told.lookNow();
  clock.now += MINUTE;
  await told.scan({ findings: [currentFinding()] });
  await told.lookNow();

  expect([...told.posted.values()]).toHaveLength(1);
  for (const { dueAt } of told.posted.values()) expect(dueAt).toBeLessThanOrEqual(clock.now);
  await told.close();
});

it('findings are told once that come after scans of a clock which was ahead', async () => {
  const told = await openToldChannel();
  const { clock } = told;
  await told.scan({ findings: [] });
  await told.lookNow();
  clock.now += 24 * HOUR;
  await told.scan({ findings: [currentFinding()] });
  await told.lookNow();
  clock.now -= 24 * HOUR;
  for (let turn = 0; turn < 3; turn += 1) {
    clock.now += MINUTE;
    await told.lookNow();
    await told.scan({ findings: [currentFinding(), currentFinding({ subjectKey: 'db' })] });
    await told.lookNow();
  }

  const [, second, ...more] = told.posted.values();
  expect(more).toEqual([]);
  // Times of scans only grow; when something was told does not hang on that.
  expect(second?.dueAt).toBeLessThanOrEqual(clock.now);
  await told.close();
});

import { createLook } from '../../src/alerts/open-alerts.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { scanRecord } from '../support/scan-records.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';

const MINUTE = 60_000;

// The clock was two hours ahead while the process began, and is set right.
it('what comes by time alone is looked for though the clock was set back meanwhile', async () => {
  let now = Date.parse('2026-01-01T08:00:00.000Z');
  const database = temporaryDatabase();
  const store = await database.open(() => now);
  let looks = 0;
  const alerts = { severity: 'high', perHour: 20 } as const;
  const lookNow = createLook({
    context: {
      hosts: [{ name: 'web-1', labels: {} } as never],
      channels: [{ id: 'C0SECURIT', hosts: null, digest: null, alerts }],
      rules: allRules,
      now: () => now,
      owners: null,
    },
    alerts: {
      ...store.alerts,
      readNews(...asked) {
        looks += 1;
        return store.alerts.readNews(...asked);
      },
    },
    outbox: { put: (messages) => store.outbox.put(messages, now) },
    isInGroup: async () => false,
    log: silentLogger,
    render: async (document) => slackReply(document),
  });
  const at = new Date(now).toISOString();
  await store.scans.saveScan(scanRecord({ id: 'first', startedAt: at, finishedAt: at }));
  for (let turn = 0; turn < 3; turn += 1) {
    await lookNow();
    now += MINUTE;
  }
  expect(looks).toBeGreaterThanOrEqual(3);

  now -= 120 * MINUTE;
  looks = 0;
  await lookNow();
  now += 1_000;
  await lookNow();

  // The second is too soon again.
  expect(looks).toBe(1);
  await store.close();
  database.remove();
});

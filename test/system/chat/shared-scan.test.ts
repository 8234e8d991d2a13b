import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { countedQueue } from '../../support/counted-queue.ts';
import { until } from '../../support/until.ts';

const ASKED = 30;

let app: ChatApp;
let letGo: () => void;
/** How many asked for a scan that runs, or begins then. */
let askers: number;
beforeEach(async () => {
  askers = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  letGo = resolve;
  app = await openChatApp({
    rateLimits: false,
    containers: 1,
    change: ({ snapshots, scanQueue }) => ({
      scanQueue: countedQueue(scanQueue, () => {
        askers += 1;
      }),
      snapshots: {
        async takeSnapshot(...asked) {
          const snapshot = await snapshots.takeSnapshot(...asked);
          await promise;
          return snapshot;
        },
      },
    }),
  });
});
afterEach(() => app.close());

it('answers thirty requests with the one scan that runs, and the next with a new one', async () => {
  for (let index = 0; index < ASKED; index += 1) {
    await app.workspace.sendCommand({ text: 'scan on web-1' });
  }
  await until(() => askers === ASKED && app.snapshots.length > 0);
  letGo();
  await app.answered(ASKED);

  expect(app.snapshots).toEqual(['web-1']);
  const scans = app.answers.flatMap((answer) => (answer.kind === 'scan' ? answer.scans : []));
  expect(scans).toHaveLength(ASKED);
  expect(new Set(scans.map(({ takenAt }) => takenAt)).size).toBe(1);

  await app.workspace.sendCommand({ text: 'scan on web-1' });
  await app.answered(ASKED + 1);
  expect(app.snapshots).toEqual(['web-1', 'web-1']);
});

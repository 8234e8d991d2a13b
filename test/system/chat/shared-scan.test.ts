import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { until } from '../../support/until.ts';

const ASKED = 30;

let app: ChatApp;
let letGo: () => void;
beforeEach(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  letGo = resolve;
  app = await openChatApp({
    rateLimits: false,
    change: ({ snapshots }) => ({
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
  await until(() => app.snapshots.length > 0);
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

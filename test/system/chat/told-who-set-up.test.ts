import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { owed } from '../../support/outbox-rig.ts';
import { until } from '../../support/until.ts';

const security = 'C0SECURIT';
const operators = 'C0GENERAL';
let app: ChatApp;
afterEach(() => app.close());

/** What was posted of a channel that refuses, by where. */
const told = () =>
  app.workspace.calls.flatMap(({ method, arguments: { channel, text } }) =>
    method === 'chat.postMessage' && String(text).includes('are not delivered')
      ? [{ channel, text }]
      : [],
  );

async function setUp(operatorsChannel?: string): Promise<void> {
  const everyone = ['everyone'];
  const access = { view: everyone, operate: everyone, approve: everyone };
  app = await openChatApp({ access, ...(operatorsChannel && { operatorsChannel }) });
  await app.workspace.sendCommand({ text: 'alerts on high', user: 'alice' });
  await app.answered(1);
  await app.workspace.sendCommand({ text: 'digest schedule daily 08:30', user: 'bob' });
  await app.answered(2);
  app.workspace.faults.add({ kind: 'error', error: 'is_archived', channel: security, count: 9 });
  await app.outbox().put([owed('a', { what: 'alert' })]);
  await until(() => told().length > 0);
}

test('who last set up what a channel is told hears that the channel refuses it', async () => {
  await setUp();

  expect(told()).toEqual([
    {
      channel: 'U0BOB0000',
      text: expect.stringMatching(/C0SECURIT are not delivered.*because you set them up there/),
    },
  ]);
});

test('where there is a channel of operators that one hears it, and nobody else', async () => {
  await setUp(operators);

  expect(told()).toMatchObject([{ channel: operators }]);
});

import { manifestScopes } from '../../../demo/workspace/workspace.ts';
import { type ChatApp, type ChatAppOptions, openChatApp } from '../../support/chat-app.ts';
import { until } from '../../support/until.ts';

let app: ChatApp;
const { promise: held, resolve: letGo } = Promise.withResolvers<void>();

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, ...options });
}
afterEach(async () => {
  await app.close();
  expect(app.workspace.violations).toEqual([]);
});

const callsOf = (method: string) => app.workspace.calls.filter((call) => call.method === method);
const suggest = 'assistant.threads.setSuggestedPrompts';
const setStatus = 'assistant.threads.setStatus';

test('the conversation suggests lines about the worst host, and each of them is answered', async () => {
  await open();
  await app.workspace.openMessages({ user: 'alice' });
  await app.workspace.waitUntil(() => app.workspace.prompts('alice').length > 0, 60_000);
  const before = app.workspace.prompts('alice').map(({ message }) => message);
  expect(before).toEqual(['scan on web-1', 'help']);

  await app.workspace.sendCommand({ text: 'scan on web-1' });
  await app.answered(1);
  await app.workspace.openMessages({ user: 'alice' });
  await app.workspace.waitUntil(
    () => app.workspace.prompts('alice').some(({ title }) => title.includes('take over web-1')),
    60_000,
  );

  const prompts = app.workspace.prompts('alice');
  for (const [index, { message }] of prompts.entries()) {
    await app.workspace.sendDirectMessage({ user: 'alice', text: message });
    await app.answered(index + 2);
    expect(app.answers.at(-1)?.kind).not.toBe('problem');
  }
  expect(prompts).toHaveLength(4);
});

test('who may not scan is not told to', async () => {
  await open({ access: { view: ['everyone'], operate: ['U0BOB0000'], approve: [] } });
  await app.workspace.openMessages({ user: 'alice' });
  await app.workspace.openMessages({ user: 'bob' });
  const { prompts, waitUntil } = app.workspace;
  await waitUntil(() => prompts('alice').length > 0 && prompts('bob').length > 0, 60_000);

  expect(prompts('alice').map(({ message }) => message)).toEqual(['help']);
  expect(prompts('bob').map(({ message }) => message)).toContain('scan on web-1');
});

test('where the right is refused nothing is missing, and Slack is asked once', async () => {
  await open({ scopes: manifestScopes.filter((scope) => scope !== 'assistant:write') });
  await app.workspace.openMessages({ user: 'alice' });
  await until(() => callsOf(suggest).length === 1);
  await app.workspace.openMessages({ user: 'bob' });
  await app.workspace.sendDirectMessage({ user: 'bob', text: 'hosts' });
  await app.answered(1);

  expect(app.answers.at(-1)?.kind).toBe('hosts');
  expect(callsOf(suggest)).toHaveLength(1);
  expect(app.workspace.prompts('alice')).toEqual([]);
});

test('a status in the thread says that long work goes on, until it is answered', async () => {
  await open({
    change: ({ snapshots }) => ({
      snapshots: {
        async takeSnapshot(...asked) {
          await held;
          return snapshots.takeSnapshot(...asked);
        },
      },
    }),
  });
  await app.workspace.sendMention({ text: 'scan on web-1' });
  const asked = app.workspace.messages('security').find(({ isFromApp }) => !isFromApp);
  const status = () => app.workspace.status('security', asked?.ts ?? '');
  await app.workspace.waitUntil(() => status() !== null, 60_000);
  expect(status()).toBe('is looking …');

  letGo();
  await app.answered(1);
  expect(status()).toBeNull();
  const said = callsOf(setStatus).length;

  // What is answered at once shows none.
  await app.workspace.sendMention({ text: 'help' });
  await app.answered(2);
  expect(callsOf(setStatus)).toHaveLength(said);
});

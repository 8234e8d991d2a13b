import { manifestScopes } from '../../../demo/workspace/workspace.ts';
import { type ChatApp, type ChatAppOptions, openChatApp } from '../../support/chat-app.ts';

// People of the emulated workspace have the zone Europe/Berlin in their profiles.

let app: ChatApp;
afterEach(() => app.close());

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, ...options });
}
async function ask(text: string) {
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text, user: 'alice', channel: 'security' });
  await app.answered(count);
  return app.answers.at(-1);
}
const asked = () => app.workspace.calls.filter(({ method }) => method === 'users.info').length;
const withoutScope = manifestScopes.filter((scope) => scope !== 'users:read');

test('a time of day is that of the profile of who asks, which is read once in an hour', async () => {
  await open();
  await ask('containers');
  expect(asked()).toBe(0);

  for (const line of ['containers at 3am', 'containers since yesterday-03:00']) {
    expect(await ask(line)).toMatchObject({
      kind: 'containers',
      timeNote: 'The time that you typed is in Europe/Berlin: your time zone.',
    });
  }
  expect(asked()).toBe(1);
  expect(app.workspace.violations).toEqual([]);
});

test('without the scope it is UTC, and the answer says so', async () => {
  await open({ scopes: withoutScope });

  expect(await ask('containers at 3am')).toMatchObject({
    kind: 'containers',
    timeNote: 'The time that you typed is in UTC: no other time zone is known here.',
  });
});

test('a Slack that does not answer holds nothing up', async () => {
  await open();
  app.workspace.faults.add({ kind: 'hang', method: 'users.info' });

  expect(await ask('containers at 3am')).toMatchObject({ kind: 'containers' });
});

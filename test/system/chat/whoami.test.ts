import { botScopes } from '../../../src/config/slack-app.ts';
import type { WhoamiAnswer } from '../../../src/views/whoami.ts';
import { askInChat } from '../../support/asking.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';

const granted = [
  ...botScopes.map(({ scope }) => scope).filter((scope) => scope !== 'usergroups:read'),
  'channels:manage',
];
let app: ChatApp;

beforeAll(async () => {
  app = await openChatApp({ scopes: granted, rateLimits: false });
});
afterAll(() => app.close());

const ask = (text: string) => askInChat(app, text);

test('whoami compares the scopes that Slack granted with those that are used', async () => {
  const shown = await ask('whoami on web-1');

  expect(shown).toContain('1 not used: channels:manage');
  expect(shown).toContain('1 missing: usergroups:read');
  expect(shown).toContain('it is a recording, with no engine behind it');
  const { slack } = app.answers.at(-1) as WhoamiAnswer;
  expect(slack.scopes.filter(({ state }) => state === 'granted').map(({ scope }) => scope)).toEqual(
    granted.slice(0, -1),
  );
  expect(app.workspace.violations).toEqual([]);
});

test('no token is shown, in the answer or in the log', async () => {
  const shown = await ask('whoami on all');
  const { botToken, signingSecret } = app.workspace;

  for (const text of [shown, JSON.stringify(app.answers.at(-1)), app.log.join('\n')]) {
    expect(text).not.toContain(botToken);
    expect(text).not.toContain(signingSecret);
  }
});

test('it says that the scopes are unknown when Slack does not tell', async () => {
  app.workspace.faults.add({ kind: 'status', status: 500, method: 'auth.test' });
  const shown = await ask('whoami on web-1');

  expect(shown).toContain('unknown: auth.test');
});

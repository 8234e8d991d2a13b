import { validateView } from '../../../src/blocks/validate.ts';
import type { AnswerKind } from '../../../src/views/answer.ts';
import { answerTo } from '../../support/asking.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { storedAcceptance, storedFinding } from '../../support/hostile-answers.ts';
import { pressable } from '../../support/pressing.ts';
import { findLiveText } from '../../support/slack-text.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
let app: ChatApp;
let now: number;

async function open(options: ChatAppOptions = {}): Promise<void> {
  now = Date.now();
  app = await openChatApp({
    rateLimits: false,
    access: { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] },
    clock: () => now,
    ...options,
  });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
}
afterEach(async () => {
  await app.close();
  expect(app.workspace.violations).toEqual([]);
});

const blocksOf = (user: string) => (app.workspace.home(user)?.content.blocks as unknown[]) ?? [];
const homeText = (user = 'alice') => readable({ text: '', blocks: blocksOf(user) });
const labels = (user = 'alice') => pressable(blocksOf(user)).map(({ label }) => label);

const openHome = (user = 'alice') => answerTo(app, 'home', () => app.workspace.openHome({ user }));
const type = (kind: AnswerKind, text: string, user = 'alice') =>
  answerTo(app, kind, () => app.workspace.sendCommand({ text, user }));
const directText = (user: string) => {
  const direct = app.workspace.channels
    .list()
    .find(({ kind, members }) => kind === 'direct' && members.has(user));
  return direct ? app.workspace.messages(direct.id).map(readable).join('\n') : '';
};

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('Home shows hosts, grade and trend, and what is pressed is answered directly', async () => {
    await open({ kind });
    await type('scan', 'scan on web-1');
    now += 8 * DAY_MS;
    await type('scan', 'scan on web-1');

    await openHome();
    expect(homeText()).toContain('Your hosts');
    expect(homeText()).toMatch(/web-1\n: grade F \(\d+(\.\d)?\) → as a week ago, \d+ critical/);
    expect(homeText()).toMatch(/web-2\n: never scanned/);
    expect(validateView({ ...app.workspace.home('alice')?.content })).toEqual([]);

    await answerTo(app, 'findings', () =>
      app.workspace.clickInView({ user: 'alice', label: 'findings' }),
    );
    expect(directText('U0ALICE00')).toContain('open findings');
    expect(app.workspace.messages('security').filter(({ isFromApp }) => isFromApp)).toHaveLength(
      app.workspace.messages('security').filter(({ text }) => text.startsWith('web-1 ')).length,
    );
  });

  test('a scan that is pressed on Home is one message that is edited in place', async () => {
    await open({ kind });
    await openHome();

    await answerTo(app, 'scan', () => app.workspace.clickInView({ user: 'alice', label: 'scan' }));

    const direct = app.workspace.channels.list().find(({ kind: what }) => what === 'direct');
    const messages = app.workspace.messages(direct?.id ?? '');
    expect(messages.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
    expect(messages[0]?.edits[0]?.text).toBe('Scanning …');
  });

  test('it is drawn again on demand', async () => {
    await open({ kind });
    await openHome();
    await type('scan', 'scan on web-1');

    const refresh = { user: 'alice', actionId: 'act-more', option: 'Refresh' };
    await answerTo(app, 'home', () => app.workspace.clickInView(refresh));

    expect(homeText()).toMatch(/web-1\n: grade F/);
  });
});

test('what needs a decision is there, and settings for those who may approve alone', async () => {
  await open();
  await type('scan', 'scan on web-1');
  const answer = await type('findings', 'findings on web-1');
  const [one, two] = answer.kind === 'findings' ? answer.findings : [];
  const accept = (code = '', days = 0) =>
    type('accepted', `accept ${code} on web-1 --reason known --until ${days}d`, 'bob');
  await accept(one?.fingerprint, 2);
  await accept(two?.fingerprint, 20);
  now += 7 * DAY_MS;

  await openHome('bob');
  await openHome('alice');

  for (const user of ['alice', 'bob']) {
    expect(homeText(user)).toContain('Waiting for a decision');
    expect(homeText(user)).toMatch(/its acceptance expired on/);
    expect(homeText(user)).toMatch(/Acceptances that end soon\n.*\n/);
  }
  expect(JSON.stringify(blocksOf('bob'))).toMatch(
    /"channel_id":"C0SECURIT"\},\{"type":"text","text":": "\},\{"type":"text","text":"at 09:00 UTC/,
  );
  expect(homeText('alice')).not.toContain('Digest of');
});

test('who may approve switches the alerts of a channel on by a form, and the channel is told', async () => {
  await open();
  await openHome('bob');
  await openHome('alice');
  expect(labels('alice')).not.toContain('Alerts for a channel …');

  const press = { user: 'bob', actionId: 'act-more', option: 'Alerts for a channel …' };
  await app.workspace.clickInView(press);
  await app.workspace.waitUntil(() => app.workspace.modals('bob').length === 1, 60_000);
  expect(validateView({ ...app.workspace.modals('bob')[0]?.content })).toEqual([]);
  const values = {
    channel: { channel: { selected_conversation: 'C0SECURIT' } },
    severity: { severity: { selected_option: { value: 'critical' } } },
  };
  const answer = await answerTo(app, 'alert-setting', () =>
    app.workspace.submitView({ user: 'bob', values }),
  );

  expect(answer).toMatchObject({
    ...{ channel: 'C0SECURIT', change: 'on' },
    inForce: { severity: 'critical', host: null, isOff: false, origin: 'command' },
  });
  const isTold = () =>
    app.workspace
      .messages('security')
      .some((message) => readable(message).includes('Alerts are on: critical, on every host'));
  await app.workspace.waitUntil(isTold, 60_000);
  expect(app.workspace.modals('bob')).toEqual([]);
});

test.each<[string, string, readonly string[], string]>([
  ['where the person may not approve', 'C0SECURIT', [], 'needs the permission'],
  ['that alone lets those approve who type in it', 'C0SECURIT', ['C0SECURIT'], 'needs the perm'],
  ['that is none', 'C0SECURIT on all', ['everyone'], 'Choose a channel'],
])('the form refuses a channel %s', async (_which, channel, mayApproveThen, why) => {
  let mayApprove: readonly string[] = ['U0BOB0000'];
  await open({
    access: {
      ...{ view: ['everyone'], operate: ['everyone'] },
      get approve() {
        return mayApprove;
      },
    },
  });
  await openHome('bob');
  const press = { user: 'bob', actionId: 'act-more', option: 'Alerts for a channel …' };
  await app.workspace.clickInView(press);
  await app.workspace.waitUntil(() => app.workspace.modals('bob').length === 1, 60_000);
  mayApprove = mayApproveThen;
  const values = {
    channel: { channel: { selected_conversation: channel } },
    severity: { severity: { selected_option: { value: 'high' } } },
  };

  const refused = await app.workspace.submitView({ user: 'bob', values });

  expect(JSON.stringify(refused)).toContain(why);
  expect(await app.context().alerts.listSettings()).toEqual([]);
});

test('only what a person may run is offered', async () => {
  await open({ access: { view: ['everyone'], operate: ['U0BOB0000'], approve: [] } });

  await openHome('alice');
  await openHome('bob');

  expect(labels('alice')).toEqual([
    'See all',
    'posture',
    'findings',
    'containers',
    'help',
    'Refresh',
  ]);
  expect(labels('bob')).toContain('scan');
});

test('who may not even ask sees that, and no host', async () => {
  await open({ access: { view: ['U0BOB0000'], operate: [], approve: [] } });

  await answerTo(app, 'problem', () => app.workspace.openHome({ user: 'alice' }));

  expect(homeText()).toContain('“home” needs the permission “view”');
  expect(homeText()).not.toContain('web-1');
});

test('a grade that fell or rose has its arrow', async () => {
  let before = 90;
  await open({
    change: ({ store }) => ({
      store: {
        ...store,
        findPostureAt: async (host, at) => {
          const posture = await store.findPostureAt(host, Number.MAX_SAFE_INTEGER);
          expect(at).toBe(now - 7 * DAY_MS);
          return posture && { ...posture, score: before };
        },
      },
    }),
  });
  await type('scan', 'scan on web-1');

  await openHome();
  expect(homeText()).toMatch(/grade F \(\d+(\.\d)?\) ↓ \d+(\.\d)? in a week/);
  before = 0;
  await openHome();
  expect(homeText()).toMatch(/grade F \(\d+(\.\d)?\) ↑ \d+(\.\d)? in a week/);
});

test('hostile names on Home act on nothing', async () => {
  await open({
    change: ({ store }) => ({
      store: {
        ...store,
        listDecidedFindings: async () => [
          storedFinding({ acceptance: storedAcceptance('voided') }),
        ],
      },
    }),
  });

  await openHome();

  expect(homeText()).toContain('Waiting for a decision');
  expect(findLiveText({ text: '', blocks: blocksOf('alice') })).toEqual([]);
});

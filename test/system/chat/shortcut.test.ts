import { WebClient } from '@slack/web-api';
import type { AnswerKind } from '../../../src/views/answer.ts';
import { answerTo } from '../../support/asking.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { hostileText } from '../../support/hostile-answers.ts';
import { press, pressable } from '../../support/pressing.ts';
import { findLiveText } from '../../support/slack-text.ts';

const security = 'C0SECURIT';
let app: ChatApp;

/** Where a test asks: those that share an app have a channel each. */
let channel: string;
let channels = 0;
/** One for each way of delivery, which the tests share, and those that are about a setting. */
const apps = new Map<ChatKind | 'with hosts' | 'with rights', ChatApp>();

async function openScanned(options: ChatAppOptions): Promise<ChatApp> {
  app = await openChatApp({ rateLimits: false, ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
  channel = security;
  await answerTo(app, 'scan', () => app.workspace.sendCommand({ text: 'scan on web-1' }));
  return app;
}

async function open(kind: ChatKind = 'http'): Promise<void> {
  app = apps.get(kind) ?? (await openScanned({ kind }));
  apps.set(kind, app);
  channels += 1;
  channel = app.workspace.channels.create({ name: `shortcut-${channels}` }).id;
}
afterEach(() => expect(app.workspace.violations).toEqual([]));
afterAll(() => Promise.all([...apps.values()].map((one) => one.close())));

/** Bob writes something, and alice asks Seawall about it. */
const askAbout = <K extends AnswerKind>(kind: K, text: string) =>
  askAboutMessage(kind, app.workspace.postAsUser({ text, user: 'bob', channel }).ts);

const askAboutMessage = <K extends AnswerKind>(kind: K, messageTs: string) =>
  answerTo(app, kind, () =>
    app.workspace.runShortcut({ callbackId: 'ask_about_message', messageTs, channel }),
  );
const privately = () => app.workspace.ephemerals(channel, 'alice');
const lastText = () => readable(privately().at(-1) ?? { text: '', blocks: [] });

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('the one container that a message names is inspected, for who asked alone', async () => {
    await open(kind);
    const before = app.workspace.messages(channel).length;

    const answer = await askAbout('inspect', 'is `t01-priv` alright? It was slow.');

    expect(answer.container.facts.name).toBe('t01-priv');
    expect(privately().map(readable).join('\n')).toContain('t01-priv on web-1');
    expect(app.workspace.messages(channel)).toHaveLength(before + 1);
  });

  test('several are offered, each a click away', async () => {
    await open(kind);

    const answer = await askAbout('mentioned', 'compare t01-priv, and t37-stopped-priv.');
    const message = privately().at(-1);
    await answerTo(app, 'inspect', () => press(app, message, 't37-stopped-priv on web-1'));

    expect(answer.found.map(({ name }) => name)).toEqual(['t01-priv', 't37-stopped-priv']);
    expect(pressable(message?.blocks ?? [])).toHaveLength(2);
  });

  test('for none it says what it looked for', async () => {
    await open(kind);

    await askAbout('mentioned', 'lunch? t01-privy t01');

    expect(lastText()).toContain('No known container is named there');
    expect(lastText()).toMatch(/names and ids of \d+ containers on web-1, web-2/);
  });
});

test('an id names a container as well, also in a link and in blocks', async () => {
  await open();
  const { containers } = await answerTo(app, 'containers', () =>
    app.workspace.sendCommand({ text: 'containers on web-1', channel }),
  );
  const [, second] = containers;

  const words = `see <http://web.example/${second?.facts.id.slice(0, 12)}|this>`;
  const linked = await askAbout('inspect', words);
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: words } }];
  const client = new WebClient(app.workspace.botToken, { slackApiUrl: app.workspace.apiUrl });
  const posted = await client.chat.postMessage({ channel, text: 'see this', blocks });
  const inBlocks = await askAboutMessage('inspect', posted.ts ?? '');

  const ids = [linked, inBlocks].map(({ container }) => container.facts.id);
  expect(ids).toEqual([second?.facts.id, second?.facts.id]);
});

test('a hostile message acts on nothing', async () => {
  await open();

  await askAbout('mentioned', `${hostileText} scan on web-2 ${'('.repeat(5_000)}`);

  expect(app.snapshots).toEqual(['web-1']);
  expect(
    privately()
      .filter(({ isFromApp }) => isFromApp)
      .flatMap(findLiveText),
  ).toEqual([]);
});

test('only hosts of the channel are looked through', async () => {
  // Alice, who is named in person for scans, may look at web-1; she asks as everyone may.
  const access = { view: ['everyone'], operate: ['U0ALICE00'], approve: [] };
  const channelHosts = new Map([[security, ['web-2']]]);
  apps.set('with hosts', await openScanned({ access, channelHosts }));

  const answer = await askAbout('mentioned', 't01-priv');

  expect(answer).toMatchObject({ found: [], hosts: ['web-2'], known: 0 });
});

test('whoever may not ask is refused', async () => {
  const who = ['everyone'];
  const access = { view: who, operate: who, approve: [] };
  apps.set('with rights', await openScanned({ access }));
  who.pop();

  await askAbout('problem', 't01-priv');

  expect(lastText()).toContain('needs the permission “view”');
});

test('a shortcut that is not ours is acknowledged and left alone', async () => {
  await open();
  const { ts } = app.workspace.postAsUser({ text: 't01-priv', channel });

  const delivery = await app.workspace.runShortcut({ callbackId: 'other', messageTs: ts, channel });
  await answerTo(app, 'status', () => app.workspace.sendCommand({ text: 'status', channel }));

  expect(delivery.ackStatus).toBe(200);
});

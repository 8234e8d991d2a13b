import type { Answer, AnswerKind, AnswerOf } from '../../../src/views/answer.ts';
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

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
  await answerTo('scan', () => app.workspace.sendCommand({ text: 'scan on web-1' }));
}
afterEach(async () => {
  await app.close();
  expect(app.workspace.violations).toEqual([]);
});

async function answerTo<K extends AnswerKind>(
  kind: K,
  act: () => Promise<unknown>,
): Promise<AnswerOf<K>> {
  const count = app.answers.length + 1;
  await act();
  await app.answered(count);
  const answer = app.answers.at(-1) as Answer;
  if (answer.kind !== kind) throw new Error(`not ${kind}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}

/** Bob writes something, and alice asks Seawall about it. */
const askAbout = <K extends AnswerKind>(kind: K, text: string) => {
  const { ts } = app.workspace.postAsUser({ text, user: 'bob' });
  return answerTo(kind, () =>
    app.workspace.runShortcut({ callbackId: 'ask_about_message', messageTs: ts }),
  );
};
const privately = () => app.workspace.ephemerals(security, 'alice');
const lastText = () => readable(privately().at(-1) ?? { text: '', blocks: [] });

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('the one container that a message names is inspected, for who asked alone', async () => {
    await open({ kind });
    const before = app.workspace.messages(security).length;

    const answer = await askAbout('inspect', 'is `t01-priv` alright? It was slow.');

    expect(answer.container.facts.name).toBe('t01-priv');
    expect(privately().map(readable).join('\n')).toContain('t01-priv on web-1');
    expect(app.workspace.messages(security)).toHaveLength(before + 1);
  });

  test('several are offered, each a click away', async () => {
    await open({ kind });

    const answer = await askAbout('mentioned', 'compare t01-priv, and t37-stopped-priv.');
    const message = privately().at(-1);
    await answerTo('inspect', () => press(app, message, 't37-stopped-priv on web-1'));

    expect(answer.found.map(({ name }) => name)).toEqual(['t01-priv', 't37-stopped-priv']);
    expect(pressable(message?.blocks ?? [])).toHaveLength(2);
  });

  test('for none it says what it looked for', async () => {
    await open({ kind });

    await askAbout('mentioned', 'lunch? t01-privy t01');

    expect(lastText()).toContain('No known container is named there');
    expect(lastText()).toMatch(/names and ids of \d+ containers on web-1, web-2/);
  });
});

test('an id names a container as well, also in a link and in blocks', async () => {
  await open();
  const { containers } = await answerTo('containers', () =>
    app.workspace.sendCommand({ text: 'containers on web-1' }),
  );
  const [, second] = containers;

  const answer = await askAbout(
    'inspect',
    `see <http://web.example/${second?.facts.id.slice(0, 12)}|this>`,
  );

  expect(answer.container.facts.id).toBe(second?.facts.id);
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
  await open({ access, channelHosts: new Map([[security, ['web-2']]]) });

  const answer = await askAbout('mentioned', 't01-priv');

  expect(answer).toMatchObject({ found: [], hosts: ['web-2'], known: 0 });
});

test('whoever may not ask is refused', async () => {
  const who = ['everyone'];
  await open({ access: { view: who, operate: who, approve: [] } });
  who.pop();

  await askAbout('problem', 't01-priv');

  expect(lastText()).toContain('needs the permission “view”');
});

test('a shortcut that is not ours is acknowledged and left alone', async () => {
  await open();
  const { ts } = app.workspace.postAsUser({ text: 't01-priv' });

  const delivery = await app.workspace.runShortcut({ callbackId: 'other', messageTs: ts });
  await answerTo('status', () => app.workspace.sendCommand({ text: 'status' }));

  expect(delivery.ackStatus).toBe(200);
});

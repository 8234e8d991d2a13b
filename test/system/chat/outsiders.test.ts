import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { press, pressable } from '../../support/pressing.ts';
import { until } from '../../support/until.ts';

const THEIRS = 'T0OTHER00';
const refusal = 'I answer people of my own Slack workspace only.';
let app: ChatApp;

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
  app.workspace.users.create({ name: 'mallory', team: THEIRS });
}
afterEach(() => app.close());

const auditRows = () =>
  app.database.rows<Record<string, string>>(
    'select who, place, verb, outcome, what from audit order by id',
  );
const publicOnes = () =>
  app.workspace
    .messages('security')
    .filter(({ isFromApp }) => isFromApp)
    .map(readable);
const privateOnes = (user = 'mallory') =>
  app.workspace
    .ephemerals('security', user)
    .filter(({ isFromApp }) => isFromApp)
    .map(readable);
const mallory = () => app.workspace.users.find('mallory')?.id ?? '';

describe.each<ChatKind>(['http', 'socket'])('of another workspace, over %s', (kind) => {
  test.each(['scan', 'findings', 'help', 'whoami', 'nonsense', 'accept 1a2b3c4d'])(
    'the command “%s” does nothing and tells nothing but that, and is audited',
    async (text) => {
      await open({
        kind,
        access: { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] },
      });

      const { ackStatus } = await app.workspace.sendCommand({ text, user: 'mallory' });
      await app.answered(1);

      expect([ackStatus, publicOnes(), app.snapshots]).toEqual([200, [], []]);
      expect(privateOnes()).toEqual([expect.stringContaining(refusal)]);
      expect(privateOnes().join()).not.toMatch(/web-1|access|scan/);
      await until(() => auditRows().length > 0);
      expect(auditRows()).toEqual([
        {
          ...{ who: mallory(), place: 'C0SECURIT', verb: 'outsider', outcome: 'refused' },
          what: `${THEIRS}: /seawall ${text}`,
        },
      ]);
    },
  );
});

test('a mention is refused to its author alone, also in a thread', async () => {
  await open();
  await app.workspace.sendMention({ text: 'scan', user: 'mallory' });
  await app.answered(1);

  expect([publicOnes(), app.snapshots]).toEqual([[], []]);
  expect(privateOnes()).toEqual([expect.stringContaining(refusal)]);
});

test('a direct message is answered with the refusal', async () => {
  await open();
  const { payload } = await app.workspace.sendDirectMessage({ text: 'findings', user: 'mallory' });
  await app.answered(1);

  const { channel } = payload.event as { channel: string };
  const said = app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
  expect(said.map(readable)).toEqual([expect.stringContaining(refusal)]);
});

test('a button, a form and a shortcut on what everybody sees do nothing', async () => {
  await open({ access: { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] } });
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  const [scan] = app.workspace.messages('security').filter(({ isFromApp }) => isFromApp);

  await press(app, scan, 'Rescan', 'mallory');
  await press(app, scan, 'Accept', 'mallory');
  await app.workspace.runShortcut({
    ...{ callbackId: 'ask_about_message', user: 'mallory', messageTs: scan?.ts ?? '' },
  });
  await app.answered(4);

  expect(app.snapshots).toEqual(['web-1']);
  expect(app.workspace.modals('mallory')).toEqual([]);
  expect(privateOnes()).toEqual(Array.from({ length: 3 }, () => expect.stringContaining(refusal)));
  await until(() => auditRows().length === 4);
  expect(
    auditRows()
      .slice(1)
      .map(({ what }) => what),
  ).toEqual([`${THEIRS}: a button`, `${THEIRS}: a button`, `${THEIRS}: a shortcut`]);
});

test('a form that one of theirs sends off says so in the form', async () => {
  await open({ access: { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] } });
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  await app.workspace.sendCommand({ text: 'findings' });
  await app.answered(2);
  const list = app.workspace
    .ephemerals('security', 'alice')
    .find(({ blocks }) => pressable(blocks).some(({ label }) => label.startsWith('Filter')));
  await press(app, list, 'Filter …');
  await app.workspace.waitUntil(() => app.workspace.modals('alice').length === 1, 60_000);
  // As if alice's form were in the hands of another workspace's person.
  const alice = app.workspace.users.find('alice');
  if (alice) alice.team = THEIRS;
  const { ackBody } = await app.workspace.submitView({ user: 'alice', values: {} });

  expect(ackBody).toMatchObject({ response_action: 'errors' });
  expect(JSON.stringify(ackBody)).toContain(refusal);
});

test('the Home tab shows the refusal and no host', async () => {
  await open();
  await app.workspace.openHome({ user: 'mallory' });
  await app.workspace.waitUntil(() => app.workspace.home('mallory') !== undefined, 60_000);

  const home = JSON.stringify(app.workspace.home('mallory'));
  expect(home).toContain(refusal);
  expect(home).not.toContain('web-1');
});

test('an event that says nothing of its author but happened elsewhere is refused', async () => {
  await open();
  const { payload } = await app.workspace.sendMention({ text: 'help' });
  await app.answered(1);
  const event = { ...(payload.event as object), team: undefined, user_team: THEIRS };
  await app.workspace.sendEvent(JSON.parse(JSON.stringify(event)) as Record<string, unknown>);
  await app.answered(2);

  expect(app.answers[1]).toMatchObject({ kind: 'problem', cause: 'refused' });
});

test('that the app left another workspace is no concern of this one', async () => {
  await open();
  const team = THEIRS;
  await app.workspace.sendEvent({ type: 'app_uninstalled', team });
  await app.workspace.sendCommand({ text: 'status' });
  await app.answered(1);

  expect(app.answers).toMatchObject([{ kind: 'status' }]);
});

test('those that the settings name may ask, with the rights of everyone', async () => {
  await open({ otherTeams: [THEIRS] });
  await app.workspace.sendCommand({ text: 'scan', user: 'mallory' });
  await app.answered(1);

  expect(app.answers).toMatchObject([{ kind: 'scan' }]);
});

test('an outsider uses up nothing of the channel, and is answered as often as anybody', async () => {
  const rate = { requests: 3, scans: 3 };
  await open({ rates: { user: rate, channel: rate } });
  for (let count = 0; count < 6; count += 1) {
    await app.workspace.sendCommand({ text: 'help', user: 'mallory' });
  }
  await app.workspace.sendCommand({ text: 'status', user: 'bob' });
  await app.answered(7);

  expect(app.answers.filter(({ kind }) => kind === 'status')).toHaveLength(1);
  await until(() => auditRows().length >= 3);
  expect(auditRows()).toHaveLength(3);
});

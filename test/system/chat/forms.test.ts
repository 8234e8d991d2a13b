import { validateView } from '../../../src/blocks/validate.ts';
import type { Json } from '../../../src/blocks/walk.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import type { Answer, AnswerKind, AnswerOf } from '../../../src/views/answer.ts';
import { type ChatApp, type ChatKind, openChatApp, readable } from '../../support/chat-app.ts';
import { press, pressable } from '../../support/pressing.ts';

const approver = 'bob';
const approvers = ['U0BOB0000', 'U0CAROL00'];
let app: ChatApp;
/** Each test has one of its own, in which nobody asked before. */
let channel: string;
let alter: (snapshot: Snapshot) => Snapshot;
const approve: string[] = [];
/** What reading a token waits for. */
let released: Promise<void> | undefined;
/** What was there before the test: accepted findings and calls to Slack. */
let before = { acceptances: 0, calls: 0 };

/** One for each way of delivery, which the tests share. */
const apps = new Map<ChatKind, ChatApp>();
const scanned = new Set<ChatApp>();
let channels = 0;

async function openOf(kind: ChatKind): Promise<ChatApp> {
  const opened = await openChatApp({
    kind,
    rateLimits: false,
    // The same list for all tests, which they may change.
    access: { view: ['everyone'], operate: ['everyone'], approve },
    tokensWait: async () => released,
    change: ({ snapshots }) => ({
      snapshots: {
        takeSnapshot: async (host, onProgress) =>
          alter(await snapshots.takeSnapshot(host, onProgress)),
      },
    }),
  });
  apps.set(kind, opened);
  if (kind === 'socket') {
    await opened.workspace.waitUntil(() => opened.workspace.sockets.count() === 2, 60_000);
  }
  return opened;
}

async function open(kind: ChatKind = 'http'): Promise<void> {
  alter = (snapshot) => snapshot;
  approve.splice(0, approve.length, ...approvers);
  released = undefined;
  app = apps.get(kind) ?? (await openOf(kind));
  channels += 1;
  channel = app.workspace.channels.create({ name: `forms-${channels}` }).id;
  for (const user of [approver, 'alice']) {
    while (app.workspace.modals(user).length > 0) await app.workspace.closeModal({ user });
  }
  before = { acceptances: 0, calls: app.workspace.calls.length };
  before.acceptances = acceptanceRows().length;
}
afterEach(() => expect(app.workspace.violations).toEqual([]));
afterAll(() => Promise.all([...apps.values()].map((one) => one.close())));

const posts = () => app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const lastPrivate = (user: string) =>
  app.workspace.ephemerals(channel, user).findLast(({ isFromApp }) => isFromApp);
const lastText = (user: string) => {
  const message = lastPrivate(user);
  return message ? readable(message) : '';
};

async function type<K extends AnswerKind>(
  kind: K,
  text: string,
  user = approver,
): Promise<AnswerOf<K>> {
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text, user, channel });
  await app.answered(count);
  const answer = app.answers.at(-1) as Answer;
  if (answer.kind !== kind) throw new Error(`not ${kind}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}

const modal = (user = approver) => app.workspace.modals(user).at(-1);
const modalText = (user = approver) =>
  readable({ text: '', blocks: (modal(user)?.content.blocks as unknown[]) ?? [] });
const modalOpen = (user = approver) =>
  app.workspace.waitUntil(() => modal(user)?.content.callback_id === 'accept', 60_000);

const filled = (reason: string, more: Json = {}): Json => ({
  reason: { reason: { value: reason } },
  ...more,
});
const forDays = (days: string): Json => ({
  expiry: { expiry: { selected_option: { value: days } } },
});

/** Scans what was not scanned as it is. */
async function scan(user = approver): Promise<void> {
  if (scanned.has(app)) return;
  await type('scan', 'scan on web-1', user);
  scanned.add(app);
}

/** Shows one open finding of a container to a person, and gives its name. */
async function showFinding(user = approver) {
  await scan(user);
  const { findings } = await type('findings', 'findings on web-1', user);
  const finding = findings.findLast(({ subjectKind }) => subjectKind === 'container');
  if (finding === undefined) throw new Error('the recording has no finding of a container');
  await type('why', `why ${finding.fingerprint} on web-1`, user);
  return finding;
}

async function openForm() {
  const finding = await showFinding();
  await press(app, lastPrivate(approver), 'Accept …', approver);
  await modalOpen();
  return finding;
}

const acceptanceRows = () =>
  app.database
    .rows<{ reason: string; until_at: number; ended_at: number | null }>(
      'select reason, until_at, ended_at from acceptance order by id',
    )
    .slice(before.acceptances);

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('a risk is accepted by its form: preview, public word, way back', async () => {
    await open(kind);
    const finding = await openForm();
    const preview = modalText();
    const view = modal();
    const count = app.answers.length + 1;

    const delivery = await app.workspace.submitView({
      user: approver,
      values: filled('known “risk”\nsecond line --until 365d', forDays('7d')),
    });
    await app.answered(count);

    expect(preview).toContain('This hides one finding');
    for (const part of [finding.severity, finding.message, 'on web-1', 'Bound to', 'image']) {
      expect(preview).toContain(part);
    }
    expect(view?.content.private_metadata).toMatch(/^[\w-]{32}$/);
    expect(JSON.stringify(view?.content)).not.toContain(finding.fingerprint);
    expect(delivery).toMatchObject({ ackStatus: 200 });
    expect(app.workspace.modals(approver)).toEqual([]);
    expect(acceptanceRows()).toMatchObject([
      { reason: 'known “risk” second line --until 365d', ended_at: null },
    ]);
    const days = ((acceptanceRows()[0]?.until_at ?? 0) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    const word = posts().at(-1);
    expect(word?.text).toMatch(new RegExp(`^Accepted until [-0-9]+: ${finding.rule} for `));
    expect(word && readable(word)).toContain('(bob)');
    expect(JSON.stringify(word?.blocks)).not.toContain('user_id');
    await press(app, word, 'unaccept', approver);
    await app.answered(count + 1);
    expect(app.answers.at(-1)?.kind).toBe('unaccepted');
  });

  test('mistakes are shown at their fields, and nothing is accepted', async () => {
    await open(kind);
    await openForm();

    await app.workspace.submitView({
      user: approver,
      values: filled('   ', { day: { day: { selected_date: '2001-01-01' } } }),
    });

    expect(modal()?.errors).toEqual({
      reason: 'A reason is needed.',
      day: '“2001-01-01” is over already.',
    });
    expect(acceptanceRows()).toEqual([]);
  });

  test('a form sent off twice accepts once', async () => {
    await open(kind);
    await openForm();
    const view = modal();
    const count = app.answers.length + 1;

    const first = await app.workspace.submitView({ user: approver, values: filled('known') });
    await app.answered(count);
    const again = await app.workspace.redeliver(first);

    expect(view?.content.callback_id).toBe('accept');
    expect(again).toMatchObject({ ackStatus: 200 });
    expect(JSON.stringify(again.ackBody ?? '')).not.toContain('errors');
    expect(acceptanceRows()).toHaveLength(1);
    expect(posts().filter(({ text }) => text.startsWith('Accepted until '))).toHaveLength(1);
  });

  test('a finding that was fixed meanwhile is said in the form', async () => {
    await open(kind);
    await openForm();
    alter = (snapshot) => ({
      ...snapshot,
      containers: { state: 'read', value: { read: [], unread: [] } },
    });
    scanned.delete(app);
    await type('scan', 'scan on web-1');

    await app.workspace.submitView({ user: approver, values: filled('known') });

    expect(modal()?.errors.reason).toMatch(/was fixed or gone on .* Nothing was changed\.$/);
    expect(acceptanceRows()).toEqual([]);
  });

  test('findings are filtered, and the form shows them', async () => {
    await open(kind);
    await scan();
    await type('findings', 'findings on web-1');
    const answer = app.workspace
      .ephemerals(channel, approver)
      .findLast(({ blocks }) => pressable(blocks).length > 0);
    await press(app, answer, 'Filter …', approver);
    await app.workspace.waitUntil(() => modal()?.content.callback_id === 'filter', 60_000);
    const choice = (value: string) => ({ value, text: { type: 'plain_text', text: value } });

    await app.workspace.submitView({
      user: approver,
      values: {
        severities: { severities: { selected_options: [choice('critical')] } },
        rule: { rule: { selected_option: choice('no-privileged-container') } },
        host: { host: { selected_option: choice('web-1') } },
      },
    });

    expect(modalText()).toContain('no-privileged-container');
    expect(modalText()).toMatch(/Severity: \n\d+ critical$/m);
    expect(validateView({ ...modal()?.content })).toEqual([]);
  });
});

test('a form of somebody else’s finding is refused before it opens', async () => {
  await open();
  await showFinding('alice');
  const count = app.answers.length + 1;

  await press(app, lastPrivate('alice'), 'Accept …', 'alice');
  await app.answered(count);

  expect(app.workspace.modals('alice')).toEqual([]);
  expect(lastText('alice')).toContain('“accept” needs the permission “approve”');
});

test('a form sent off twice at the same moment accepts once', async () => {
  await open();
  await openForm();
  const values = filled('known');
  const count = app.answers.length + 1;

  const both = await Promise.all([
    app.workspace.submitView({ user: approver, values }),
    app.workspace.submitView({ user: approver, values }),
  ]);
  await app.answered(count);

  expect(both.map(({ ackStatus }) => ackStatus)).toEqual([200, 200]);
  expect(acceptanceRows()).toHaveLength(1);
  expect(posts().filter(({ text }) => text.startsWith('Accepted until '))).toHaveLength(1);
});

test('two people with the same form open: the second is told who was first', async () => {
  await open();
  approve.push('U0ALICE00');
  await openForm();
  await showFinding('alice');
  await press(app, lastPrivate('alice'), 'Accept …', 'alice');
  await modalOpen('alice');
  const count = app.answers.length + 1;

  await app.workspace.submitView({ user: approver, values: filled('known') });
  await app.answered(count);
  await app.workspace.submitView({ user: 'alice', values: filled('mine') });

  expect(modal('alice')?.errors.reason).toMatch(/accepted already, by bob until/);
  expect(acceptanceRows()).toMatchObject([{ reason: 'known' }]);
});

test('who lost the permission meanwhile accepts nothing', async () => {
  await open();
  await openForm();
  approve.splice(0, 1);

  await app.workspace.submitView({ user: approver, values: filled('known') });

  expect(modal()?.errors.reason).toContain('“accept” needs the permission “approve”');
  expect(acceptanceRows()).toEqual([]);
});

test('a finding that changed since the preview is not accepted unseen', async () => {
  await open();
  const finding = await openForm();
  app.database.run(`update finding set severity = 4, message = 'worse now'
      where fingerprint = '${finding.fingerprint}'`);

  await app.workspace.submitView({ user: approver, values: filled('known') });

  expect(modal()?.errors.reason).toContain('changed since you opened this form');
  expect(acceptanceRows()).toEqual([]);
});

test('what is wrong with a typed decision is said in its form', async () => {
  await open();
  const { fingerprint } = await showFinding();
  const text = `accept ${fingerprint} on web-1 --reason known --until 2020-01-01`;

  await type('problem', text);
  await modalOpen();

  expect(modalText()).toContain('“2020-01-01” is over already.');
});

test('a finding that is accepted already opens no form', async () => {
  await open();
  const finding = await showFinding();
  const message = lastPrivate(approver);
  await type('accepted', `accept ${finding.fingerprint} on web-1 --reason known --until 30d`);
  const count = app.answers.length + 1;

  await press(app, message, 'Accept …', approver);
  await app.answered(count);

  expect(app.workspace.modals(approver)).toEqual([]);
  expect(lastText(approver)).toContain('It is accepted already, by bob until');
});

test('where the database is slow the form opens at once and is filled later', async () => {
  await open();
  await showFinding();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  released = promise;

  await press(app, lastPrivate(approver), 'Accept …', approver);
  await app.workspace.waitUntil(() => modal() !== undefined, 60_000);
  const first = modalText();
  release();
  await modalOpen();

  expect(first).toContain('One moment …');
  expect(modalText()).toContain('This hides one finding');
  const updates = app.workspace.calls
    .slice(before.calls)
    .filter(({ method }) => method === 'views.update');
  expect(updates).toMatchObject([{ arguments: { hash: expect.any(String) } }]);
});

test('where the database is slow a form says later what came of it', async () => {
  await open();
  await openForm();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  released = promise;
  const count = app.answers.length + 1;

  // In time, by the clock of the workspace.
  const { ackStatus } = await app.workspace.submitView({
    ...{ user: approver, values: filled('known') },
  });
  const meanwhile = modalText();
  release();
  await app.answered(count);

  expect(ackStatus).toBe(200);
  expect(meanwhile).toContain('One moment …');
  expect(modalText()).toContain('Done.');
  expect(acceptanceRows()).toHaveLength(1);
});

test('a forged form changes nothing', async () => {
  await open();
  await openForm();
  const view = modal();
  if (view) view.content.private_metadata = 'A'.repeat(32);

  await app.workspace.submitView({ user: approver, values: filled('known') });

  expect(modal()?.errors.reason).toContain('not known to me. Nothing was changed.');
  expect(acceptanceRows()).toEqual([]);
});

test('where the channel takes no message, the person alone gets the word', async () => {
  await open();
  await openForm();
  app.workspace.channels.removeBot(channel);
  const count = app.answers.length + 1;

  await app.workspace.submitView({ user: approver, values: filled('known') });
  await app.answered(count);

  const direct = app.workspace.channels.list().filter(({ kind }) => kind === 'direct');
  const said = direct.flatMap(({ id }) => app.workspace.messages(id)).map(readable);
  expect(said.join('\n')).toContain('Accepted until ');
});

describe('a decision without its reason', () => {
  const offered = (user = approver) =>
    app.workspace
      .ephemerals(channel, user)
      .findLast(({ blocks }) =>
        pressable(blocks).some(({ label }) => label.startsWith('Write the reason')),
      );
  const everythingPressable = () =>
    JSON.stringify([
      ...app.workspace.messages(channel),
      ...app.workspace.ephemerals(channel, approver),
    ]);

  test('typed as a command opens the form, with what was written of it', async () => {
    await open();
    const finding = await showFinding();
    const code = finding.fingerprint;
    const posted = posts().length;
    const told = app.workspace.ephemerals(channel, approver).length;
    await type('problem', `accept ${code} on web-1 --reason "behind the proxy"`);
    await modalOpen();

    expect(JSON.stringify(modal()?.content)).toContain('"initial_value":"behind the proxy"');
    expect(posts()).toHaveLength(posted);
    expect(app.workspace.ephemerals(channel, approver)).toHaveLength(told);
    const count = app.answers.length + 1;
    await app.workspace.submitView({ user: approver, values: {} });
    await app.answered(count);
    expect(acceptanceRows()).toMatchObject([{ reason: 'behind the proxy' }]);
    const word = posts().at(-1);
    expect(word && readable(word)).toContain('Accepted until ');
  });

  test('in a mention is answered to the one alone, with a button that opens the form', async () => {
    await open();
    const finding = await showFinding();
    const posted = posts().length;
    const count = app.answers.length + 1;
    const text = `accept ${finding.fingerprint} on web-1`;
    await app.workspace.sendMention({ text, user: approver, channel });
    await app.answered(count);

    expect(posts()).toHaveLength(posted);
    await press(app, offered(), 'Write the reason', approver);
    await modalOpen();
    expect(everythingPressable()).not.toContain('--reason \\"why');
    expect(app.answers.at(-1)).toMatchObject({ kind: 'problem', correctedLine: null });
  });

  test('is an attestation by its form, too', async () => {
    await open();
    await scan();
    await type('problem', 'attest hardened-host-os on web-1');
    await app.workspace.waitUntil(() => modal()?.content.callback_id === 'decide', 60_000);

    expect(modalText()).toContain('attest hardened-host-os on web-1');
    const count = app.answers.length + 1;
    await app.workspace.submitView({
      user: approver,
      values: filled('checked by hand', forDays('90d')),
    });
    await app.answered(count);
    expect(app.answers.at(-1)).toMatchObject({
      kind: 'attested',
      attestations: [{ reason: 'checked by hand', by: 'bob' }],
    });
    expect(posts().at(-1)?.text).toContain('hardened-host-os');
  });

  test('is a baseline, too: pressing shows what is approved and asks why', async () => {
    await open();
    const { subjects } = await showFinding();
    const [name = ''] = subjects;
    const baselines = () => app.context().baselines.list({ hosts: ['web-1'] });
    await type('problem', `baseline aprove ${name} on web-1`);
    const asked = app.answers.length + 1;
    await press(app, lastPrivate(approver), `baseline approve ${name}`, approver);
    await app.answered(asked);
    await app.workspace.waitUntil(() => modal()?.content.callback_id === 'decide', 60_000);
    expect(await baselines()).toEqual([]);
    expect(modalText()).toContain(`${name} on web-1, as it is now: image`);
    expect(modalText()).toContain('Nothing was approved for it before.');
    expect(modalText()).not.toContain('For how long');

    const count = app.answers.length + 1;
    const values = filled('reviewed with the team');
    await app.workspace.submitView({ user: approver, values });
    await app.answered(count);
    expect(app.answers.at(-1)).toMatchObject({
      kind: 'baseline',
      baseline: { reason: 'reviewed with the team' },
    });
    expect(await baselines()).toHaveLength(1);
  });

  test.each(['accept', 'baseline aprove web', 'attest hardened-host-os --reson x', 'baseline'])(
    '%s is a mistake that nobody else sees',
    async (text) => {
      await open();
      const posted = posts().length;
      for (const send of [app.workspace.sendCommand, app.workspace.sendMention]) {
        const count = app.answers.length + 1;
        await send({ text, user: approver, channel });
        await app.answered(count);
        expect(app.answers.at(-1)?.kind).toBe('problem');
      }

      expect(posts()).toHaveLength(posted);
      const shown = app.workspace.ephemerals(channel, approver).filter((one) => one.isFromApp);
      expect(shown).toHaveLength(2);
      expect(JSON.stringify(shown)).not.toContain('needs the real addresses');
    },
  );
});

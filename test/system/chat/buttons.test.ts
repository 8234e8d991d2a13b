import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import type { AnswerKind } from '../../../src/views/answer.ts';
import { answerTo } from '../../support/asking.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { press, pressable } from '../../support/pressing.ts';
import { findLiveText } from '../../support/slack-text.ts';

const approver = 'bob';
const access = { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] };
let app: ChatApp;
/** Each test has one of its own, in which nobody asked before. */
let channel: string;
let alter: (snapshot: Snapshot) => Snapshot;
let now = Date.now();
let before = { answers: 0, snapshots: 0 };

/** One for each way of delivery, which the tests share. */
const apps = new Map<ChatKind | 'without a database', ChatApp>();
/** Those whose hosts were last scanned as they are. */
const scanned = new Set<ChatApp>();
let channels = 0;

async function openOf(options: ChatAppOptions): Promise<ChatApp> {
  const opened = await openChatApp({
    rateLimits: false,
    access,
    clock: () => now,
    ...options,
    change: (context) => ({
      snapshots: {
        takeSnapshot: async (host, onProgress) =>
          alter(await context.snapshots.takeSnapshot(host, onProgress)),
      },
    }),
  });
  if (options.kind === 'socket') {
    await opened.workspace.waitUntil(() => opened.workspace.sockets.count() === 2, 60_000);
  }
  return opened;
}

async function open(kind: ChatKind = 'http'): Promise<void> {
  alter = (snapshot) => snapshot;
  app = apps.get(kind) ?? (await openOf({ kind }));
  apps.set(kind, app);
  channels += 1;
  channel = app.workspace.channels.create({ name: `buttons-${channels}` }).id;
  before = { answers: app.answers.length, snapshots: app.snapshots.length };
}
afterEach(() => expect(app.workspace.violations).toEqual([]));
afterAll(() => Promise.all([...apps.values()].map((one) => one.close())));

/** Since the test began. */
const answered = () => app.answers.slice(before.answers).map(({ kind }) => kind);
const snapshots = () => app.snapshots.slice(before.snapshots);
const privately = (user = 'alice') =>
  app.workspace.ephemerals(channel, user).filter(({ isFromApp }) => isFromApp);
const posts = () => app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const lastPrivate = (user?: string) => privately(user).at(-1);
const lastText = (user?: string) => {
  const message = lastPrivate(user);
  return message ? readable(message) : '';
};

const type = <K extends AnswerKind>(kind: K, text: string, user = 'alice') =>
  answerTo(app, kind, () => app.workspace.sendCommand({ text, user, channel }));

/** A private answer about one finding of a container, with its buttons. */
async function showFinding(user = 'alice') {
  if (!scanned.has(app)) await type('scan', 'scan on web-1', user);
  scanned.add(app);
  const { findings } = await type('findings', 'findings on web-1', user);
  const finding = findings.find(({ subjectKind }) => subjectKind === 'container');
  if (finding === undefined) throw new Error('the recording has no finding of a container');
  await type('why', `why ${finding.fingerprint} on web-1`, user);
  return finding;
}

/** A snapshot in which the finding's containers do not exist. */
const withoutContainers: typeof alter = (snapshot) => ({
  ...snapshot,
  containers: { state: 'read', value: { read: [], unread: [] } },
});

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('a message holds tokens, and nothing of what they stand for', async () => {
    await open(kind);
    const finding = await showFinding();
    const values = pressable(lastPrivate()?.blocks ?? []).map(({ value }) => value);

    expect(values.length).toBeGreaterThan(3);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(value).toMatch(/^[\w-]{32}$/);
    expect(JSON.stringify(lastPrivate())).not.toContain(finding.fingerprint);
  });

  test('evidence and fix of a finding are a click away, explanation too', async () => {
    await open(kind);
    const finding = await showFinding();
    const message = lastPrivate();

    const evidence = await answerTo(app, 'evidence', () => press(app, message, 'Evidence'));
    const evidenceText = lastText();
    const fix = await answerTo(app, 'fix', () => press(app, message, 'Fix'));
    const explained = await answerTo(app, 'explain', () => press(app, message, 'Explain'));

    expect(evidence.items.map(({ path }) => path)).toEqual(finding.evidence.map((e) => e.path));
    expect(evidenceText).toContain(`docker inspect`);
    expect(evidenceText).toContain(finding.lastSeen.slice(0, 16).replace('T', ' '));
    expect(fix.rule.remediation).not.toBe('');
    expect(explained.topic).toBe(finding.rule);
  });

  test('a rescan runs once however often its button is pressed, and says who did it', async () => {
    await open(kind);
    await type('scan', 'scan on web-1');
    const [message] = posts();

    await answerTo(app, 'scan', () => press(app, message, 'Rescan'));
    await answerTo(app, 'notice', () => press(app, message, 'Rescan', 'bob'));

    expect(snapshots()).toEqual(['web-1', 'web-1']);
    expect(lastText('bob')).toMatch(/This was done already, just now.\s+It was done by/);
    expect(lastText('bob')).toContain('Nothing was changed.');
  });

  test('two clicks at the same moment are one scan', async () => {
    await open(kind);
    await type('scan', 'scan on web-1');
    const [message] = posts();
    const count = app.answers.length + 2;

    await Promise.all([press(app, message, 'Rescan'), press(app, message, 'Rescan', 'bob')]);
    await app.answered(count);

    expect(snapshots()).toEqual(['web-1', 'web-1']);
    expect(answered().slice(1).sort()).toEqual(['notice', 'scan']);
  });

  test('what one person was shown is shared once, for everyone, and names who did', async () => {
    await open(kind);
    await showFinding();
    const message = lastPrivate();
    const before = posts().length;

    await answerTo(app, 'notice', () => press(app, message, 'Share in channel'));
    await answerTo(app, 'notice', () => press(app, message, 'Share in channel'));

    const shared = posts().slice(before);
    expect(shared).toHaveLength(1);
    expect(shared[0] && readable(shared[0])).toContain('Shared by alice.');
    expect(shared[0]?.text).toBe(message?.text);
    expect(pressable(shared[0]?.blocks ?? []).map(({ label }) => label)).toContain('Evidence');
    expect(lastText()).toMatch(/This was done already, just now.\s+It was done by/);
  });

  test('a finding that is gone is said to be fixed, and nothing is changed', async () => {
    await open(kind);
    const finding = await showFinding();
    const message = lastPrivate();
    alter = withoutContainers;
    scanned.delete(app);
    await type('scan', 'scan on web-1');

    await answerTo(app, 'notice', () => press(app, message, 'Evidence'));

    expect(lastText()).toContain(`${finding.rule} for ${finding.subjectKey} on web-1 was fixed or`);
    expect(lastText()).toContain('Nothing was changed.');
  });

  test('the same click delivered again is answered once', async () => {
    await open(kind);
    await showFinding();
    const shown = answered().length;
    const click = await press(app, lastPrivate(), 'Fix');
    await app.workspace.redeliver(click);
    await app.answered(before.answers + shown + 1);
    await type('status', 'status');

    expect(answered().slice(shown)).toEqual(['fix', 'status']);
  });
});

test('a page goes on in the scan of the first one, and says that there is a newer', async () => {
  await open();
  await type('scan', 'scan on all');
  const first = await type('containers', 'containers on all');
  const message = privately().findLast(({ blocks }) => pressable(blocks).length > 0);
  alter = withoutContainers;
  await type('scan', 'scan on web-2');

  const second = await answerTo(app, 'containers', () => press(app, message, 'Next page'));

  const length = first.total.count ?? 0;
  expect(length).toBeGreaterThan(50);
  // What the newer scan of web-2 no longer has is on the page all the same.
  expect(second.total.count).toBe(length);
  expect(second.containers).toHaveLength(length - 50);
  expect(second.page).toMatchObject({ rescanned: ['web-2'], scans: first.page?.scans });
  const shown = privately().map(readable).join('\n');
  expect(shown).toContain(`51 to ${length} of ${length}: the end of the list.`);
  expect(shown).toContain('web-2 was scanned again since. Newest: containers on all');
});

describe('a token that stands for nothing', () => {
  const forged = async (value: string) => {
    await type('help', 'help');
    const message = lastPrivate();
    for (const block of message?.blocks ?? []) {
      for (const element of Array.isArray(block.elements) ? block.elements : []) {
        Object.assign(element as object, 'value' in element ? { value } : {});
      }
    }
    await answerTo(app, 'notice', () => press(app, message, 'scan'));
  };

  test.each(['scan', '', 'A'.repeat(32), "' or 1=1 --", '<!channel>'])(
    '%j is refused, and no line runs',
    async (value) => {
      await open();
      await forged(value);

      expect(snapshots()).toEqual([]);
      expect(lastText()).toContain('not known to me');
      expect(privately().flatMap(findLiveText)).toEqual([]);
    },
  );

  test('an expired one says which line does the same', async () => {
    await open();
    await type('scan', 'scan on web-1');
    now += 8 * 24 * 60 * 60 * 1_000;
    scanned.delete(app);

    await answerTo(app, 'notice', () => press(app, posts()[0], 'Rescan'));

    expect(lastText()).toContain('This button has expired. Type “scan on web-1”.');
    expect(snapshots()).toEqual(['web-1']);
  });
});

test('the rights of who presses decide, and a refusal leaves the button to others', async () => {
  await open();
  const { fingerprint } = await showFinding();
  const line = `accept ${fingerprint} on web-1 --reason known --until 30d`;
  await type('accepted', line, approver);
  const accepted = posts().find(({ text }) => text.startsWith('Accepted'));

  await answerTo(app, 'problem', () => press(app, accepted, 'unaccept'));
  expect(lastText()).toContain('needs the permission “approve”');
  await answerTo(app, 'unaccepted', () => press(app, accepted, 'unaccept', approver));
  await answerTo(app, 'notice', () => press(app, accepted, 'unaccept', approver));

  expect(lastText(approver)).toMatch(/This was done already, just now.\s+It was done by/);
});

test('a share that Slack does not take can be tried again', async () => {
  await open();
  await showFinding();
  const message = lastPrivate();
  app.workspace.faults.add({
    method: 'chat.postMessage',
    kind: 'error',
    error: 'restricted_action',
  });

  await answerTo(app, 'problem', () => press(app, message, 'Share in channel'));
  await answerTo(app, 'notice', () => press(app, message, 'Share in channel'));

  expect(posts().filter((post) => readable(post).includes('Shared by'))).toHaveLength(1);
});

test('without a database an answer comes without buttons and says so', async () => {
  app = await openOf({ tokensFail: true });
  apps.set('without a database', app);
  channel = 'security';

  await type('help', 'help');

  expect(pressable(lastPrivate()?.blocks ?? [])).toEqual([]);
  expect(lastText()).toContain('No buttons: the database could not be used.');
});

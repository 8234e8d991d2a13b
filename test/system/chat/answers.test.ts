import * as commandIndex from '../../../commands/index.ts';
import { defineCommand } from '../../../src/command/command.ts';
import type { ScanStore } from '../../../src/ports/scan-store.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  type ChatKind,
  openChatApp,
  readable,
  refuseSecretsInLog,
} from '../../support/chat-app.ts';
import { holdTable } from '../../support/held-table.ts';
import { isOnPostgres } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

let app: ChatApp;

async function open(options: ChatAppOptions = {}): Promise<void> {
  app = await openChatApp({ rateLimits: false, containers: 3, ...options });
  if (options.kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
}
afterEach(async () => {
  await app.close();
  refuseSecretsInLog(app);
});

const security = 'C0SECURIT';
const posts = (channel = security) =>
  app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const topLevel = () => posts().filter(({ thread_ts }) => thread_ts === undefined);
const privately = () =>
  app.workspace.ephemerals(security, 'alice').filter(({ isFromApp }) => isFromApp);
const privateText = () => privately().map(readable).join('\n');

/** A store of which every method fails, but for those given. */
function failingStore(): ScanStore {
  const fail = () => Promise.reject(new OutsideError('store-failed', 'disk I/O error'));
  return new Proxy({}, { get: () => fail }) as ScanStore;
}

describe.each<ChatKind>(['http', 'socket'])('over %s', (kind) => {
  test('a command that only asks is answered privately', async () => {
    await open({ kind });

    expect(await app.workspace.sendCommand({ text: 'Help' })).toMatchObject({ ackStatus: 200 });
    await app.answered(1);

    expect(privately()).toHaveLength(1);
    expect(posts()).toEqual([]);
    expect(app.workspace.violations).toEqual([]);
  });

  test('a scan is one message that is edited in place, with its details in the thread', async () => {
    await open({ kind });

    await app.workspace.sendCommand({ text: 'scan' });
    await app.answered(1);

    const [result, ...more] = topLevel();
    expect(more).toEqual([]);
    expect(result?.edits[0]?.text).toBe('Scanning …');
    expect(result?.text).toMatch(/^web-1 is .*Grade F .*\d+ critical/);
    const details = posts().filter((message) => message !== result);
    expect(details.map(({ thread_ts }) => thread_ts)).toEqual(details.map(() => result?.ts));
    expect(details.map(readable).join('\n')).toContain('web-1: findings');
    expect(app.workspace.violations).toEqual([]);
  });

  test('two scans at once in one channel do not mix', async () => {
    await open({ kind });

    await Promise.all([
      app.workspace.sendCommand({ text: 'scan on web-1' }),
      app.workspace.sendCommand({ text: 'scan on web-2', user: 'bob' }),
    ]);
    await app.answered(2);

    const texts = topLevel().map(({ text }) => text.split(' ')[0]);
    expect(new Set(texts)).toEqual(new Set(['web-1', 'web-2']));
    for (const message of topLevel()) {
      const [own = ''] = message.text.split(' ');
      const other = own === 'web-1' ? 'web-2' : 'web-1';
      const thread = posts().filter(({ thread_ts }) => thread_ts === message.ts);
      const everything = [message, ...message.edits, ...thread].map(readable).join('\n');
      expect(everything).toContain(own);
      expect(everything).not.toContain(other);
    }
  });

  test('a mention runs the same line in its thread', async () => {
    await open({ kind });

    await app.workspace.sendMention({ text: `findings <@${app.workspace.botUserId}> critical` });
    await app.answered(1);

    const [question] = app.workspace.messages(security);
    expect(app.answers).toMatchObject([{ kind: 'findings', filter: { severities: ['critical'] } }]);
    expect(posts().map(({ thread_ts }) => thread_ts)).toEqual(posts().map(() => question?.ts));
    expect(posts()).not.toEqual([]);
  });

  test('a direct message is a command line', async () => {
    await open({ kind });

    const { payload } = await app.workspace.sendDirectMessage({ text: 'help scan' });
    await app.answered(1);

    const { channel } = payload.event as { channel: string };
    expect(posts(channel).map(({ text }) => text)).toEqual(['Help on scan']);
  });

  test('a button runs its line once, in the thread where it stands', async () => {
    await open({ kind });
    await app.workspace.sendMention({ text: 'help' });
    await app.answered(1);
    const [help] = posts();

    const click = await app.workspace.clickButton({ messageTs: help?.ts ?? '', label: 'scan' });
    await app.workspace.redeliver(click);
    await app.answered(2);
    await app.workspace.sendCommand({ text: 'status' });
    await app.answered(3);

    expect(app.answers.map(({ kind: answer }) => answer)).toEqual(['help', 'scan', 'status']);
    expect(app.snapshots).toEqual(['web-1']);
    expect(topLevel()).toEqual([]);
  });

  test('a button in a private message leaves that message as it is', async () => {
    await open({ kind });
    await app.workspace.sendCommand({ text: 'help' });
    await app.answered(1);
    const [help] = privately();

    await app.workspace.clickButton({ messageTs: help?.ts ?? '', label: 'findings' });
    await app.answered(2);

    expect(help?.edits).toEqual([]);
    expect(privately().map(({ text }) => text)).toContain('Nothing is known yet on web-1');
  });
});

describe('an acknowledgement does not wait', () => {
  test('for an engine that never answers', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await open({
      change: ({ snapshots }) => ({
        snapshots: {
          takeSnapshot: async (host, onProgress) => {
            await released;
            return snapshots.takeSnapshot(host, onProgress);
          },
        },
      }),
    });

    const deliveries = [
      await app.workspace.sendCommand({ text: 'scan' }),
      await app.workspace.sendMention({ text: 'scan' }),
      await app.workspace.sendCommand({ text: 'help' }),
    ];

    expect(deliveries.map(({ ackStatus }) => ackStatus)).toEqual([200, 200, 200]);
    await app.answered(1);
    expect(app.answers.map(({ kind }) => kind)).toEqual(['help']);
    release();
    await app.answered(3);
  });

  test('for a database that another process has locked', async () => {
    await open();
    const unlock = await app.database.lock();

    const deliveries = [
      await app.workspace.sendCommand({ text: 'help' }),
      await app.workspace.sendMention({ text: 'help' }),
    ];
    expect(deliveries.map(({ ackStatus }) => ackStatus)).toEqual([200, 200]);
    expect(app.answers).toEqual([]);

    await unlock();
    await app.answered(2);
  });
});

test('who only asks is answered once, also while another program lets nobody write', async () => {
  await open();
  const unlock = isOnPostgres()
    ? (await holdTable(app.database, 'delivery, action_token')).release
    : await app.database.lock();
  const held = () => app.database.values('select key from delivery where lease_owner is not null');

  const longest = performance.now() + 30_000;
  await app.workspace.sendCommand({ text: 'help' });
  await until(() => app.answers.length === 1 || performance.now() > longest);
  const answers = app.answers.length;
  await unlock();

  expect(answers).toBe(1);
  expect(privately().map(readable).join('\n')).toContain('No buttons');
  await app.workspace.sendCommand({ text: 'status' });
  await app.answered(2);
  await until(() => held().length === 0);
  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
});

describe('without the permission', () => {
  // One line for each command, and for each first word that has a permission of its own.
  const lines = Object.values(commandIndex).flatMap((command) =>
    typeof command.permission === 'string'
      ? [{ line: command.examples[0] ?? command.name, permission: command.permission }]
      : Object.entries(command.permission).map(([word, permission]) => ({
          line: `${command.name} ${word}`.trim(),
          permission,
        })),
  );

  test('each line is refused, says who can help, and nothing runs', async () => {
    await open({
      access: { view: [], operate: [], approve: ['U0BOB0000'] },
      change: () => ({ store: failingStore() }),
    });

    for (const [index, { line, permission }] of lines.entries()) {
      await app.workspace.sendCommand({ text: line });
      await app.answered(index + 1);

      const { kind, ...answer } = app.answers[index] ?? { kind: 'none' };
      expect({ line, kind, answer }).toMatchObject({
        ...{ line, kind: 'problem', answer: { cause: 'refused' } },
      });
      const said = privately().slice(index).map(readable).join('\n');
      expect({ line, said }).toEqual({
        line,
        said: expect.stringContaining(`needs the permission “${permission}”`) as string,
      });
      expect({ line, said }).toEqual({
        ...{ line, said: expect.stringContaining('Those who may: bob.') as string },
      });
      expect(app.snapshots).toEqual([]);
      expect(posts()).toEqual([]);
    }
    expect(app.answers).toHaveLength(lines.length);
    expect(lines.length).toBeGreaterThan(40);
  });

  test('a button does not help around it', async () => {
    await open({ access: { view: ['everyone'], operate: [], approve: [] } });
    await app.workspace.sendCommand({ text: 'help' });
    await app.answered(1);

    await app.workspace.clickButton({ messageTs: privately()[0]?.ts ?? '', label: 'scan' });
    await app.answered(2);

    expect(app.answers[1]).toMatchObject({ kind: 'problem', cause: 'refused' });
    expect(privateText()).toContain('Nobody may do this yet');
    expect(app.snapshots).toEqual([]);
  });

  test('a channel that is named may', async () => {
    await open({ access: { view: [security], operate: [security], approve: [] } });

    await app.workspace.sendCommand({ text: 'scan' });
    await app.workspace.sendCommand({ text: 'scan', channel: 'general' });
    await app.answered(2);

    expect(app.snapshots).toEqual(['web-1']);
  });
});

describe('what goes wrong inside is answered', () => {
  const broken = (run: () => never): ChatAppOptions => ({
    change: ({ commands }) => ({ commands: [...commands, brokenCommand(run)] }),
  });
  const brokenCommand = (run: () => unknown) =>
    defineCommand({
      name: 'boom',
      task: 'ask',
      summary: 'Fail',
      usage: 'boom',
      examples: ['boom'],
      permission: 'view',
      words: { minimum: 0, maximum: 0 },
      takesHost: false,
      run: async () => run() as never,
    });

  async function expectReference(): Promise<void> {
    await app.workspace.sendCommand({ text: 'boom' });
    await app.answered(1);
    expect(privateText()).toContain('Something went wrong');
    const [, reference] = /Reference ([0-9a-f]{4})/.exec(privateText()) ?? [];
    const lines = app.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    const logged = lines.find(({ level, reference: own }) => level === 50 && own === reference);
    expect(logged).toMatchObject({ error: { type: 'TypeError' } });
  }

  test('a bug in a command', async () => {
    await open(
      broken(() => {
        throw new TypeError('the command is wrong');
      }),
    );

    await expectReference();
    expect(privateText()).not.toContain('the command is wrong');
    expect(app.log.join('\n')).toContain('the command is wrong');
  });

  test('a bug in a view', async () => {
    const noHosts = { kind: 'status', takenAt: '2026-01-01T00:00:00.000Z', next: [] };
    await open(broken(() => noHosts as never));

    await expectReference();
  });

  test('a database that fails, which may also answer a delivery twice', async () => {
    await open({ change: () => ({ store: failingStore() }) });

    await app.workspace.sendCommand({ text: 'findings' });
    await app.answered(1);

    expect(app.answers).toMatchObject([{ kind: 'problem', cause: 'outside' }]);
    expect(privateText()).toContain('The database could not be used: disk I/O error');
    expect(privateText()).toMatch(/Reference [0-9a-f]{4}/);
  });

  test('a scan that cannot be stored', async () => {
    await open({ change: () => ({ store: failingStore() }) });

    await app.workspace.sendCommand({ text: 'scan' });
    await app.answered(1);

    expect(topLevel().map(readable).join('\n')).toContain('This scan was not stored');
  });
});

describe('a message that is no question', () => {
  const message = {
    type: 'message',
    channel: 'D0',
    channel_type: 'im',
    ts: '1.1',
    event_ts: '1.1',
  };

  test.each<[string, Record<string, unknown>]>([
    ['of a bot', { user: 'U0OTHERBO', bot_id: 'B0OTHER', text: 'help' }],
    ['that was edited', { user: 'U0ALICE00', subtype: 'message_changed', text: 'help' }],
    [
      'in a channel',
      { user: 'U0ALICE00', channel: security, channel_type: 'channel', text: 'help' },
    ],
  ])('%s is left alone', async (_name, difference) => {
    await open();

    await app.workspace.sendEvent({ ...message, ...difference });
    await app.workspace.sendCommand({ text: 'status' });
    await app.answered(1);

    expect(app.answers.map(({ kind }) => kind)).toEqual(['status']);
  });

  test('of Seawall itself is left alone', async () => {
    await open();

    await app.workspace.sendEvent({ ...message, user: app.workspace.botUserId, text: 'help' });
    await app.workspace.sendCommand({ text: 'status' });
    await app.answered(1);

    expect(app.answers.map(({ kind }) => kind)).toEqual(['status']);
  });
});

test('a channel has its own hosts', async () => {
  await open({ channelHosts: new Map([[security, ['web-2']]]) });

  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);

  expect(app.snapshots).toEqual(['web-2']);
});

test('what was asked before the end is answered before it', async () => {
  await open();

  await app.workspace.sendCommand({ text: 'scan' });
  await app.restart();

  expect(topLevel().map(({ text }) => text)).toEqual([expect.stringMatching(/^web-1 is /)]);
});

test('the log says what ran and never what was typed', async () => {
  await open();

  await app.workspace.sendCommand({ text: 'inspect zz-typed-marker' });
  await app.answered(1);

  expect(app.log.join('\n')).toContain('"command":"inspect"');
  expect(app.log.join('\n')).not.toContain('zz-typed-marker');
});

import type { Fault } from '../../../demo/workspace/faults.ts';
import {
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../../demo/workspace/workspace.ts';
import type { OutboxSender } from '../../../src/chat/outbox.ts';
import type { OutboxMessage } from '../../../src/ports/outbox.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { plainNotice } from '../../../src/views/slack-messages.ts';
import { readable } from '../../support/chat-app.ts';
import { openSender, owed, type SenderOptions } from '../../support/outbox-rig.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';

const MINUTE = 60_000;
const security = 'C0SECURIT';
const general = 'C0GENERAL';
let place: TemporaryDatabase;
let store: Store;
let workspace: Workspace;
let outbox: OutboxSender;
let warnings: string[];

beforeEach(async () => {
  place = temporaryDatabase();
  store = await place.open(Date.now);
  warnings = [];
});
afterEach(async () => {
  await outbox.close();
  await store.close();
  await workspace.close();
  place.remove();
  expect(workspace.violations).toEqual([]);
});

async function open(
  sender: Partial<SenderOptions> = {},
  options: Partial<WorkspaceOptions> = {},
): Promise<void> {
  workspace = await openWorkspace({
    delivery: { mode: 'socket' },
    rateLimits: false,
    ...options,
  });
  outbox = start(sender);
}

function start(sender: Partial<SenderOptions> = {}): OutboxSender {
  const keep = (_fields: object, text: string) => warnings.push(text);
  return openSender({
    store: store.outbox,
    apiUrl: workspace.apiUrl,
    botToken: workspace.botToken,
    log: { ...silentLogger, warn: keep, error: keep },
    ...sender,
  });
}

const messages = (channel = security) => workspace.messages(channel);
const texts = (channel = security) => messages(channel).map(({ text }) => text);
const shown = (channel = security) => messages(channel).map(readable).join('\n');
const callsOf = (method: string) => workspace.calls.filter((call) => call.method === method);
const keys = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);

const reply = (key: string, threadOf: string): OutboxMessage =>
  owed(key, { action: { kind: 'post', threadOf } });
const update = (of: string, says: string): OutboxMessage =>
  owed(`${of}:update`, { action: { kind: 'update', of }, payload: plainNotice(says) });

/** Settles once Slack took all of them. */
async function sent(...wanted: readonly string[]): Promise<void> {
  await waitUntil(async () => {
    const states = await store.outbox.statesOf(wanted);
    return states.filter(({ state }) => state === 'sent').length === wanted.length;
  });
}

async function waitUntil(holds: () => unknown): Promise<void> {
  const end = Date.now() + 150_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not happen; there is:\n${shown()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('order', () => {
  test('is that of the rows, through limits and failures, and each comes once', async () => {
    await open();
    const often = { count: 200, chance: 0.2 };
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 0, ...often, seed: 3 });
    workspace.faults.add({ kind: 'status', status: 503, isApplied: true, ...often, seed: 5 });
    workspace.faults.add({ kind: 'drop', isApplied: false, ...often, seed: 7 });
    const wanted = keys(20);

    await outbox.put(wanted.slice(0, 12).map((key) => owed(key)));
    await outbox.put(wanted.slice(12).map((key) => owed(key)));
    await sent(...wanted);

    expect(texts()).toEqual(wanted);
    expect(workspace.calls.length).toBeGreaterThan(wanted.length);
  });

  test('a thread follows its first message, and an update the message that it is of', async () => {
    await open();
    workspace.faults.add({ kind: 'status', status: 503, count: 2 });

    await outbox.put([owed('parent'), reply('child', 'parent'), update('parent', 'newest')]);
    await sent('parent:update');

    const [parent, child] = messages();
    expect([parent?.text, parent?.edits[0]?.text]).toEqual(['newest', 'parent']);
    expect(child).toMatchObject({ text: 'child', thread_ts: parent?.ts });
  });

  test('a channel that must wait holds up no other', async () => {
    let ahead = 0;
    await open({ now: () => Date.now() + ahead });
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 600, channel: security });

    await outbox.put([owed('a'), owed('b'), owed('c', { channel: general })]);
    await sent('c');
    // The clock goes on once it is written down from when the channel waits.
    await waitUntil(async () => (await store.outbox.statesOf(['a']))[0]?.lastError);
    ahead = 300_000;
    await outbox.put([owed('d', { channel: general })]);
    await sent('d');
    expect(texts()).toEqual([]);
    ahead = 600_000;
    await sent('a', 'b');

    expect(texts()).toEqual(['a', 'b']);
    expect(callsOf('chat.postMessage')[0]).toMatchObject({ status: 429 });
  });

  test.each([0, -5])('a wait of %i seconds is a pause all the same', async (retryAfterSeconds) => {
    await open({ timings: { backoffMs: 300 } });
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds, count: 3 });

    await outbox.put([owed('a')]);
    await sent('a');

    const [first, ...more] = callsOf('chat.postMessage').map(({ at }) => at);
    expect(more).toHaveLength(3);
    expect((more.at(-1) ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(850);
  });

  test('more than a channel takes at once waits as long as Slack says', async () => {
    // By its own clock Slack is asked again exactly as late as it said, however slow this machine is.
    const limited = () => workspace?.calls.filter(({ status }) => status === 429).length ?? 0;
    const begun = Date.now();
    await open({}, { rateLimits: true, now: () => begun + limited() * 1_000 });
    const wanted = keys(7);

    await outbox.put(wanted.map((key) => owed(key)));
    await sent(...wanted);

    expect(texts()).toEqual(wanted);
    expect(workspace.calls.map(({ status }) => status)).toContain(429);
  });
});

const lost: [string, Fault][] = [true, false].flatMap((isApplied) => {
  const when = isApplied ? 'after Slack took it' : 'before';
  return [
    [`a 503 ${when}`, { kind: 'status', status: 503, isApplied }],
    [`no answer ${when}`, { kind: 'hang', isApplied }],
    [`a lost connection ${when}`, { kind: 'drop', isApplied }],
    [`a cut answer ${when}`, { kind: 'reset', isApplied }],
    [`a garbled answer ${when}`, { kind: 'malformed-json', isApplied }],
  ] satisfies [string, Fault][];
});

describe.each(lost)('%s', (_name, fault) => {
  const timings = fault.kind === 'hang' ? { callTimeoutMs: 2_000 } : {};

  test('leaves a message there exactly once', async () => {
    await open({ timings });
    workspace.faults.add({ ...fault, method: 'chat.postMessage' });

    await outbox.put([owed('a'), owed('b')]);
    await sent('a', 'b');

    expect(texts()).toEqual(['a', 'b']);
  });

  test('leaves a reply there exactly once, also when nobody could look at first', async () => {
    await open({ timings });
    await outbox.put([owed('parent')]);
    await sent('parent');
    workspace.faults.add({ ...fault, method: 'chat.postMessage' });
    workspace.faults.add({ kind: 'status', status: 503, method: 'conversations.replies' });

    await outbox.put([reply('a', 'parent'), reply('b', 'parent')]);
    await sent('a', 'b');

    expect(texts()).toEqual(['parent', 'a', 'b']);
  });

  test('leaves the newest state in place', async () => {
    await open({ timings });
    await outbox.put([owed('a')]);
    await sent('a');
    workspace.faults.add({ ...fault, method: 'chat.update' });

    await outbox.put([update('a', 'newest')]);
    await sent('a:update');

    expect(texts()).toEqual(['newest']);
  });
});

test('a message is found again among many that came after it', async () => {
  await open({ timings: { backoffMs: 500 } });
  workspace.faults.add({ kind: 'drop', isApplied: true, method: 'chat.postMessage' });

  await outbox.put([owed('a')]);
  await waitUntil(() => texts().length === 1);
  for (let index = 0; index < 450; index++) workspace.postAsUser({ text: 'chat' });
  await sent('a');

  expect(texts().filter((text) => text === 'a')).toHaveLength(1);
  expect(callsOf('conversations.history')).toHaveLength(3);
});

test('the message of another app with the same key is not taken for ours', async () => {
  await open({ botId: 'B0OTHER' });
  workspace.faults.add({ kind: 'drop', isApplied: true, method: 'chat.postMessage' });

  await outbox.put([owed('a')]);
  await sent('a');

  expect(texts()).toEqual(['a', 'a']);
});

test('without a history scope it is posted again, and the log says that this may be twice', async () => {
  await open({}, { scopes: ['commands', 'chat:write'] });
  workspace.faults.add({ kind: 'drop', isApplied: false, method: 'chat.postMessage' });

  await outbox.put([owed('a')]);
  await sent('a');

  expect(texts()).toEqual(['a']);
  expect(warnings.filter((text) => text.includes('may appear twice'))).toHaveLength(1);
});

test('when Slack does not let us look, it is posted again', async () => {
  await open();
  workspace.faults.add({ kind: 'drop', isApplied: false, method: 'chat.postMessage' });
  const method = 'conversations.history';
  workspace.faults.add({ kind: 'error', error: 'invalid_ts_oldest', method });

  await outbox.put([owed('a')]);
  await sent('a');

  expect(texts()).toEqual(['a']);
  expect(warnings.filter((text) => text.includes('may appear twice'))).toHaveLength(1);
});

describe('an update', () => {
  test('that was put many times while Slack was away is sent once', async () => {
    await open();
    await outbox.put([owed('a')]);
    await sent('a');
    workspace.faults.add({ kind: 'status', status: 503, method: 'chat.update', count: 2 });

    for (const key of keys(10)) await outbox.put([update('a', key)]);
    await sent('a:update');

    expect(texts()).toEqual(['message 9']);
    expect(callsOf('chat.update').length).toBeLessThan(10);
  });

  test('that changes while it is on its way arrives as it is now', async () => {
    await open();
    await outbox.put([owed('a')]);
    await sent('a');
    workspace.faults.add({ kind: 'latency', delayMs: 200, method: 'chat.update' });

    await outbox.put([update('a', 'old')]);
    await waitUntil(() => callsOf('chat.update').length === 1);
    await outbox.put([update('a', 'new')]);
    await waitUntil(() => texts()[0] === 'new');

    expect(messages()[0]?.edits.map(({ text }) => text)).toEqual(['a', 'old']);
  });

  test('of a message that was deleted is given up, and what follows goes on', async () => {
    await open();
    const error = 'message_not_found';
    workspace.faults.add({ kind: 'error', error, method: 'chat.update', count: 9 });

    await outbox.put([owed('a'), update('a', 'newest'), owed('b')]);
    await sent('a', 'b');

    expect(texts()).toEqual(['a', 'b']);
    expect(callsOf('chat.update')).toHaveLength(1);
    expect(await outbox.outcomeOf('a:update')).toEqual({ state: 'dead', reason: error });
  });
});

describe('a message that takes the place of another', () => {
  const replaces = (ts: string) => owed('answer', { action: { kind: 'post', replaces: ts } });

  test('is an edit, and its thread is below it', async () => {
    await open();
    await outbox.put([owed('progress')]);
    await sent('progress');
    const [progress] = messages();

    await outbox.put([replaces(progress?.ts ?? ''), reply('detail', 'answer')]);
    await sent('detail');

    expect(texts()).toEqual(['answer', 'detail']);
    expect(messages()[1]?.thread_ts).toBe(progress?.ts);
  });

  test('is posted when that is gone, exactly once', async () => {
    await open();
    workspace.faults.add({ kind: 'drop', isApplied: true, method: 'chat.postMessage' });

    await outbox.put([replaces('1.000001')]);
    await sent('answer');

    expect(texts()).toEqual(['answer']);
  });
});

describe('a channel that refuses for good', () => {
  const reports = () => texts(general).filter((text) => text.includes(security));

  test.each(['is_archived', 'not_in_channel', 'channel_not_found'])(
    'with %s is reported once, tried no more, and gets all of it in order when it works again',
    async (error) => {
      await open({ operatorsChannel: general });
      workspace.faults.add({ kind: 'error', error, channel: security, count: 2 });

      await outbox.put([owed('a'), owed('b')]);
      await waitUntil(() => reports().length === 1);
      await outbox.put([owed('c')]);
      await waitUntil(() => callsOf('chat.postMessage').length === 3);
      expect(texts()).toEqual([]);
      expect(reports()).toEqual([expect.stringContaining(error)]);

      await outbox.put([owed('d')]);
      await sent('a', 'b', 'c', 'd');
      expect(texts()).toEqual(['a', 'b', 'c', 'd']);
      expect(reports()).toHaveLength(1);
    },
  );

  test('is reported again when it had worked in between', async () => {
    await open({ operatorsChannel: general });
    const refuse = () =>
      workspace.faults.add({ kind: 'error', error: 'is_archived', channel: security });

    refuse();
    await outbox.put([owed('a')]);
    await waitUntil(() => reports().length === 1);
    await outbox.put([owed('b')]);
    await sent('a', 'b');
    refuse();
    await outbox.put([owed('c')]);

    await waitUntil(() => reports().length === 2);
  });

  test('is in the log, when there is nobody to tell', async () => {
    await open({ operatorsChannel: security });
    workspace.channels.archive('security');

    await outbox.put([owed('a')]);
    await waitUntil(async () => (await store.outbox.backlog()).deadChannels.length === 1);
    await outbox.put([owed('b')]);
    await waitUntil(() => callsOf('chat.postMessage').length === 2);

    await waitUntil(async () => (await store.outbox.backlog()).pending === 0);
    expect(warnings.filter((text) => text.includes('refuses digests'))).toHaveLength(1);
  });

  test('is tried again once a day', async () => {
    let ahead = 0;
    await open({ now: () => Date.now() + ahead });
    workspace.faults.add({ kind: 'error', error: 'is_archived' });
    await outbox.put([owed('a')]);
    await waitUntil(async () => (await store.outbox.backlog()).deadChannels.length === 1);

    ahead = 24 * 60 * MINUTE;
    await sent('a');

    expect(shown()).toContain('Posted 1 d 0 h late: Slack said is_archived');
  });
});

describe('a message that comes late', () => {
  test('says how late, and that Slack was away', async () => {
    let ahead = 0;
    await open({ now: () => Date.now() + ahead });
    workspace.faults.add({ kind: 'drop', count: 4 });
    await outbox.put([owed('a'), owed('b')]);
    await waitUntil(() => workspace.calls.length > 0);
    ahead = 130 * MINUTE;
    await sent('a', 'b');

    const late = 'Posted 2 h 10 min late: Slack could not be reached';
    expect(messages().map((message) => readable(message).includes(late))).toEqual([true, true]);
  });

  test('keeps saying it when it is edited', async () => {
    await open();
    const dueAt = Date.now() - 7 * MINUTE;
    await outbox.put([owed('a', { dueAt }), update('a', 'newest')]);
    await sent('a:update');

    expect(texts()).toEqual(['newest']);
    expect(shown()).toContain('Posted 7 min late: Seawall was not running');
  });

  test('says it once for all that was put together', async () => {
    await open();
    const dueAt = Date.now() - 7 * MINUTE;
    await outbox.put([owed('a', { dueAt }), { ...reply('b', 'a'), dueAt }]);
    await sent('a', 'b');

    expect(messages().map((message) => readable(message).includes('late'))).toEqual([true, false]);
  });

  test('says nothing when it is on time', async () => {
    await open();
    await outbox.put([owed('a', { dueAt: Date.now() - 4 * MINUTE })]);
    await sent('a');

    expect(shown()).not.toContain('late');
  });

  test('with all the blocks that fit says it in its text', async () => {
    await open();
    const [block] = plainNotice('x').blocks;
    const blocks = Array.from({ length: 50 }, () => block);
    const dueAt = Date.now() - 26 * 60 * MINUTE;
    await outbox.put([owed('a', { dueAt, payload: { text: 'a', blocks } })]);
    await sent('a');

    expect(messages()).toMatchObject([{ text: expect.stringContaining('1 d 2 h late') as string }]);
  });
});

describe('a token that is refused', () => {
  test.each(['token_revoked', 'invalid_auth', 'missing_scope'])(
    '(%s) stops everything, is logged once, and all goes on when it works',
    async (error) => {
      await open();
      workspace.faults.add({ kind: 'error', error, count: 3 });

      await outbox.put([owed('a'), owed('b'), owed('c', { channel: general })]);
      expect(await outbox.outcomeOf('b')).toEqual({ state: 'waiting', reason: error });
      await sent('a', 'b', 'c');

      expect(texts()).toEqual(['a', 'b']);
      expect(callsOf('chat.postMessage')).toHaveLength(6);
      expect(warnings.filter((text) => text.includes('refuses the app'))).toHaveLength(1);
      expect((await store.outbox.backlog()).deadChannels).toEqual([]);
    },
  );
});

describe('a clock that was ahead and is set back', () => {
  test.each(['internal_error', 'token_revoked'])('(%s) holds nothing up', async (error) => {
    let aheadMs = 120 * MINUTE;
    await open({ now: () => Date.now() + aheadMs });
    workspace.faults.add({ kind: 'error', error, count: 1 });
    await outbox.put([owed('a')]);
    await waitUntil(async () => callsOf('chat.postMessage').length > 0);
    await waitUntil(async () => (await store.outbox.statesOf(['a']))[0]?.lastError === error);

    aheadMs = 0;
    await sent('a');

    expect(texts()).toEqual(['a']);
  });
});

describe('the end of a program', () => {
  test('leaves what Slack did not take to the next one', async () => {
    await open();
    workspace.faults.add({ kind: 'status', status: 503, count: 99 });
    await outbox.put([owed('a')]);
    const outcome = outbox.outcomeOf('a');
    outbox.finish();

    expect(await outcome).toMatchObject({ state: 'waiting' });
    await outbox.close();
    workspace.faults.clear();
    outbox = start();
    await sent('a');
    expect(texts()).toEqual(['a']);
  });

  test('that another began: two on one database send each once and in order', async () => {
    await open();
    const other = await place.open(Date.now);
    const second = start({ store: other.outbox, owner: 'second' });
    const wanted = keys(30);

    for (const [index, key] of wanted.entries()) {
      await (index % 2 === 0 ? outbox : second).put([owed(key)]);
    }
    const outcome = await second.outcomeOf(wanted[28] ?? '');
    await sent(...wanted);
    await second.close();
    await other.close();

    expect(outcome.state).toBe('sent');
    expect(texts()).toEqual(wanted);
  });
});

test('a payload that is no message is given up, as the bug that it is', async () => {
  await open();
  await outbox.put([owed('a', { payload: { nonsense: true } }), owed('b')]);
  await sent('b');

  expect(texts()).toEqual(['b']);
  expect(warnings.some((text) => text.includes('a bug'))).toBe(true);
});

test('a database that fails for a while stops nothing for good', async () => {
  let isBroken = false;
  const broken = new Proxy(store.outbox, {
    get: (target, name) => {
      if (isBroken) throw new OutsideError('store-failed', 'the disk is gone');
      return Reflect.get(target, name) as unknown;
    },
  });
  await open({ store: broken });
  await outbox.put([owed('a')]);
  await sent('a');
  isBroken = true;
  await store.outbox.put([owed('b')], Date.now());
  await waitUntil(() => warnings.length > 0);
  isBroken = false;

  await sent('b');
  expect(texts()).toEqual(['a', 'b']);
});

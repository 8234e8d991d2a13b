import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import type { OutboxSender } from '../../../src/chat/outbox.ts';
import type { ChatTimings } from '../../../src/chat/timings.ts';
import type { OutboxMessage } from '../../../src/ports/outbox.ts';
import { HOUR_MS } from '../../../src/shared/time.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { plainNotice } from '../../../src/views/slack-messages.ts';
import { openSender, owed } from '../../support/outbox-rig.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

const security = 'C0SECURIT';
const operators = 'C0GENERAL';
const method = 'chat.postMessage';
let place: TemporaryDatabase;
let store: Store;
let workspace: Workspace;
let outbox: OutboxSender;
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  place = temporaryDatabase();
  store = await place.open(Date.now);
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  outbox = start();
});
afterEach(async () => {
  await outbox.close();
  await store.close();
  await workspace.close();
  place.remove();
  expect(workspace.violations).toEqual([]);
});

const start = (timings: Partial<ChatTimings> = {}) =>
  openSender({
    timings,
    store: store.outbox,
    apiUrl: workspace.apiUrl,
    botToken: workspace.botToken,
    operatorsChannel: operators,
    now: () => Date.now() + ahead,
  });
const texts = (channel: string) => workspace.messages(channel).map(({ text }) => text);
const alert = (key: string, difference: Partial<OutboxMessage> = {}) =>
  owed(key, { what: 'alert', ...difference });
const refuse = (error: string, count = 999) =>
  workspace.faults.add({ kind: 'error', error, method, channel: security, count });
const tries = () => workspace.calls.filter((call) => call.method === method).length;

async function comesTo(key: string, wanted: string): Promise<void> {
  await until(async () => (await store.outbox.statesOf([key]))[0]?.state === wanted);
}

test.each([
  'service_unavailable',
  'team_added_to_org',
  'message_limit_exceeded',
  'accesslimited',
  'access_denied',
  'two_factor_setup_required',
])('what Slack refuses with %s comes when it takes messages again', async (error) => {
  refuse(error, 2);

  await outbox.put([alert('a'), owed('b')]);
  await comesTo('b', 'sent');

  expect(texts(security)).toEqual(['a', 'b']);
  expect(texts(operators)).toEqual([]);
});

/** Of a process that tries nothing again, be the machine slow: what goes first has gone first. */
async function triesOnce(): Promise<void> {
  await outbox.close();
  outbox = start({ backoffMs: HOUR_MS, backoffMaxMs: HOUR_MS });
}

/** What was set aside is of one process. */
async function startAgain(): Promise<void> {
  await outbox.close();
  outbox = start();
}

/** Each try is one with blocks and one with the text alone. */
describe('a word that nobody knows', () => {
  test('is waited for, for hours and across starts', async () => {
    refuse('a_word_of_next_year');
    await outbox.put([alert('a')]);
    await until(() => tries() >= 3);
    ahead = 5 * HOUR_MS;
    await outbox.close();
    outbox = start();
    const before = tries();
    await until(() => tries() >= before + 3);

    expect(await store.outbox.statesOf(['a'])).toMatchObject([{ state: 'pending' }]);
    workspace.faults.clear();
    await comesTo('a', 'sent');
    expect(texts(operators).filter((text) => !text.includes(' wait'))).toEqual([]);
  });

  test('is told to the operators once, while the channel waits', async () => {
    refuse('a_word_of_next_year');
    await outbox.put([alert('a'), alert('b')]);
    await until(() => tries() >= 3);
    ahead = HOUR_MS;
    await until(() => texts(operators).length === 1);
    const before = tries();
    await until(() => tries() >= before + 3);

    expect(texts(operators)).toEqual([expect.stringContaining('a_word_of_next_year')]);
    expect(texts(operators)[0]).toContain('wait');
    workspace.faults.clear();
    await comesTo('b', 'sent');
  });

  test('about blocks alone leaves the text', async () => {
    refuse('a_word_of_next_year', 1);
    await outbox.put([alert('a')]);

    await comesTo('a', 'sent');
    const [posted] = workspace.messages(security);
    expect(posted).toMatchObject({ text: 'a\na', blocks: [] });
  });

  test('of a message that Slack takes all the same, late, makes no second one', async () => {
    await outbox.close();
    outbox = start({ doubtWaitMs: 2_000 });
    const error = 'a_word_of_next_year';
    workspace.faults.add({ kind: 'error', error, method, channel: security, takenAfterMs: 200 });
    await outbox.put([alert('a'), owed('b')]);
    await comesTo('b', 'sent');

    expect(texts(security)).toEqual(['a', 'b']);
  });

  test('of such a message makes no second one where Slack asks to wait before it can be looked for', async () => {
    await outbox.close();
    outbox = start({ doubtWaitMs: 2_000 });
    const error = 'a_word_of_next_year';
    workspace.faults.add({ kind: 'error', error, method, channel: security, takenAfterMs: 200 });
    const looked = 'conversations.history';
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 1, method: looked });
    await outbox.put([alert('a'), owed('b')]);
    await comesTo('b', 'sent');

    expect(texts(security)).toEqual(['a', 'b']);
  });

  test('ends a message after hours, and the operators are told; those behind it have hours of their own', async () => {
    refuse('a_word_of_next_year');
    await outbox.put([alert('a'), alert('b')]);
    await until(() => tries() >= 3);
    ahead = 7 * HOUR_MS;
    await comesTo('a', 'dead');

    await until(() => texts(operators).length === 1);
    expect(texts(operators)[0]).toContain('a_word_of_next_year');
    expect(texts(operators)[0]).toContain(security);
    workspace.faults.clear();
    await comesTo('b', 'sent');
  });

  test('after hours in which Slack was away is waited for as long', async () => {
    const away = { kind: 'status', status: 503, method, channel: security, count: 999 } as const;
    workspace.faults.add(away);
    await outbox.put([alert('a')]);
    await until(() => tries() >= 3);
    ahead = 7 * HOUR_MS;
    workspace.faults.clear();
    refuse('a_word_of_next_year', 3);

    await comesTo('a', 'sent');
  });

  test('about one message holds up no other of its channel', async () => {
    await triesOnce();
    // With its blocks and without.
    refuse('a_word_of_next_year', 2);
    await outbox.put([alert('a'), alert('b'), owed('c')]);
    await comesTo('c', 'sent');
    await startAgain();
    await comesTo('a', 'sent');

    expect(texts(security)).toEqual(['b', 'c', 'a']);
  });

  test('holds up what stands below the message, or changes it, and that alone', async () => {
    await triesOnce();
    refuse('a_word_of_next_year', 2);
    const below = alert('below', { action: { kind: 'post', threadOf: 'a' } });
    const lower = alert('newer', { action: { kind: 'update', of: 'below' } });
    await outbox.put([alert('a'), below, lower, alert('b')]);
    await comesTo('b', 'sent');
    await startAgain();
    await comesTo('newer', 'sent');

    expect(texts(security)).toEqual(['b', 'a', 'newer']);
  });

  test('about all of a channel takes two calls a time, however much waits', async () => {
    refuse('a_word_of_next_year');
    const keys = Array.from({ length: 50 }, (_, index) => `alert-${index}`);
    await outbox.put(keys.map((key) => alert(key)));
    await until(() => tries() >= 12);
    const tried = workspace.calls.flatMap(({ method: called, arguments: said }) =>
      called === method ? [(said as { text: string }).text.split('\n')[0]] : [],
    );

    expect(new Set(tried)).toEqual(new Set(['alert-0', 'alert-1']));
  });

  test('ends an answer at once: who asked is told in another way', async () => {
    refuse('a_word_of_next_year');
    await outbox.put([owed('a', { what: 'answer' })]);

    const reason = 'a_word_of_next_year';
    expect(await outbox.outcomeOf('a')).toEqual({ state: 'dead', reason });
    expect(texts(operators)).toEqual([]);
  });
});

describe('what Slack calls its own trouble, again and again for one message', () => {
  test('is tried as text alone, which may be what Slack can handle', async () => {
    // The eighth try as well, with its blocks.
    refuse('internal_error', 8);
    await outbox.put([alert('a')]);
    await comesTo('a', 'sent');

    expect(workspace.messages(security)).toMatchObject([{ text: 'a\na', blocks: [] }]);
  });

  test('comes whole once the trouble is over, however long it took', async () => {
    refuse('internal_error', 7);
    await outbox.put([alert('a')]);
    await comesTo('a', 'sent');

    expect(workspace.messages(security)).toMatchObject([{ text: 'a' }]);
    expect(workspace.messages(security)[0]?.blocks).not.toEqual([]);
  });

  test('comes whole after many such answers', async () => {
    // Seven tries, and five that are two calls each.
    refuse('internal_error', 7 + 5 * 2);
    await outbox.put([alert('a')]);
    await comesTo('a', 'sent');

    expect(workspace.messages(security)).toHaveLength(1);
    expect(workspace.messages(security)[0]?.blocks).not.toEqual([]);
  });

  test('holds up no other, and is told and given up as a word that nobody knows', async () => {
    await outbox.close();
    // What it is about to call when it ends would be taken by then.
    outbox = start({ closeWaitMs: 10_000 });
    refuse('internal_error');
    await outbox.put([alert('a')]);
    await until(() => tries() >= 7);
    await triesOnce();
    workspace.faults.clear();
    // With its blocks and without.
    refuse('internal_error', 2);
    await outbox.put([alert('b')]);
    await comesTo('b', 'sent');
    refuse('internal_error');
    await startAgain();
    const before = tries();
    // One try is over, by which it counts from when it waits.
    await until(() => tries() >= before + 3);
    ahead = HOUR_MS;
    await until(() => texts(operators).length === 1);
    ahead = 7 * HOUR_MS;
    await comesTo('a', 'dead');

    expect(texts(security)).toEqual(['b']);
    expect(texts(operators)[0]).toContain('wait: Slack says internal_error');
  });

  test('ends an answer, which is told in another way', async () => {
    refuse('internal_error');
    await outbox.put([owed('a', { what: 'answer' })]);

    expect(await outbox.outcomeOf('a')).toEqual({ state: 'dead', reason: 'internal_error' });
  });
});

describe('a message that Slack refuses for what it says', () => {
  test('is told to the operators once a day for each channel and reason', async () => {
    refuse('no_text', 2);
    await outbox.put([alert('a'), owed('b'), owed('c')]);
    await comesTo('c', 'sent');
    await until(() => texts(operators).length === 1);
    refuse('no_text', 1);
    ahead = 24 * HOUR_MS;
    await outbox.put([owed('d')]);

    await until(() => texts(operators).length === 2);
    expect(texts(operators)[0]).toContain('Slack said no_text');
    expect(texts(security)).toEqual(['c']);
  });

  test('is told once, whatever was to stand in its thread or to change it', async () => {
    refuse('no_text', 1);
    const update = { kind: 'update', of: 'a' } as const;
    const below = { kind: 'post', threadOf: 'a' } as const;
    await outbox.put([alert('a'), alert('b', { action: update }), alert('c', { action: below })]);
    await comesTo('c', 'dead');
    await outbox.put([owed('d', { channel: operators, payload: plainNotice('the end') })]);
    await comesTo('d', 'sent');

    expect(texts(operators)).toEqual([expect.stringContaining('no_text'), 'the end']);
  });

  test('is not told where people deleted what it would change', async () => {
    const error = 'message_not_found';
    workspace.faults.add({ kind: 'error', error, method: 'chat.update' });
    await outbox.put([alert('a'), alert('b', { action: { kind: 'update', of: 'a' } })]);
    await comesTo('b', 'dead');
    await outbox.put([owed('d', { channel: operators, payload: plainNotice('the end') })]);
    await comesTo('d', 'sent');

    expect(texts(operators)).toEqual(['the end']);
  });
});

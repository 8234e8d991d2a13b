import { LeaseLost } from '../../src/ports/lease.ts';
import { type OutboxMessage, type OutboxStore, POSTPONED_MAX_MS } from '../../src/ports/outbox.ts';
import type { Store } from '../../src/store/open-store.ts';
import { owed } from '../support/outbox-rig.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const HOUR = 60 * 60 * 1000;
const general = 'C0GENERAL';
const security = 'C0SECURIT';
let place: TemporaryDatabase;
let store: Store;
let outbox: OutboxStore;
let clock: number;

beforeEach(async () => {
  place = temporaryDatabase();
  clock = 0;
  store = await place.open(() => clock);
  outbox = store.outbox;
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const MINUTE = 60_000;
const lease = (owner = 'one') => ({ owner, leaseMs: MINUTE });
const update = (of: string, payload: unknown = 'newest') =>
  owed(`${of}:update`, { action: { kind: 'update', of }, payload });
const sent = '5.000001';
const refused = { reason: 'is_archived', at: 20, notice: null };
const alone = { ...refused, reason: 'no_text' };

function pass(ms: number): void {
  clock += ms;
  place.passTime(ms);
}

async function claimed(at = 10, by = lease()) {
  const message = await outbox.claim(by, at);
  if (message === null) throw new Error('there is nothing to claim');
  return message;
}

/** Sends all that is there, in the order in which it may be. */
async function sendAll(at = 10): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const message = await outbox.claim(lease(), at);
    if (message === null) return keys;
    keys.push(message.key);
    await outbox.markSent(message, `${keys.length}.000001`);
  }
}

const stateOf = async (key: string) => (await outbox.statesOf([key]))[0];

describe('what is put', () => {
  it('comes in its order, for each channel', async () => {
    await outbox.put([owed('a'), owed('b', { channel: general }), owed('c')], 10);
    await outbox.put([owed('d', { channel: general })], 10);

    expect(await sendAll()).toEqual(['a', 'b', 'c', 'd']);
    expect(await sendAll()).toEqual([]);
  });

  it('is put once: a known key adds nothing, also after it was sent', async () => {
    await outbox.put([owed('a')], 10);
    await outbox.put([owed('a', { payload: 'other' }), owed('b')], 10);
    expect((await claimed()).payload).toEqual(owed('a').payload);
    pass(MINUTE);
    await outbox.markSent(await claimed(2_000), sent);
    await outbox.put([owed('a')], 10);

    expect(await sendAll(2_000)).toEqual(['b']);
  });

  it('is put whole or not at all', async () => {
    const loose: OutboxMessage[] = [
      owed('a'),
      owed('b', { action: { kind: 'post', threadOf: 'elsewhere' } }),
    ];

    await expect(outbox.put(loose, 10)).rejects.toThrow('b leans on elsewhere');
    await expect(outbox.put([owed('x', { channel: general }), update('x')], 10)).rejects.toThrow(
      'x:update leans on x',
    );

    expect(await outbox.backlog()).toMatchObject({ pending: 0 });
  });

  it('is kept, with what it leans on', async () => {
    const action = { kind: 'post', threadOf: 'a' } as const;
    await outbox.put([owed('a', { dueAt: 7 }), owed('b', { action, dueAt: 8 })], 9);
    const first = await claimed();
    await outbox.markSent(first, sent);

    expect(first).toMatchObject({ key: 'a', what: 'digest', dueAt: 7, putAt: 9, target: null });
    expect(await claimed()).toMatchObject({
      action,
      attempts: 1,
      unsureSince: null,
      target: { ts: sent, dueAt: 7, putAt: 9, lastError: null },
    });
  });

  it('is forgotten once it was sent, but for its key and time', async () => {
    await outbox.put([owed('a', { payload: { text: 'zz-marker' } })], 10);
    await sendAll();

    const rows = place.rows('select * from outbox');
    expect(JSON.stringify(rows)).not.toContain('zz-marker');
    expect(await stateOf('a')).toMatchObject({ state: 'sent', ts: '1.000001' });
  });
});

describe('an update', () => {
  it('says only the newest, however often it was put', async () => {
    await outbox.put([owed('a'), update('a', 'old')], 10);
    await outbox.put([update('a', 'new')], 10);
    await outbox.markSent(await claimed(), sent);

    expect(await claimed()).toMatchObject({ key: 'a:update', payload: 'new' });
  });

  it('is sent again when it is put again', async () => {
    await outbox.put([owed('a'), update('a')], 10);
    await sendAll();
    await outbox.put([update('a', 'later')], 10);

    expect(await sendAll()).toEqual(['a:update']);
  });

  it('that changes while it is sent is sent once more', async () => {
    await outbox.put([owed('a'), update('a', 'old')], 10);
    await outbox.markSent(await claimed(), sent);
    const old = await claimed();
    await outbox.put([update('a', 'new')], 10);
    await outbox.markSent(old, sent);

    expect(await claimed()).toMatchObject({ payload: 'new' });
  });
});

describe('a claim', () => {
  it('is of the whole channel, and others go on', async () => {
    await outbox.put([owed('a'), owed('b'), owed('c', { channel: general })], 10);

    expect((await claimed()).key).toBe('a');
    expect((await claimed(10, lease('two'))).key).toBe('c');
    expect(await outbox.claim(lease('two'), 10)).toBeNull();
  });

  it('is anybody’s once its time is over, and then known as a try that may have worked', async () => {
    await outbox.put([owed('a')], 10);
    const lost = await claimed(10);
    pass(MINUTE / 2);
    await outbox.renew(lost);
    pass(MINUTE / 2);

    expect(await outbox.claim(lease('two'), 1_000)).toBeNull();
    pass(MINUTE / 2);
    const second = await claimed(1_000, lease('two'));
    expect(second).toMatchObject({ attempts: 2, unsureSince: 10 });
    await expect(outbox.renew(lost)).rejects.toThrow(LeaseLost);
    expect(await outbox.claim(lease(), 1_000)).toBeNull();
  });

  it('that was lost writes nothing and ends no lease of another', async () => {
    await outbox.put([owed('a'), owed('b')], 10);
    const lost = await claimed(10);
    pass(MINUTE);
    const second = await claimed(1_000, lease('two'));
    const wait = { until: 0, reason: 'timeout', isUnsure: true };
    for (const write of [
      () => outbox.markSent(lost, sent),
      () => outbox.postpone(lost, wait),
      () => outbox.markDead(lost, alone),
      () => outbox.markChannelDead(lost, refused),
    ]) {
      await expect(write()).rejects.toThrow(LeaseLost);
    }

    expect(await outbox.claim(lease(), 1_500)).toBeNull();
    expect(await stateOf('a')).toEqual({ key: 'a', state: 'pending', ts: null, lastError: null });
    await outbox.markSent(second, sent);
    expect(await stateOf('a')).toMatchObject({ state: 'sent', ts: sent });
  });

  it('that is over and was not taken by another may still write', async () => {
    await outbox.put([owed('a')], 10);
    const late = await claimed(10);
    pass(5 * MINUTE);
    await outbox.markSent(late, sent);

    expect(await stateOf('a')).toMatchObject({ state: 'sent', ts: sent });
  });

  it('of many at once over two connections gives no row to two', async () => {
    const other = await place.open();
    const channels = Array.from({ length: 20 }, (_, index) => `C${index}`);
    await outbox.put(
      channels.map((channel) => owed(channel, { channel })),
      10,
    );

    const claims = await Promise.all(
      channels.flatMap(() => [
        outbox.claim(lease('one'), 10),
        other.outbox.claim(lease('two'), 10),
      ]),
    );
    await other.close();

    const keys = claims.flatMap((message) => message?.key ?? []);
    expect(keys.toSorted()).toEqual(channels.toSorted());
  });
});

describe('a message that waits', () => {
  it('holds its channel back until then, and no other', async () => {
    await outbox.put([owed('a'), owed('b'), owed('c', { channel: general })], 10);
    const wait = { until: 500, reason: 'ratelimited', isUnsure: false };
    await outbox.postpone(await claimed(), wait);

    expect(await sendAll(499)).toEqual(['c']);
    expect(await claimed(500)).toMatchObject({
      key: 'a',
      attempts: 2,
      unsureSince: null,
      lastError: 'ratelimited',
    });
  });

  it('waits no longer because of a clock that was ahead', async () => {
    await outbox.put([owed('a')], 10);
    const wait = { until: 2 * HOUR, reason: 'internal_error', isUnsure: false };
    await outbox.postpone(await claimed(), wait);

    expect(await sendAll(20)).toEqual(['a']);
  });

  it('waits as long as it may at the most, also by a clock that is a little behind', async () => {
    await outbox.put([owed('a')], 10);
    const until = 20 + POSTPONED_MAX_MS;
    await outbox.postpone(await claimed(), { until, reason: 'ratelimited', isUnsure: false });

    expect(await sendAll(15)).toEqual([]);
    expect(await sendAll(until)).toEqual(['a']);
  });

  it('stays in doubt once it was, whatever came of later tries', async () => {
    await outbox.put([owed('a')], 10);
    const wait = { until: 0, reason: 'timeout' };
    await outbox.postpone(await claimed(10), { ...wait, isUnsure: true });
    await outbox.postpone(await claimed(20), { ...wait, isUnsure: false });

    expect(await claimed(30)).toMatchObject({ unsureSince: 10 });
  });

  it('is counted, with the time the oldest was due', async () => {
    await outbox.put([owed('a', { dueAt: 5 }), owed('b', { dueAt: 3 })], 10);

    expect(await outbox.backlog()).toEqual({ pending: 2, oldestDueAt: 3, deadChannels: [] });
  });

  it('can be taken back as long as no try may have worked', async () => {
    await outbox.put([owed('a'), owed('b')], 10);
    const first = await claimed();
    expect(await outbox.withdraw(['a', 'b'], 'told otherwise')).toBe(false);
    const wait = { until: 0, reason: 'token_revoked', isUnsure: false };
    await outbox.postpone(first, wait);

    expect(await outbox.withdraw(['a', 'b'], 'told otherwise')).toBe(true);
    expect(await sendAll()).toEqual([]);
  });
});

describe('a channel that refuses', () => {
  const later = () => owed('later', { dueAt: 30 });

  it('has its rows die together, and is news once', async () => {
    await outbox.put([owed('a', { dueAt: 9 }), owed('b', { dueAt: 9 })], 10);
    const first = await outbox.markChannelDead(await claimed(), refused);
    expect(await outbox.claim(lease(), 20)).toBeNull();
    await outbox.put([later()], 30);
    const again = await outbox.markChannelDead(await claimed(30), { ...refused, at: 30 });

    expect([first, again]).toEqual(['news', 'dead']);
    expect(await outbox.backlog()).toEqual({
      pending: 0,
      oldestDueAt: null,
      deadChannels: [{ channel: security, since: 20, reason: 'is_archived' }],
    });
  });

  it('puts its notice with the news alone', async () => {
    const notice = owed('notice', { channel: general });
    await outbox.put([owed('a')], 10);
    await outbox.markChannelDead(await claimed(), { ...refused, notice });
    await outbox.put([later()], 30);
    const again = { ...refused, notice: { ...notice, key: 'notice 2' } };
    await outbox.markChannelDead(
      await claimed(30).then((first) => (first.channel === general ? claimed(30) : first)),
      again,
    );

    expect((await outbox.statesOf(['notice', 'notice 2'])).map(({ key }) => key)).toEqual([
      'notice',
    ]);
  });

  it('is asked again for what was put while it refused', async () => {
    await outbox.put([owed('a'), update('a', 'old')], 10);
    const refusedTry = await claimed();
    await outbox.put([update('a', 'new')], 10);

    expect(await outbox.markChannelDead(refusedTry, refused)).toBe('again');
    expect(await sendAll()).toEqual(['a', 'a:update']);
  });

  it('is no news when only answers died: whoever asked is told', async () => {
    await outbox.put([owed('a', { what: 'answer' })], 10);

    expect(await outbox.markChannelDead(await claimed(), refused)).toBe('dead');
  });

  it('gets all of it in order when a later message is put and taken', async () => {
    const answer = owed('answer', { what: 'answer' });
    await outbox.put([owed('a', { dueAt: 9 }), answer, owed('b', { dueAt: 9 })], 10);
    await outbox.markChannelDead(await claimed(), refused);
    await outbox.put([later()], 30);
    const first = await claimed(30);

    expect(await outbox.markSent(first, sent)).toBe(true);
    expect([first.key, ...(await sendAll(30))]).toEqual(['a', 'b', 'later']);
    expect((await outbox.backlog()).deadChannels).toEqual([]);
  });

  it('is tried again once a day, for a week', async () => {
    await outbox.put([owed('a', { dueAt: 9 })], 10);
    await outbox.markChannelDead(await claimed(), refused);

    await outbox.reviveDeadChannels(20 + 23 * HOUR);
    expect(await outbox.claim(lease(), 20 + 23 * HOUR)).toBeNull();
    await outbox.reviveDeadChannels(20 + 24 * HOUR);
    const again = await claimed(20 + 24 * HOUR);
    await outbox.markChannelDead(again, { ...refused, at: 20 + 24 * HOUR });
    await outbox.reviveDeadChannels(20 + 8 * 24 * HOUR);

    expect(await outbox.claim(lease(), 20 + 8 * 24 * HOUR)).toBeNull();
  });

  it('is tried again though a clock that was ahead said when it was last', async () => {
    await outbox.put([owed('a', { dueAt: 9 })], 10);
    await outbox.markChannelDead(await claimed(), { ...refused, at: 20 + 48 * HOUR });

    await outbox.reviveDeadChannels(30);

    expect(await claimed(30)).toMatchObject({ key: 'a' });
  });

  it('is not tried at once by a clock that is a little behind', async () => {
    await outbox.put([owed('a', { dueAt: 9 })], 10);
    await outbox.markChannelDead(await claimed(), { ...refused, at: 2_000 });

    await outbox.reviveDeadChannels(30);

    expect(await outbox.claim(lease(), 30)).toBeNull();
  });

  it('gets alerts that are open still, however late', async () => {
    const alert = (of: string, resolvedAt: number | null) =>
      place.run(`insert into alert (channel, key, kind, host, severity, title, next_json,
          first_at, last_at, count, is_silent, is_stale, resolved_at)
        values ('${security}', '${of}', 'finding', 'web-1', 'high', 'x', '[]', 9, 9, 1, 0, 0, ${resolvedAt})`);
    alert('open', null);
    alert('over', 15);
    const [open, over] = place.values<number>('select id from alert order by id');
    const ofAlert = (key: string) => owed(key, { what: 'alert', dueAt: 9 });
    await outbox.put(
      [...[open, over].map((id) => ofAlert(`alert:${id}:post`)), ofAlert(`alert:${open}:line:1`)],
      10,
    );
    await outbox.markChannelDead(await claimed(), refused);
    await outbox.put([later()], 8 * 24 * HOUR);

    expect(await sendAll(8 * 24 * HOUR)).toEqual([`alert:${open}:post`, 'later']);
  });
});

it('a refused message dies alone', async () => {
  await outbox.put([owed('a'), owed('b')], 10);
  await outbox.markDead(await claimed(), alone);

  expect(await stateOf('a')).toMatchObject({ state: 'dead', lastError: 'no_text' });
  expect(await sendAll()).toEqual(['b']);
});

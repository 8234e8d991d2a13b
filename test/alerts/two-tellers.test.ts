import { type AlertParts, look } from '../../src/alerts/open-alerts.ts';
import type { AlertNews } from '../../src/ports/alert-store.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { alertSignal, cursorOf } from '../support/alert-signal.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// Two processes tell the same channel: what Slack shows in the end is the newest.

const channel = 'C0SECURIT';
const key = 'finding:web-1:x';
let database: TemporaryDatabase;
let store: Store;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-01-01T06:00:00.000Z');
  database = temporaryDatabase();
  store = await database.open(() => now);
});
afterEach(async () => {
  await store.close();
  database.remove();
});

/** What the database learns: once for both processes. */
async function learn(news: Partial<AlertNews>): Promise<void> {
  now += 1_000;
  const from = await cursorOf(store.alerts, channel, 'web-1', now);
  const none = {
    ...{ signals: [], updates: [], ends: [], acceptances: [] },
    told: { kinds: [], before: 0, why: '' },
  };
  const place = { channel, host: 'web-1', from, to: from };
  await store.alerts.apply(place, { ...none, ...news }, { perHour: 20 }, now);
}
const comes = () => learn({ signals: [alertSignal({ key, host: 'web-1', at: now })] });
const ends = () => learn({ ends: [{ key, at: now, why: 'it is fixed' }] });

const tell = (render: AlertParts['render'] = async (document) => slackReply(document)) =>
  look({
    context: {
      hosts: [{ name: 'web-1' } as HostDeclaration],
      channels: [
        { id: channel, hosts: null, digest: null, alerts: { severity: 'high', perHour: 20 } },
      ],
      ...{ rules: [], now: () => now, owners: null },
    },
    alerts: store.alerts,
    outbox: { put: (messages) => store.outbox.put(messages, now) },
    render,
    isInGroup: async () => false,
    log: silentLogger,
  });
/** Tells what is known now, and puts it only once `meanwhile` is done. */
const tellAfter = (meanwhile: () => Promise<void>) =>
  tell(async (document) => {
    const reply = slackReply(document);
    await meanwhile();
    return reply;
  });
const says = (kind: string) =>
  database
    .values<string>(`select payload_json from outbox where key like '%:${kind}'`)
    .map((text) => (JSON.stringify(JSON.parse(text)).includes('it is fixed') ? 'fixed' : 'open'));
const stale = () => database.values<number>('select is_stale from alert');

test('who is slow does not put what was true before over what is true now', async () => {
  await comes();
  await tell();
  await comes();

  await tellAfter(async () => {
    await ends();
    await tell();
  });

  expect(says('state')).toEqual(['fixed']);
  expect(stale()).toEqual([0]);
});

test('what changes while its first message is written is told as it is by the next look', async () => {
  await comes();

  await tellAfter(ends);
  expect(says('post')).toEqual([]);
  expect(stale()).toEqual([1]);
  await tell();

  expect(says('post')).toEqual(['fixed']);
});

test('two that know the same put it once', async () => {
  await comes();
  await tell();
  await comes();

  await tellAfter(() => tell());

  expect(database.values('select revision from outbox order by id')).toEqual([1, 1]);
});

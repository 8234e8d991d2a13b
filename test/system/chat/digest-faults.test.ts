import type { Fault } from '../../../demo/workspace/faults.ts';
import type { Message } from '../../../demo/workspace/message.ts';
import { createTick } from '../../../src/schedule/open-schedule.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { digestParts } from '../../support/digest-parts.ts';
import { quickOutbox } from '../../support/outbox-rig.ts';
import { until } from '../../support/until.ts';

// Every call that a digest makes, and everything that can become of a call.

/** A digest of two hosts: its first message, its last form, and replies on the day and on each host. */
const CALLS = 5;

let app: ChatApp;
let store: Store;
let count = 0;

beforeAll(async () => {
  app = await openChatApp({
    rateLimits: false,
    // One that hangs is waited for at each of its calls; another that is late is looked for, and not sent twice.
    timings: { ...quickOutbox, callTimeoutMs: 2_000 },
  });
  store = await app.database.open(Date.now);
});
afterAll(async () => {
  await store.close();
  await app.close();
});
afterEach(() => app.workspace.faults.clear());

/** Has a channel of its own get a digest; gives what is in it once nothing is owed any more. */
async function postDigest(fault: Fault | null) {
  const { workspace } = app;
  count += 1;
  const channel = `C0D${String(count).padStart(6, '0')}`;
  workspace.channels.create({ id: channel, name: `digest-${count}` });
  if (fault !== null) workspace.faults.add({ ...fault, channel });
  const before = workspace.calls.length;
  const plan = { channel, day: '2026-11-24', timezone: 'UTC', dueAt: Date.now() };
  const actor = { id: 'U1', name: 'alice', place: channel };
  await store.digests.requestRun({ ...plan, scheduledBy: null }, { actor, at: Date.now() });
  const tick = createTick(
    digestParts({ store, outbox: app.outbox(), now: Date.now, channels: [] }),
  );
  await tick();
  await until(async () => (await store.outbox.backlog()).pending === 0);
  const messages = workspace.messages(channel);
  return {
    keys: messages.map(keyOf),
    threads: messages.map(({ thread_ts }) => thread_ts === messages[0]?.ts),
    parent: messages[0]?.text,
    calls: workspace.calls.slice(before),
    wanted: ['parent', 'reply:1', 'reply:2', 'reply:3'].map(
      (what) => `digest:${channel}:2026-11-24:${what}`,
    ),
  };
}

const both = (name: string, fault: Fault): [string, Fault][] => [
  [`${name}, before Slack took it`, { ...fault, isApplied: false } as Fault],
  [`${name}, after Slack took it`, { ...fault, isApplied: true } as Fault],
];
const faults: [string, Fault][] = [
  ['429 with a Retry-After', { kind: 'rate-limit', retryAfterSeconds: 1 }],
  ['429 three times', { kind: 'rate-limit', retryAfterSeconds: 0, count: 3 }],
  ...both('503', { kind: 'status', status: 503 }),
  ...both('503 three times', { kind: 'status', status: 503, count: 3 }),
  ...both('no answer', { kind: 'hang' }),
  ...both('a connection that breaks', { kind: 'drop' }),
  ...both('half an answer', { kind: 'reset' }),
  ...both('an answer that is no JSON', { kind: 'malformed-json' }),
];

test('a digest takes that many calls when all is well', async () => {
  const { keys, wanted, calls } = await postDigest(null);

  expect(keys).toEqual(wanted);
  expect(calls.length).toBeGreaterThanOrEqual(CALLS);
});

describe.each(faults)('%s', (_name, fault) => {
  test.each(Array.from({ length: CALLS }, (_, index) => [index + 1]))(
    'at call %d of a digest loses nothing and brings nothing twice',
    async (position) => {
      const { keys, threads, parent, calls, wanted } = await postDigest({
        ...fault,
        skip: position - 1,
      });

      expect(keys).toEqual(wanted);
      expect(threads).toEqual([false, true, true, true]);
      expect(parent).not.toContain('to report');
      expect(app.workspace.violations).toEqual([]);
      const struck = fault.count ?? 1;
      const spoilt = calls.filter(({ status, answer }) => status !== 200 || !isGood(answer));
      expect(spoilt.length).toBeGreaterThanOrEqual(fault.kind === 'malformed-json' ? 1 : struck);
    },
  );
});

const keyOf = ({ metadata }: Message) =>
  (metadata?.event_payload as { key: string } | undefined)?.key;
const isGood = (answer: unknown) => (answer as { ok?: boolean } | null)?.ok === true;

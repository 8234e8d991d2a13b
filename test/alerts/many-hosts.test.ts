import { randomUUID } from 'node:crypto';
import { look } from '../../src/alerts/open-alerts.ts';
import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { OutboxMessage } from '../../src/ports/outbox.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { currentFinding, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { notingAlerts } from '../support/told-channel.ts';

// One cause on many hosts: one message, which follows all of them.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const channel = 'C0SECURIT';
const actor = { id: 'U0ALICE', name: 'alice', place: channel };
const names = Array.from({ length: 40 }, (_, index) => `web-${index + 1}`);

let database: TemporaryDatabase;
let store: Store;
let now: number;
let posted: Map<string, OutboxMessage>;
let updates: OutboxMessage[];
beforeEach(async () => {
  now = Date.parse('2026-01-01T06:00:00.000Z');
  database = temporaryDatabase();
  store = await database.open(() => now);
  posted = new Map();
  updates = [];
});
afterEach(async () => {
  await store.close();
  database.remove();
});

const outbox = { put: (messages: readonly OutboxMessage[]) => store.outbox.put(messages, now) };
/** As the outbox keeps it: a post whose key is known adds nothing. */
const note = (message: OutboxMessage) => {
  if (message.action.kind === 'update') updates.push(message);
  else if (!posted.has(message.key)) posted.set(message.key, message);
};
/** Looks at these hosts, or at all of them. */
const lookNow = (hosts: readonly string[] = names) =>
  look(
    {
      context: {
        hosts: names.map((name) => ({ name, labels: {} }) as unknown as HostDeclaration),
        channels: [
          { id: channel, hosts: null, digest: null, alerts: { severity: 'high', perHour: 20 } },
        ],
        ...{ rules, now: () => now, owners: { label: 'team', groups: { platform: 'S0PLATFORM' } } },
      },
      isInGroup: async () => false,
      alerts: notingAlerts(store, note),
      outbox,
      render: async (document) => slackReply(document),
      log: silentLogger,
    },
    { isMeant: (host) => hosts.includes(host) },
  );

async function scan(host: string, difference: Partial<ScanRecord> = {}): Promise<void> {
  const at = new Date(now).toISOString();
  const container = observedContainer(`agent-${host}`, { name: 'agent', owner: 'platform' });
  await store.scans.saveScan(
    scanRecord({
      ...{ id: randomUUID(), host, startedAt: at, finishedAt: at, findings: [] },
      containers: [{ ...container, facets: [] }],
      ...difference,
    }),
  );
}
const rule = 'no-privileged-container';
const finding = {
  ...currentFinding({ rule, subjectKey: 'agent', subjects: ['agent'], severity: 'critical' }),
  fingerprint: fingerprintOf(
    { rule, subject: { kind: 'container', id: 'agent', name: 'agent' } },
    'agent',
  ),
  message: 'runs privileged',
};
async function scanAll(hosts: readonly string[], difference: Partial<ScanRecord> = {}) {
  now += MINUTE_MS;
  for (const host of hosts) await scan(host, difference);
}
const posts = () => [...posted.values()].filter(({ action }) => !('threadOf' in action));
const texts = () => posts().map(({ payload }) => (payload as { text: string }).text);
const lastText = () => JSON.stringify(updates.at(-1)?.payload ?? posts().at(-1)?.payload);

test('a bad image on forty hosts is one message, which shows each host as it is fixed', async () => {
  await scanAll(names);
  await lookNow();
  await scanAll(names, { findings: [finding] });
  await lookNow();

  expect(texts()).toEqual(['critical: agent on 40 hosts runs privileged']);
  const [first] = posts();
  const whole = JSON.stringify(first?.payload);
  expect(whole).toContain('Open on 40 of 40 hosts: ');
  expect(whole).toContain('web-1, web-2, web-3');
  expect(whole).toContain('and 20 more');
  expect(whole.match(/S0PLATFORM/g)).toHaveLength(1);
  expect(posted.size).toBe(1);

  for (const [index, host] of names.slice(0, 6).entries()) {
    await scanAll([host]);
    await lookNow([host]);
    expect(lastText()).toContain(`Open on ${39 - index} of 40 hosts`);
    expect(lastText()).toContain(`Over on ${index + 1} of 40 hosts`);
  }
  await scanAll(names.slice(6));
  await lookNow(names.slice(6));
  expect(lastText()).toContain('Resolved: agent on 40 hosts runs privileged');
  expect(posted.size).toBe(1);
});

test('hosts that join later are edits, with a line in ten minutes at most, and no post', async () => {
  const few = names.slice(0, 25);
  await scanAll(few);
  await lookNow(few);
  for (const host of few) {
    await scanAll([host], { findings: [finding] });
    await lookNow([host]);
  }

  expect(texts()).toEqual(['critical: agent on web-1 runs privileged']);
  expect(lastText()).toContain('critical: agent on 25 hosts runs privileged');
  const lines = [...posted.values()].filter(({ action }) => 'threadOf' in action);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(2);
  expect(JSON.stringify(lines[0]?.payload)).toContain('Also on web-');
});

test('forty hosts that fall silent at once are one message, and one of them later its own', async () => {
  const down = {
    ...{ engine: null, containers: null },
    unreadSections: [{ section: 'engine' as const, reason: 'connection refused' }],
  };
  await scanAll(names);
  await lookNow();
  await scanAll(names.slice(0, 39), down);
  now += 2 * MINUTE_MS;
  await lookNow();
  expect(texts()).toEqual(['high: 39 hosts cannot be read']);

  now += HOUR_MS;
  await scanAll(names.slice(39), down);
  now += 2 * MINUTE_MS;
  await lookNow();
  expect(texts()).toEqual(['high: 39 hosts cannot be read', 'high: web-40 cannot be read']);

  await scanAll(names.slice(0, 38));
  await lookNow();
  expect(lastText()).toContain('Open on 1 of 39 hosts');
});

test('what is done at the message of many hosts holds for all of them', async () => {
  await scanAll(names.slice(0, 3));
  await lookNow(names.slice(0, 3));
  await scanAll(names.slice(0, 2), { findings: [finding] });
  await lookNow(names.slice(0, 2));
  const key = `finding:web-2:${finding.fingerprint}`;
  const [about] = (await store.alerts.listAbout([key])).get(key) ?? [];
  const id = about?.messageId ?? 0;
  await store.alerts.acknowledge(id, true, { actor, at: now });
  const [seen] = (await store.alerts.listAbout([key])).get(key) ?? [];
  expect(seen?.acknowledged?.by).toBe('U0ALICE');
  expect((await store.alerts.find(id))?.hosts?.map(({ host }) => host)).toEqual(['web-1', 'web-2']);

  // A third host is more than was seen.
  await scanAll(['web-3'], { findings: [finding] });
  await lookNow(['web-3']);
  expect((await store.alerts.find(id))?.acknowledged).toBeNull();

  await store.acceptances.accept(
    { host: 'web-1', fingerprint: finding.fingerprint },
    { actor, at: now, reason: 'known', until: new Date(now + 24 * HOUR_MS).toISOString() },
  );
  await lookNow(['web-1']);
  expect(lastText()).toContain('Accepted on 1 of 3 hosts');
  expect(lastText()).toContain('Open on 2 of 3 hosts');
  expect(posted.size).toBe(1);
});

test('another container of the same image on the same host keeps its own message', async () => {
  const other = {
    ...finding,
    ...{ subjectKey: 'helper', subjects: ['helper'] },
    fingerprint: fingerprintOf(
      { rule, subject: { kind: 'container', id: 'helper', name: 'helper' } },
      'helper',
    ),
  };
  const containers = ['agent', 'helper'].map((name) => ({
    ...observedContainer(name, { name }),
    facets: [],
  }));
  const two = names.slice(0, 2);
  await scanAll(two, { containers });
  await lookNow(two);
  await scanAll(two, { containers, findings: [finding, other] });
  await lookNow(two);

  expect(texts().sort()).toEqual([
    'critical: agent on 2 hosts runs privileged',
    'critical: helper on 2 hosts runs privileged',
  ]);
});

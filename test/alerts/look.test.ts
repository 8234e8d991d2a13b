import { randomUUID } from 'node:crypto';
import { createLook, look } from '../../src/alerts/open-alerts.ts';
import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { OutboxMessage } from '../../src/ports/outbox.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { read } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { runs } from '../support/long-run.ts';
import { currentFinding, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { notingAlerts } from '../support/told-channel.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const channel = 'C0SECURIT';
const actor = { id: 'U0ALICE', name: 'alice', place: channel };

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
const owners = { label: 'team', groups: { platform: 'S0PLATFORM' } };
const lookNow = (severity: 'low' | 'high' = 'high', perHour = 20) =>
  look({
    context: {
      hosts: [{ name: 'web-1' } as HostDeclaration],
      channels: [{ id: channel, hosts: null, digest: null, alerts: { severity, perHour } }],
      ...{ rules, now: () => now, owners },
    },
    isInGroup: async () => false,
    alerts: notingAlerts(store, note),
    outbox,
    render: async (document) => slackReply(document),
    log: silentLogger,
  });

async function scan(difference: Partial<ScanRecord> = {}): Promise<void> {
  now += MINUTE_MS;
  const at = new Date(now).toISOString();
  await store.scans.saveScan(
    scanRecord({ id: randomUUID(), startedAt: at, finishedAt: at, ...difference }),
  );
}

const texts = () => [...posted.values()].map(({ payload }) => (payload as { text: string }).text);
const lastUpdate = () => JSON.stringify(updates.at(-1)?.payload);

test('what the first scan finds is where one starts from, and no alert', async () => {
  await lookNow();
  await scan({
    findings: [currentFinding({ severity: 'critical' })],
    containers: [observedContainer('a1')],
  });
  await lookNow();

  expect(texts()).toEqual([]);
});

test('what an event told of before the first scan is told, and stays one alert after it', async () => {
  await lookNow();
  const state = await store.watches.claim('web-1', { owner: 'a', leaseMs: HOUR_MS });
  if (state === null) throw new Error('somebody else watches');
  const privileged = { ...observedContainer('a1'), facets: ['privileged'] };
  const seen = (kind: Sighting['kind'], id: string, observed: Sighting['observed']): Sighting => ({
    ...{ kind, containerId: id, name: `name-${id}`, image: 'debian:13', at: now, observed },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ timeNano: kind === 'found' ? null : `${now}000001`, exitCode: null },
    ...{ exec: null, execId: null },
  });
  const there = { ...observedContainer('b1'), facets: ['privileged'] };
  const sightings = [seen('created', 'a1', read(privileged)), seen('found', 'b1', read(there))];
  await store.watches.apply('web-1', { sightings, mark: null, coveredUntil: now }, state.held);
  await lookNow();
  await scan({ containers: [privileged, there], findings: [] });
  await lookNow();

  // What was there when it was first listened to is no news.
  expect(texts()).toEqual(['critical: name-a1 on web-1 was started privileged']);
});

test('what the first scan saw sooner than its event was stored is told as well', async () => {
  await lookNow();
  const privileged = { ...observedContainer('a1'), facets: ['privileged'] };
  await scan({ containers: [privileged], findings: [] });
  await lookNow();
  expect(texts()).toEqual([]);
  const state = await store.watches.claim('web-1', { owner: 'a', leaseMs: HOUR_MS });
  if (state === null) throw new Error('somebody else watches');
  const created: Sighting = {
    ...{ kind: 'created', containerId: 'a1', name: 'name-a1', image: 'debian:13', at: now - 1 },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ timeNano: `${now}000001`, observed: read(privileged), exitCode: null },
    ...{ exec: null, execId: null },
  };
  const batch = { sightings: [created], mark: null, coveredUntil: now };
  await store.watches.apply('web-1', batch, state.held);
  await lookNow();
  await lookNow();

  expect(texts()).toEqual(['critical: name-a1 on web-1 was started privileged']);
});

test('that one was made may be stored after that it was started', async () => {
  await lookNow();
  const state = await store.watches.claim('web-1', { owner: 'a', leaseMs: HOUR_MS });
  if (state === null) throw new Error('somebody else watches');
  const privileged = { ...observedContainer('a1'), facets: ['privileged'] };
  for (const [index, kind] of (['started', 'created'] as const).entries()) {
    const sighting: Sighting = {
      ...{ kind, containerId: 'a1', name: 'name-a1', image: 'debian:13', at: now - index },
      labels: { composeProject: null, composeService: null, owner: null },
      ...{ timeNano: `${now - index}000001`, observed: read(privileged), exitCode: null },
      ...{ exec: null, execId: null },
    };
    const batch = { sightings: [sighting], mark: null, coveredUntil: now };
    await store.watches.apply('web-1', batch, state.held);
    await lookNow();
  }

  expect(texts()).toEqual(['critical: name-a1 on web-1 was started privileged']);
});

describe('after a first scan', () => {
  beforeEach(async () => {
    await scan();
    await lookNow();
  });

  test('a new finding is told once, and again when it is resolved', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    await lookNow();
    await scan({ findings: [currentFinding()] });
    await lookNow();

    expect(texts()).toEqual(['high: web on web-1 web runs privileged']);

    await scan();
    await lookNow();
    expect(texts()).toHaveLength(1);
    expect(lastUpdate()).toContain('Resolved: web on web-1');
  });

  test('what is below the severity of the channel is not told', async () => {
    await scan({ findings: [currentFinding({ severity: 'medium' })] });
    await lookNow('high');

    expect(texts()).toEqual([]);
  });

  test('an accepted finding that gets worse is told, one that is accepted is not', async () => {
    await scan({ findings: [currentFinding({ severity: 'low' })] });
    await lookNow();
    await scan({ findings: [currentFinding({ severity: 'critical' })] });
    await lookNow();

    expect(texts()).toEqual(['critical: web on web-1 web runs privileged']);
  });

  test('a container that starts privileged is one alert with the finding of the next scan', async () => {
    const container = observedContainer('a1');
    const subject = { kind: 'container' as const, id: 'a1', name: 'name-a1' };
    const rule = 'no-privileged-container';
    const finding = currentFinding({
      fingerprint: fingerprintOf({ rule, subject }, 'name-a1'),
      severity: 'critical',
    });
    await scan({ containers: [container], findings: [finding] });
    await lookNow();

    expect(texts().filter((text) => text.startsWith('critical'))).toHaveLength(1);
  });

  test('another image under the same tag is told', async () => {
    const named = { name: 'web', imageReference: 'web:1', imageId: 'sha256:aaaa' };
    const quiet = (id: string, imageId: string) => ({
      ...observedContainer(id, { ...named, imageId }),
      facets: [],
    });
    await scan({ containers: [quiet('a1', 'sha256:aaaa')] });
    await scan({ containers: [quiet('a2', 'sha256:bbbb')] });
    await lookNow('low');

    expect(texts()).toEqual(['medium: web on web-1 runs another image under the same tag web:1']);

    now += 25 * HOUR_MS;
    await lookNow('low');
    expect(lastUpdate()).toContain('a change is told for a day');
  });

  test('a host that stays away for a minute is told, and that it is back', async () => {
    const down = {
      engine: null,
      containers: null,
      unreadSections: [{ section: 'engine' as const, reason: 'connect ECONNREFUSED' }],
    };
    await scan(down);
    await lookNow();
    expect(texts()).toEqual([]);

    now += 2 * MINUTE_MS;
    await lookNow();
    await lookNow();
    expect(texts()).toEqual(['high: web-1 cannot be read']);

    await scan();
    await lookNow();
    expect(lastUpdate()).toContain('Resolved: web-1 cannot be read');
    expect(texts()).toHaveLength(1);
  });

  describe('security defaults that an engine loses', () => {
    const engine = { id: 'e1', version: '26.1.5', apiVersion: '1.45' };
    const before = ['apparmor', 'seccomp=builtin'];
    beforeEach(async () => {
      await scan({ engine: { ...engine, defaults: before } });
      await lookNow();
      await scan({ engine: { ...engine, defaults: ['seccomp=unconfined'] } });
      await lookNow();
    });

    test('are told', () => {
      expect(texts()).toEqual(['high: the engine of web-1 changed its security defaults']);
      expect(JSON.stringify([...posted.values()])).toContain(
        'no longer apparmor, seccomp=builtin; now seccomp=unconfined',
      );
    });

    test('are resolved when they come back', async () => {
      await scan({ engine: { ...engine, defaults: before } });
      await lookNow();

      expect(JSON.stringify(updates)).toContain('they changed again');
      expect(await openAlerts()).toHaveLength(1);
    });

    test('are resolved after a day, and not before', async () => {
      now += 23 * HOUR_MS;
      await lookNow();
      expect(await openAlerts()).toHaveLength(1);

      now += 2 * HOUR_MS;
      await lookNow();
      expect(lastUpdate()).toContain('a change is told for a day');
      expect(await openAlerts()).toEqual([]);
      await lookNow();
      expect(texts()).toHaveLength(1);
    });
  });

  test('what comes back while it is open is counted in its message, with a line in the thread', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    await scan({ findings: [currentFinding({ severity: 'critical' })] });
    await lookNow();

    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toMatch(/^Again, time 2: .*now critical/);
    expect(lastUpdate()).toContain('2 times');
  });

  const shown = () =>
    JSON.stringify(updates.at(-1)?.payload ?? [...posted.values()].at(-1)?.payload);
  const other = currentFinding({ rule: 'no-docker-socket-mount', message: 'mounts the socket' });
  const name = { host: 'web-1', fingerprint: currentFinding().fingerprint };

  test('what is wrong with one container is one message, with its meaning, owner and fix', async () => {
    const facts = { name: 'web', owner: 'platform', isPrivileged: false };
    const container = { ...observedContainer('a1', facts), facets: [] };
    await scan({ findings: [currentFinding(), other], containers: [container] });
    await lookNow();

    expect(texts()).toHaveLength(1);
    expect(texts()[0]).toContain('web on web-1: ');
    const post = shown();
    for (const part of ['web runs privileged', 'mounts the socket', 'Fix: ', '"S0PLATFORM"']) {
      expect(post).toContain(part);
    }

    await scan({ findings: [currentFinding()], containers: [container] });
    await lookNow();
    expect(shown()).toContain('Alert: web on web-1 web runs privileged');
    expect(await openAlerts()).toHaveLength(1);
    await scan({ containers: [container] });
    await lookNow();
    expect(shown()).toContain('Resolved: ');
    expect(texts()).toHaveLength(1);
  });

  test('an acceptance shows in the message while it holds, and that it ended in its thread', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    const until = new Date(now + 2 * HOUR_MS).toISOString();
    const terms = { actor, at: now, reason: 'known', until };
    await store.acceptances.accept(name, terms);
    await lookNow();
    expect(shown()).toContain('Accepted: web on web-1');
    expect(shown()).toContain('alice');

    now += 3 * HOUR_MS;
    await lookNow();
    expect(shown()).toContain('Alert: web on web-1');
    expect(texts()[1]).toContain('Open again: web on web-1 web runs privileged');
    // Nobody looks into the thread of a message from hours ago.
    expect([...posted.values()].at(-1)?.action).toMatchObject({ isBroadcast: true });
  });

  test('what was accepted before it was told is told once its acceptance is taken back', async () => {
    await scan({ findings: [currentFinding({ severity: 'low' })] });
    await lookNow();
    await scan({ findings: [currentFinding({ severity: 'high' })] });
    const until = new Date(now + 20 * HOUR_MS).toISOString();
    await store.acceptances.accept(name, { actor, at: now, reason: 'known', until });
    await lookNow();
    expect(texts()).toEqual([]);

    now += MINUTE_MS;
    await store.acceptances.unaccept(name, { actor, at: now });
    await lookNow();
    await lookNow();
    expect(texts()).toEqual(['high: web on web-1 web runs privileged']);
    await store.acceptances.accept(name, { actor, at: now, reason: 'known', until });
    await lookNow();
    expect(shown()).toContain('Accepted: ');
  });

  test('one of several that comes back accepted, while another is new, leaves one alert open', async () => {
    await scan({ findings: [currentFinding()] });
    const until = new Date(now + 20 * HOUR_MS).toISOString();
    await lookNow();
    await store.acceptances.accept(name, { actor, at: now, reason: 'known', until });
    await scan();
    await lookNow();
    now += 3 * HOUR_MS;
    await scan({ findings: [currentFinding(), other] });
    await lookNow();

    expect(await openAlerts()).toHaveLength(1);
    expect(texts().at(-1)).toContain('mounts the socket');
  });

  test('what comes back within the hour is told by its message, later by a new one', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    await scan();
    await lookNow();
    await scan({ findings: [currentFinding()] });
    await lookNow();
    expect(shown()).toContain('Alert: web on web-1');
    expect(texts()[1]).toContain('Back: web on web-1');

    await scan();
    await lookNow();
    now += 2 * HOUR_MS;
    await scan({ findings: [currentFinding()] });
    await lookNow();
    expect(texts()).toHaveLength(3);
    expect(shown()).toContain('see the newer message');
  });

  test('who has seen it, and who looks after it, stands in the message until it is undone', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    const [told] = await openAlerts();
    const id = told?.id ?? 0;
    const by = { actor, at: now };
    await store.alerts.acknowledge(id, true, by);
    await store.alerts.assign(id, actor.id, by);
    await lookNow();
    expect(shown()).toContain('Acknowledged by ');
    expect(shown()).toContain('Assigned to ');
    // Who took it is not called.
    expect(texts()).toHaveLength(1);

    await store.alerts.assign(id, 'U0BOB', by);
    await store.alerts.acknowledge(id, false, by);
    await lookNow();
    expect(shown()).not.toContain('Acknowledged by ');
    expect(shown()).toContain('"user_id":"U0BOB"');
    expect(JSON.stringify([...posted.values()].at(-1)?.payload)).toContain('"user_id":"U0BOB"');
    await store.alerts.assign(id, null, by);
    await lookNow();
    expect(shown()).not.toContain('Assigned to ');
    const { entries } = await store.audit.list({}, 9);
    const verbs = ['assign', 'acknowledge', 'assign', 'assign', 'acknowledge'];
    expect(entries.map(({ verb }) => verb)).toEqual(verbs);
  });

  test('a channel says itself what it is told, and what it knows stays up to date', async () => {
    await scan({ findings: [currentFinding()] });
    const setting = { channel: 'C0OTHER', severity: 'high' as const, host: null, isOff: false };
    const by = { actor, at: now, before: null };
    await store.alerts.setSetting(setting, by);
    await lookNow();
    await scan({ findings: [currentFinding(), other] });
    await lookNow();
    const own = () => [...posted.values()].filter((one) => one.channel === 'C0OTHER');
    expect(own().map(({ payload }) => (payload as { text: string }).text)).toEqual([
      'high: web on web-1 mounts the socket',
    ]);

    await store.alerts.setSetting({ ...setting, isOff: true }, by);
    await lookNow();
    await scan({ findings: [currentFinding(), currentFinding({ subjectKey: 'late' })] });
    await lookNow();
    expect(own()).toHaveLength(1);
    const last = updates.findLast((one) => one.channel === 'C0OTHER');
    expect(JSON.stringify(last?.payload)).toContain('Resolved: web on web-1 mounts the socket');
  });

  test('nothing changed is seen without a look', async () => {
    const stamp = async (at: number) => (await store.alerts.stamps(at)).hosts.get('web-1');
    const before = await stamp(now);
    expect(await stamp(now)).toBe(before);
    await scan({ findings: [currentFinding()] });
    const scanned = await stamp(now);
    const until = new Date(now + HOUR_MS).toISOString();
    await store.acceptances.accept(name, { actor, at: now, reason: 'known', until });
    const accepted = await stamp(now);
    const over = await stamp(now + 2 * HOUR_MS);
    expect(new Set([before, scanned, accepted, over]).size).toBe(4);
  });

  /** A job that looks, and the hosts whose news it read with each look. */
  function openLook(hosts: readonly string[], isItsTurn?: () => boolean) {
    const looked: string[] = [];
    const createdLook = createLook({
      context: {
        hosts: hosts.map((one) => ({ name: one }) as HostDeclaration),
        channels: [
          { id: channel, hosts: null, digest: null, alerts: { severity: 'high', perHour: 20 } },
        ],
        ...{ rules, now: () => now, owners: null },
      },
      alerts: {
        ...notingAlerts(store, note),
        async readNews(...asked) {
          const news = await store.alerts.readNews(...asked);
          looked.push(...news.map(({ host }) => host));
          return news;
        },
      },
      ...{ outbox, isInGroup: async () => false, log: silentLogger },
      render: async (document) => slackReply(document),
      ...(isItsTurn && { isItsTurn }),
    });
    return async (afterMs: number) => {
      now += afterMs;
      looked.length = 0;
      await createdLook();
      return [...looked];
    };
  }

  test('of many hosts those that are away are looked at twice a minute, the others now and then', async () => {
    const others = Array.from({ length: 198 }, (_, index) => `host-${index}`);
    const lookAgain = openLook(['web-1', 'web-2', ...others]);
    await scan({ findings: [currentFinding()] });
    await store.scans.saveScan(
      scanRecord({ id: 'away', host: 'web-2', engine: null, containers: null }),
    );

    expect(await lookAgain(0)).toHaveLength(200);
    expect(await lookAgain(2_000)).toEqual([]);
    expect(await lookAgain(30_000)).toEqual(['web-2']);
    const at = new Date(now).toISOString();
    await store.scans.saveScan(scanRecord({ id: 'later', startedAt: at, finishedAt: at }));
    expect(await lookAgain(2_000)).toEqual(['web-1']);
    expect(await lookAgain(60_000)).toHaveLength(200);
  });

  test('one of several processes looks at what changes; when it ends the next one does', async () => {
    let first = 'a';
    const a = openLook(['web-1', 'web-2'], () => first === 'a');
    const b = openLook(['web-1', 'web-2'], () => first === 'b');
    await scan({ findings: [currentFinding()] });

    expect(await b(0)).toEqual(['web-1', 'web-2']);
    expect(await a(0)).toEqual(['web-1', 'web-2']);
    await scan({ findings: [currentFinding(), other] });
    expect(await b(2_000)).toEqual([]);
    first = 'b';
    expect(await a(2_000)).toEqual([]);
    expect(await b(2_000)).toEqual(['web-1', 'web-2']);
    expect(texts()).toHaveLength(2);
  });

  test('what the first of several processes does not know is told by the next one', async () => {
    const a = openLook(['web-2'], () => true);
    const b = openLook(['web-1', 'web-2'], () => false);
    await a(0);
    await b(0);
    await scan({ findings: [currentFinding()] });
    await a(2_000);
    expect(await b(2_000)).toEqual([]);
    expect(await b(5 * MINUTE_MS)).toEqual(['web-1', 'web-2']);
    expect(texts()).toHaveLength(1);
  });

  test('what is owed to a channel is told by a process whose turn it is not', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    const [{ id } = { id: 0 }] = await openAlerts();
    const beside = openLook(['web-1'], () => false);
    await beside(0);
    await store.alerts.acknowledge(id, true, { actor, at: now });
    expect(await beside(2_000)).toEqual([]);
    expect(shown()).toContain('Acknowledged by ');
  });

  const rated = (severity: 'low' | 'high' | 'critical', message: string) =>
    currentFinding({ rule: 'no-added-capabilities', severity, message });

  test('what becomes milder shows so in its message, and is told when it gets worse again', async () => {
    await scan({ findings: [rated('critical', 'adds SYS_ADMIN')] });
    await lookNow();
    await scan({ findings: [rated('high', 'adds NET_RAW')] });
    await lookNow();
    expect(shown()).toContain('high: web on web-1 adds NET_RAW');
    expect(texts()).toHaveLength(1);

    await scan({ findings: [rated('critical', 'adds SYS_PTRACE')] });
    await lookNow();
    expect(shown()).toContain('critical: web on web-1 adds SYS_PTRACE');
    expect(texts()[1]).toMatch(/^Again, time 2: .*now critical/);
  });

  test('what was never told is not told when it becomes milder', async () => {
    await scan({ findings: [rated('low', 'adds NET_RAW')] });
    await lookNow();
    const setting = { channel: 'C0OTHER', severity: 'high' as const, host: null, isOff: false };
    await scan({ findings: [rated('critical', 'adds SYS_ADMIN')] });
    await store.alerts.setSetting(setting, { actor, at: now, before: null });
    await lookNow();
    await scan({ findings: [rated('high', 'adds NET_RAW')] });
    await lookNow();

    expect([...posted.values()].filter((one) => one.channel === 'C0OTHER')).toEqual([]);
  });

  test('where alerts are off, the message of before says how it is now', async () => {
    const setting = { channel, severity: 'high' as const, host: null, isOff: false };
    await scan({ findings: [rated('high', 'adds NET_RAW')] });
    await lookNow();
    await store.alerts.setSetting({ ...setting, isOff: true }, { actor, at: now, before: null });
    await scan({ findings: [rated('critical', 'adds SYS_ADMIN')] });
    await lookNow();

    expect(shown()).toContain('critical: web on web-1 adds SYS_ADMIN');
    expect(texts()).toHaveLength(1);
  });

  test('what becomes too mild for the channel is resolved', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    await scan({ findings: [currentFinding({ severity: 'low' })] });
    await lookNow();

    expect(lastUpdate()).toContain('it is low now');
  });

  test('a snooze keeps a trouble quiet, also when it comes again, and ends', async () => {
    await scan({ findings: [currentFinding()] });
    await lookNow();
    const [told] = await openAlerts();
    await store.alerts.snooze(told?.id ?? 0, now + HOUR_MS, { actor, at: now });
    await lookNow();
    expect(lastUpdate()).toContain('Snoozed until');

    await scan();
    await lookNow();
    await scan({ findings: [currentFinding()] });
    await lookNow();
    expect(texts()).toHaveLength(1);

    now += HOUR_MS;
    await lookNow();
    expect(texts()).toHaveLength(2);
    const { entries } = await store.audit.list({ verb: 'snooze' }, 5);
    expect(entries).toHaveLength(1);
  });

  test.each([1, 5, 20])('many troubles are at most %i messages an hour', async (perHour) => {
    // More than one statement takes.
    const troubles = runs(240, 1_000);
    const findings = Array.from({ length: troubles }, (_, index) =>
      currentFinding({ subjectKey: `web-${index}` }),
    );
    await scan({ findings: findings.slice(0, 0.6 * troubles) });
    await lookNow('high', perHour);
    await scan({ findings });
    await lookNow('high', perHour);

    expect(posted.size).toBe(perHour);
    const flood = [...posted.values(), ...updates].at(-1);
    expect(JSON.stringify(flood?.payload)).toContain(`${troubles - (perHour - 1)} high`);

    // The next hour may speak again.
    now += HOUR_MS;
    await scan({ findings: [...findings, currentFinding({ subjectKey: 'late' })] });
    await lookNow('high', perHour);
    expect(posted.size).toBe(perHour + 1);
  });

  describe('of what events tell', () => {
    const sighting = (difference: Partial<Sighting>): Sighting => ({
      ...{ kind: 'created', containerId: 'a1', name: 'name-a1', image: 'web:1' },
      labels: { composeProject: null, composeService: null, owner: null },
      ...{
        at: now + 1,
        timeNano: `${now}000001`,
        observed: null,
        exitCode: null,
        exec: null,
        execId: null,
      },
      ...difference,
    });
    const see = async (...sightings: Sighting[]) => {
      now += MINUTE_MS;
      const state = await store.watches.claim('web-1', { owner: 'p1', leaseMs: HOUR_MS });
      if (state === null) throw new Error('somebody else watches');
      const batch = { sightings, mark: null, coveredUntil: now };
      expect(await store.watches.apply('web-1', batch, state.held)).toEqual([true]);
      await lookNow();
    };

    test('a container that starts privileged is told at once, and once', async () => {
      await see(sighting({ observed: read(observedContainer('a1')) }));
      await lookNow();

      expect(texts()).toEqual(['critical: name-a1 on web-1 was started privileged']);
    });

    test('a command with more power than its container is told, one without is not', async () => {
      const container = { ...observedContainer('a1', { isPrivileged: false }), facets: [] };
      await scan({ containers: [container] });
      const exec = (isPrivileged: boolean, timeNano: string) =>
        sighting({ kind: 'exec', timeNano, exec: read({ isPrivileged, user: '' }) });
      await see(exec(false, '1'));
      expect(texts()).toEqual([]);

      await see(exec(true, '2'));
      expect(texts()).toEqual([
        'high: a command in name-a1 on web-1 has more power than the container',
      ]);
    });

    describe('while a command with more power runs', () => {
      const strong = (execId: string) =>
        sighting({ kind: 'exec', timeNano: execId, execId, exec: read({ ...power, user: '' }) });
      const power = { isPrivileged: true };
      const end = (execId: string) =>
        sighting({ kind: 'exec-ended', timeNano: `9${execId}`, execId });
      beforeEach(async () => {
        const container = { ...observedContainer('a1', { isPrivileged: false }), facets: [] };
        await scan({ containers: [container] });
        await see(strong('1'));
        expect(await openAlerts()).toHaveLength(1);
      });

      test('its end resolves the alert', async () => {
        await see(end('1'));

        expect(lastUpdate()).toContain('the command ended');
        expect(await openAlerts()).toEqual([]);
      });

      test('the end of another does not', async () => {
        await see(strong('2'));
        await see(end('2'));
        expect(await openAlerts()).toHaveLength(1);

        await see(end('1'));
        expect(await openAlerts()).toEqual([]);
      });

      test.each([
        ['ended', 'the container stopped'],
        ['gone', 'the container is gone'],
      ] as const)('that its container has %s resolves it', async (kind, why) => {
        await see(sighting({ kind, timeNano: '5' }));

        expect(lastUpdate()).toContain(why);
        expect(await openAlerts()).toEqual([]);
      });

      test('that time passes does not', async () => {
        now += 48 * HOUR_MS;
        await lookNow();

        expect(await openAlerts()).toHaveLength(1);
      });
    });

    test('another image under the same tag is over when its container is gone', async () => {
      const named = { name: 'web', imageReference: 'web:1' };
      const of = (id: string, imageId: string) => ({
        ...observedContainer(id, { ...named, imageId }),
        facets: [],
      });
      await scan({ containers: [of('a1', 'sha256:aaaa')] });
      await scan({ containers: [of('a2', 'sha256:bbbb')] });
      await lookNow('low');
      await see(sighting({ kind: 'gone', containerId: 'a2', timeNano: '5' }));

      expect(lastUpdate()).toContain('the container is gone');
      expect(await openAlerts()).toEqual([]);
    });
  });

  test('two processes that look at the same time tell it once', async () => {
    await scan({ findings: [currentFinding()] });
    await Promise.all([lookNow(), lookNow()]);

    expect(texts()).toHaveLength(1);
    expect((await openAlerts()).map(({ count }) => count)).toEqual([1]);
  });
});

/** Rows of alerts that are not resolved. */
const openAlerts = async () =>
  database.rows<{
    id: number;
    count: number;
  }>('select id, count from alert where resolved_at is null');

import { randomUUID } from 'node:crypto';
import { type LeftSince, look } from '../../src/alerts/open-alerts.ts';
import type { AlertStore } from '../../src/ports/alert-store.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { OutboxMessage } from '../../src/ports/outbox.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { scanRecord } from './scan-records.ts';
import { temporaryDatabase } from './temporary-database.ts';

/** The alerts of a store, which hand over each message that is shown, as the outbox is given it. */
export const notingAlerts = (store: Store, note: (message: OutboxMessage) => void): AlertStore => ({
  ...store.alerts,
  async show(alert, messages, at) {
    const isShown = await store.alerts.show(alert, messages, at);
    if (isShown) for (const message of messages) note(message);
    return isShown;
  },
});

const channel = 'C0SECURIT';

/** A channel that is told of `web-1`, over a real store and with a clock that tests move by hand. */
export async function openToldChannel() {
  const clock = { now: Date.parse('2026-01-01T06:00:00.000Z') };
  const database = temporaryDatabase();
  const store = await database.open(() => clock.now);
  const posted = new Map<string, OutboxMessage>();
  /** Each message as it stands in Slack now. */
  const shown = new Map<string, string>();
  const outbox = {
    put: (messages: readonly OutboxMessage[]) => store.outbox.put(messages, clock.now),
  };
  const note = (message: OutboxMessage) => {
    const { key, action, payload } = message;
    if (action.kind === 'update') shown.set(action.of, JSON.stringify(payload));
    else if (!posted.has(key)) {
      posted.set(key, message);
      shown.set(key, JSON.stringify(payload));
    }
  };
  const alerts = notingAlerts(store, note);
  const left: LeftSince = new Map();
  const actor = { id: 'U0ALICE', name: 'alice', place: channel };
  let events = 0;
  return {
    ...{ clock, store, posted, channel, database, actor },
    /** Looks as the process does every two seconds. */
    async lookNow({
      severity = 'high',
      perHour = 20,
      hosts = ['web-1'],
      teller = left,
    }: {
      severity?: Severity;
      perHour?: number;
      hosts?: string[];
      /** What another process remembers from look to look. */
      teller?: LeftSince;
    } = {}) {
      await look(
        {
          context: {
            hosts: hosts.map((name) => ({ name, labels: {} }) as unknown as HostDeclaration),
            channels: [{ id: channel, hosts: null, digest: null, alerts: { severity, perHour } }],
            ...{ rules, now: () => clock.now, owners: null },
          },
          isInGroup: async () => false,
          alerts,
          outbox,
          render: async (document) => slackReply(document),
          log: silentLogger,
        },
        { left: teller },
      );
    },
    /** Somebody accepts a finding for twenty hours. */
    async accept(fingerprint: string) {
      const until = new Date(clock.now + 20 * 3_600_000).toISOString();
      const terms = { actor, at: clock.now, reason: 'known', until };
      await store.acceptances.accept({ host: 'web-1', fingerprint }, terms);
    },
    /** Stores a scan of a minute later. */
    async scan(difference: Partial<ScanRecord> = {}) {
      clock.now += 60_000;
      const at = new Date(clock.now).toISOString();
      await store.scans.saveScan(
        scanRecord({ id: randomUUID(), startedAt: at, finishedAt: at, ...difference }),
      );
    },
    /** Stores what an event told of a container, a second later. */
    async see(kind: Sighting['kind'], containerId: string, difference: Partial<Sighting> = {}) {
      clock.now += 1_000;
      const state = await store.watches.claim('web-1', { owner: 'p1', leaseMs: 3_600_000 });
      if (state === null) throw new Error('somebody else watches');
      const isListed = kind === 'found' || kind === 'missing';
      events += 1;
      const sighting: Sighting = {
        ...{ kind, containerId, name: `name-${containerId}`, image: 'web:1', at: clock.now },
        labels: { composeProject: null, composeService: null, owner: null },
        timeNano: isListed ? null : `${clock.now}${String(events).padStart(6, '0')}`,
        ...{ observed: null, exitCode: null, exec: null, execId: null },
        ...difference,
      };
      const batch = { sightings: [sighting], mark: null, coveredUntil: clock.now };
      await store.watches.apply('web-1', batch, state.held);
    },
    /** The first lines of what was posted, lines of threads among them, in order. */
    texts: () => [...posted.values()].map(({ payload }) => (payload as { text: string }).text),
    /** The message of an alert as it stands in Slack now. */
    message: (id: number) => shown.get(`alert:${id}:post`) ?? '',
    async close() {
      await store.close();
      database.remove();
    },
  };
}

export type ToldChannel = Awaited<ReturnType<typeof openToldChannel>>;

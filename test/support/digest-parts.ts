import { randomUUID } from 'node:crypto';
import type { CoreContext } from '../../src/command/command.ts';
import { createInlineScans } from '../../src/inspections/inline-scans.ts';
import type { ChannelDeclaration, HostDeclaration } from '../../src/ports/declarations.ts';
import { type DigestSchedule, weekdays } from '../../src/ports/digest-store.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Stores } from '../../src/ports/stores.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { ScheduleParts } from '../../src/schedule/schedule-parts.ts';
import { createFairShares } from '../../src/shared/fair-shares.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { slackReply } from '../../src/views/slack-messages.ts';

export const HOUR_MS = 3_600_000;

export const hostOf = (name: string): HostDeclaration => ({
  name,
  endpoint: { kind: 'unix', url: 'unix:///x', socketPath: '/x' } as never,
  isDefault: false,
  labels: {},
  evidence: 'api',
});

export const daily = (at: string, timezone: string): DigestSchedule => ({
  at,
  timezone,
  days: weekdays,
});

/** The schedule's parts over a real store; engines answer at once and have one container. */
export function digestParts(options: {
  store: Stores;
  outbox: Outbox;
  now: () => number;
  channels: readonly ChannelDeclaration[];
  hosts?: readonly string[];
  change?: Partial<ScheduleParts>;
  context?: Partial<CoreContext>;
}): ScheduleParts {
  const { store, outbox, now, channels, hosts = ['web-1', 'web-2'] } = options;
  const context: CoreContext = {
    version: '0.0.0',
    hosts: hosts.map(hostOf),
    channels,
    groupBy: null,
    rules: [],
    policy: defaultPolicy,
    owners: null,
    commands: [],
    ...store,
    store: store.scans,
    ...{ feedFiles: null, makeEdgeKey: null },
    feedSync: { run: () => Promise.reject(new Error('a digest does not ask for it')) },
    feedsStaleAfterMs: 120 * HOUR_MS,
    own: null,
    keepsMisses: false,
    freshWithinMs: null,
    inTurn: (work) => work(),
    shares: createFairShares(),
    snapshots: {
      takeSnapshot: async (host) => ({
        ...exampleSnapshot({}),
        host,
        takenAt: new Date(now()).toISOString(),
      }),
    },
    filesystemReader: {
      readSystem: () => Promise.reject(new Error('a digest does not ask for it')),
      readFilesystem: () => Promise.reject(new Error('a digest does not ask for it')),
    },
    power: {
      tryEngine: () => Promise.reject(new Error('a digest does not ask for it')),
      readSlack: () => Promise.reject(new Error('a digest does not ask for it')),
    },
    now,
    scanQueue: createInlineScans(),
    newId: randomUUID,
    ...options.context,
  };
  return {
    context,
    digests: store.digests,
    channels,
    outbox,
    render: async (document) => slackReply(document),
    log: silentLogger,
    owner: randomUUID(),
    catchUpMs: 6 * HOUR_MS,
    timings: {
      leaseMs: 120_000,
      updateEveryMs: 20,
      hostDeadlineMs: 20_000,
      runDeadlineMs: 60_000,
    },
    signal: new AbortController().signal,
    ...options.change,
  };
}

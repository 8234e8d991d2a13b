import { randomBytes, randomUUID } from 'node:crypto';
import * as commandIndex from '../../commands/index.ts';
import type { Command, CoreContext } from '../command/command.ts';
import type { FeedSettings, HostSettings, Settings } from '../config/load-settings.ts';
import { botScopes } from '../config/slack-app.ts';
import { parseEndpoint } from '../engine/endpoint.ts';
import type { TrafficOf } from '../engine/engine-traffic.ts';
import type { HostConnection } from '../engine/snapshot-taker.ts';
import type { OwnerRouting } from '../inspections/finding-owners.ts';
import type { ExposureLook, SeenExposure } from '../inspections/look-at-exposure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';
import type { FilesystemReader } from '../ports/filesystem-reader.ts';
import type { OwnContainer } from '../ports/own-container.ts';
import type { SlackGrant } from '../ports/power.ts';
import type { SnapshotTaker } from '../ports/snapshot-taker.ts';
import * as ruleCatalogue from '../rules/catalogue/index.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import { DAY_MS } from '../shared/time.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';
import { openStore, type Store } from '../store/open-store.ts';
import type { FeedSyncOptions, OpenFeedSync } from './feed-sync.ts';
import { type OpenQueue, openQueue } from './open-queue.ts';
import { ownContainer, readProcessFiles } from './own-container.ts';
import { packageVersion } from './package.ts';

export const commands: readonly Command[] = Object.values(commandIndex);
export const rules = Object.values(ruleCatalogue) as unknown as readonly Rule[];

const noFeeds: FeedSettings = {
  sources: [],
  everyMs: null,
  staleAfterMs: 5 * DAY_MS,
  proxy: { address: null, except: null },
};

export interface Core {
  context: CoreContext;
  /** The owner of leases of this process; never used twice. */
  processId: string;
  queue: Omit<OpenQueue, 'close'>;
  store: Store;
  feedSync: OpenFeedSync;
  /** Gives what opens the doors that watching a declared host needs. */
  loadWatchDoors(): Promise<OpenWatchDoor>;
  /** Matches packages with advisories and finds what is news, in a thread. Rejects as `lookAtExposure`. */
  lookAtExposure(look: ExposureLook): Promise<SeenExposure>;
  /** Names of declared hosts to whose events nobody is to listen. */
  unwatched: ReadonlySet<string>;
  /** Answers of each host since the start of which more came than is read. */
  cutAnswers(): ReadonlyMap<string, number>;
}

/** What `assembleCore` takes of the settings. */
export const coreSettings = (settings: Settings) => {
  const { databaseUrl, ask, hosts, policy, channels, owners, slack, feeds, fleet } = settings;
  return {
    ...{ hosts, databaseUrl: databaseUrl.reveal(), policy, channels, owners, slack, feeds },
    ...{ keepsMisses: ask.keepMisses, groupBy: fleet.groupBy ?? null },
  };
};

/**
 * Joins the core with the engines and the database. Rejects like `openStore` and `parseEndpoint`. What
 * talks to engines and to Slack is loaded by the first who asks them: most commands ask the database.
 */
export async function assembleCore(options: {
  hosts: readonly HostSettings[];
  databaseUrl: string;
  policy: Policy;
  /** None when left out. */
  channels?: Settings['channels'];
  owners?: OwnerRouting | null;
  /** Null when left out. */
  groupBy?: string | null;
  /** No token when left out. */
  slack?: Pick<Settings['slack'], 'botToken' | 'apiUrl'>;
  /** None are fetched when left out. */
  feeds?: FeedSettings;
  /** No when left out. */
  keepsMisses?: boolean;
  /** What this process tells of itself when left out. */
  own?: OwnContainer | null;
  /** The machine's clock when left out. */
  now?: Clock | undefined;
  /** How the database is opened; the store's own way when left out. */
  openDatabase?: typeof openStore | undefined;
}): Promise<Core> {
  const { now = Date.now, openDatabase = openStore, databaseUrl, feeds = noFeeds } = options;
  const { owners = null, groupBy = null, keepsMisses = false } = options;
  const hosts = options.hosts.map(toDeclaration);
  const connections = options.hosts.map(toConnection);
  const ownerLabel = owners?.label ?? null;
  const traffic = lazyTraffic();
  const snapshotTaker = keepFirstSuccess(async () => {
    const { createSnapshotTaker } = await import('../engine/snapshot-taker.ts');
    const collect = { ownerLabel };
    const trafficOf = await traffic.load();
    return createSnapshotTaker({ hosts: connections, clock: now, collect, trafficOf });
  });
  const filesystemReader = keepFirstSuccess(async () => {
    const { createFilesystemReader } = await import('../engine/filesystem-reader.ts');
    return createFilesystemReader({ hosts: connections, trafficOf: await traffic.load() });
  });
  const store = await openDatabase({ url: databaseUrl, now });
  const feedSync = lazyFeedSync({ settings: feeds, databaseUrl, feeds: store.feeds, now });
  const processId = randomUUID();
  const queue = await openQueue(databaseUrl, store, processId);
  const context = {
    version: packageVersion(),
    hosts,
    channels: (options.channels ?? []).map(toChannel),
    rules,
    policy: options.policy,
    ...{ owners, groupBy, keepsMisses },
    commands,
    ...store,
    store: store.scans,
    feedFiles: null,
    feedSync,
    feedsStaleAfterMs: feeds.staleAfterMs,
    own: options.own === undefined ? ownContainer(readProcessFiles()) : options.own,
    snapshots: {
      takeSnapshot: async (...asked: Parameters<SnapshotTaker['takeSnapshot']>) =>
        (await snapshotTaker()).takeSnapshot(...asked),
    },
    filesystemReader: {
      readSystem: async (...asked: Parameters<FilesystemReader['readSystem']>) =>
        (await filesystemReader()).readSystem(...asked),
      readFilesystem: async (...asked: Parameters<FilesystemReader['readFilesystem']>) =>
        (await filesystemReader()).readFilesystem(...asked),
    },
    power: {
      async tryEngine(host: string) {
        const { createEnginePower } = await import('../engine/engine-power.ts');
        const trafficOf = await traffic.load();
        return createEnginePower({ hosts: connections, trafficOf }).tryEngine(host);
      },
      readSlack: () => readGrant(options.slack),
    },
    now,
    freshWithinMs: null,
    scanQueue: queue.scans,
    newId: () => randomUUID(),
  };
  return {
    context,
    processId,
    queue,
    store: {
      ...store,
      async close() {
        await queue.close();
        await store.close();
      },
    },
    feedSync,
    async loadWatchDoors() {
      const { createWatchDoors } = await import('../engine/watch-door.ts');
      const trafficOf = await traffic.load();
      return createWatchDoors({ hosts: connections, clock: now, ownerLabel, trafficOf });
    },
    async lookAtExposure(look) {
      const { lookInThread } = await import('./exposure-thread.ts');
      return lookInThread(options.databaseUrl, look);
    },
    unwatched: new Set(options.hosts.flatMap(({ name, watch }) => (watch === false ? name : []))),
    cutAnswers: () => new Map(options.hosts.map(({ name, url }) => [name, traffic.cutCount(url)])),
  };
}

/** Loaded by the first who fetches. */
function lazyFeedSync(options: FeedSyncOptions): OpenFeedSync {
  let opened: OpenFeedSync | null = null;
  const load = async (): Promise<OpenFeedSync> => {
    const { createFeedSync } = await import('./feed-sync.ts');
    opened ??= createFeedSync(options);
    return opened;
  };
  return {
    run: async (asked) => (await load()).run(asked),
    removeLeftovers: async () => (await load()).removeLeftovers(),
    close: async () => opened?.close(),
  };
}

/** What talks to engines shares it; nobody asked one before it is loaded. */
function lazyTraffic() {
  let loaded: TrafficOf | null = null;
  return {
    load: keepFirstSuccess(async () => {
      const { createTrafficOf } = await import('../engine/engine-traffic.ts');
      loaded = createTrafficOf();
      return loaded;
    }),
    cutCount: (url: string): number => loaded?.(url).cutCount() ?? 0,
  };
}

async function readGrant(slack: Parameters<typeof assembleCore>[0]['slack']): Promise<SlackGrant> {
  if (!slack?.botToken) return { granted: null, needed: botScopes };
  const { readScopes } = await import('../chat/check-slack.ts');
  const { botToken, apiUrl: slackApiUrl } = slack;
  const granted = await readScopes({ token: botToken.reveal(), slackApiUrl });
  return { granted, needed: botScopes };
}

/** Four hex digits: enough to find a line in the log, short enough to type. */
export const newReference = (): string => randomBytes(2).toString('hex');

const toConnection = ({
  name,
  url,
  tls,
  evidence,
  inventory,
  busybox,
  scanSeconds,
  callSeconds,
  probeStartSeconds,
}: HostSettings): HostConnection => ({
  name,
  url,
  tls,
  evidence,
  inventory,
  busybox,
  scanSeconds,
  callSeconds,
  probeStartSeconds,
});

function toDeclaration(host: HostSettings): HostDeclaration {
  const { endpoint } = parseEndpoint(host.url, host.tls);
  return {
    name: host.name,
    endpoint,
    isDefault: host.isDefault,
    labels: host.labels,
    evidence: host.evidence,
    inventory: host.inventory,
  };
}

function toChannel(channel: Settings['channels'][number]): ChannelDeclaration {
  const { id, hosts = null, digest = null, alerts = null } = channel;
  return { id, hosts, digest, alerts };
}

import { randomBytes, randomUUID } from 'node:crypto';
import * as commandIndex from '../../commands/index.ts';
import type { Command, CoreContext } from '../command/command.ts';
import type {
  EdgeSettings,
  FeedSettings,
  HostSettings,
  Settings,
} from '../config/load-settings.ts';
import { botScopes } from '../config/slack-app.ts';
import { createTunnels, type Tunnels } from '../hub/tunnels.ts';
import type { OwnerRouting } from '../inspections/finding-owners.ts';
import type { ExposureLook, SeenExposure } from '../inspections/look-at-exposure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import type { OwnContainer } from '../ports/own-container.ts';
import type { SlackGrant } from '../ports/power.ts';
import { allRules } from '../rules/all-rules.ts';
import type { Policy } from '../rules/policy.ts';
import { createFairShares } from '../shared/fair-shares.ts';
import { DAY_MS } from '../shared/time.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { edgeKeyMaker } from './edge-keys.ts';
import { lazyTraffic, openEngines } from './engines.ts';
import type { FeedSyncOptions, OpenFeedSync } from './feed-sync.ts';
import { type HostDirectory, openHostDirectory, unwatchedHosts } from './host-directory.ts';
import { type OpenQueue, openQueue } from './open-queue.ts';
import { ownContainer, readProcessFiles } from './own-container.ts';
import { packageVersion } from './package.ts';

export const commands: readonly Command[] = Object.values(commandIndex);
export const rules = allRules;

/** Lets so many at a time work; what counts them is loaded by the first, which most commands never are. */
function turns(atOnce: number): CoreContext['inTurn'] {
  let limit: Promise<<T>(work: () => Promise<T>) => Promise<T>> | null = null;
  return async (work) => {
    limit ??= import('p-limit').then(({ default: pLimit }) => pLimit(atOnce));
    return (await limit)(work);
  };
}

/** Scans that one process judges and stores at a time; it reads more engines than that. */
const JUDGED_AT_ONCE = 2;

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
  /** The hosts as they are now. */
  directory: HostDirectory;
  /** Connections of hosts that dialled out to this process. */
  tunnels: Tunnels;
  feedSync: OpenFeedSync;
  /** Gives what opens the doors that watching a declared host needs. */
  loadWatchDoors(): Promise<OpenWatchDoor>;
  /** Matches packages with advisories and finds what is news, in a process. Rejects as `lookAtExposure`. */
  lookAtExposure(look: ExposureLook): Promise<SeenExposure>;
  /** Names of declared hosts to whose events nobody is to listen. */
  unwatched: ReadonlySet<string>;
  /** Answers of each host since the start of which more came than is read. */
  cutAnswers(): ReadonlyMap<string, number>;
}

/** What `assembleCore` takes of the settings. */
export const coreSettings = (settings: Settings) => {
  const { databaseUrl, ask, hosts, policy, channels, owners, slack, feeds, edges, fleet } =
    settings;
  return {
    ...{ hosts, databaseUrl: databaseUrl.reveal(), policy, channels, owners, slack, feeds, edges },
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
  /** Nobody can add a host that dials out when left out. */
  edges?: EdgeSettings | null;
  /** No when left out. */
  keepsMisses?: boolean;
  /** What this process tells of itself when left out. */
  own?: OwnContainer | null;
  /** The machine's clock when left out. */
  now?: Clock | undefined;
  /** Called whenever the database did what it was asked for. */
  onDatabaseUsed?: () => void;
  /** How the database is opened; the store's own way when left out. */
  openDatabase?: typeof openStore | undefined;
}): Promise<Core> {
  const { now = Date.now, openDatabase = openStore, databaseUrl, feeds = noFeeds } = options;
  const { owners = null, groupBy = null, keepsMisses = false } = options;
  const ownerLabel = owners?.label ?? null;
  const traffic = lazyTraffic();
  const opened = await openDatabase({ url: databaseUrl, now, onUsed: options.onDatabaseUsed });
  const tunnels = createTunnels();
  const directory = await openHostDirectory(options.hosts, { store: opened.edges, tunnels });
  const engines = openEngines({ directory, traffic, now, ownerLabel });
  const edges = {
    ...opened.edges,
    addEdge: followedBy(opened.edges.addEdge, directory.refresh),
    removeEdge: followedBy(opened.edges.removeEdge, directory.refresh),
  };
  const store = { ...opened, edges };
  const feedSync = lazyFeedSync({ settings: feeds, databaseUrl, feeds: store.feeds, now });
  const processId = randomUUID();
  const queue = await openQueue(databaseUrl, store, processId, directory.placeOf);
  const context = {
    version: packageVersion(),
    get hosts() {
      return directory.hosts;
    },
    channels: (options.channels ?? []).map(toChannel),
    rules,
    policy: options.policy,
    ...{ owners, groupBy, keepsMisses },
    commands,
    ...store,
    store: store.scans,
    makeEdgeKey: edgeKeyMaker(options.edges ?? null, store.edges),
    feedFiles: null,
    feedSync,
    feedsStaleAfterMs: feeds.staleAfterMs,
    own: options.own === undefined ? ownContainer(readProcessFiles()) : options.own,
    snapshots: engines.snapshots,
    filesystemReader: engines.filesystemReader,
    power: { tryEngine: engines.tryEngine, readSlack: () => readGrant(options.slack) },
    now,
    freshWithinMs: null,
    scanQueue: queue.scans,
    newId: () => randomUUID(),
    inTurn: turns(JUDGED_AT_ONCE),
    shares: createFairShares(),
  };
  return {
    context,
    processId,
    queue,
    store: {
      ...store,
      async close() {
        try {
          await queue.close();
        } finally {
          await store.close();
        }
      },
    },
    ...{ directory, tunnels },
    feedSync,
    loadWatchDoors: engines.loadWatchDoors,
    async lookAtExposure(look) {
      const { lookInProcess } = await import('./exposure-process.ts');
      return lookInProcess(options.databaseUrl, look);
    },
    unwatched: unwatchedHosts(options.hosts),
    cutAnswers: () =>
      new Map(directory.connections.map(({ name, url }) => [name, traffic.cutCount(url)])),
  };
}

/** Work of a store after which this process does something else at once; another process does it within seconds. */
export const followedBy =
  <Asked extends unknown[], T>(
    work: (...asked: Asked) => Promise<T>,
    next: () => unknown,
  ): ((...asked: Asked) => Promise<T>) =>
  async (...asked) => {
    const result = await work(...asked);
    await next();
    return result;
  };

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

async function readGrant(slack: Parameters<typeof assembleCore>[0]['slack']): Promise<SlackGrant> {
  if (!slack?.botToken) return { granted: null, needed: botScopes };
  const { readScopes } = await import('../chat/check-slack.ts');
  const { botToken, apiUrl: slackApiUrl } = slack;
  const granted = await readScopes({ token: botToken.reveal(), slackApiUrl });
  return { granted, needed: botScopes };
}

/** Four hex digits: enough to find a line in the log, short enough to type. */
export const newReference = (): string => randomBytes(2).toString('hex');

function toChannel(channel: Settings['channels'][number]): ChannelDeclaration {
  const { id, hosts = null, digest = null, alerts = null } = channel;
  return { id, hosts, digest, alerts };
}

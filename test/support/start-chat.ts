import { asRecorded } from '../../demo/as-recorded.ts';
import type { Scheduler } from '../../demo/workspace/clock.ts';
import type { Workspace } from '../../demo/workspace/workspace.ts';
import { type Chat, openChat } from '../../src/chat/open-chat.ts';
import type { RateSettings } from '../../src/chat/rates.ts';
import { type ChatTimings, chatTimings } from '../../src/chat/timings.ts';
import type { AccessRules } from '../../src/command/access.ts';
import type { CommandContext } from '../../src/command/command.ts';
import { Secret } from '../../src/config/secret.ts';
import type { DeliveryStore } from '../../src/ports/delivery-store.ts';
import type { TokenStore } from '../../src/ports/intent.ts';
import type { OutboxStore } from '../../src/ports/outbox.ts';
import type { SnapshotTaker } from '../../src/ports/scan-queue.ts';
import { assembleCore, type Core, newReference } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { Logger } from '../../src/shared/logger.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Answer } from '../../src/views/answer.ts';
import { recordedEngineUrl } from './recorded-engine.ts';
import type { TemporaryDatabase } from './temporary-database.ts';

export type ChatKind = 'http' | 'socket';

export interface ChatAppOptions {
  kind?: ChatKind;
  access?: AccessRules;
  /** Whatever is asked is answered when omitted. */
  rates?: RateSettings;
  /** Other teams that may ask; none when omitted. */
  otherTeams?: readonly string[];
  channelHosts?: ReadonlyMap<string, readonly string[]>;
  /** Changes what commands work with, e.g. a store that fails. */
  change?: (context: Core['context']) => Partial<CommandContext>;
  timings?: Partial<ChatTimings>;
  operatorsChannel?: string;
  /** Changes what the outbox is stored in, e.g. for one that fails. */
  outboxStore?: (store: OutboxStore) => OutboxStore;
  /** Changes where deliveries are claimed, e.g. for a store that fails. */
  deliveries?: (store: DeliveryStore) => DeliveryStore;
  /** Time of the app, and so of its database; that of the workspace stays real. */
  clock?: () => number;
  /** Time of the workspace; real when omitted, and then Slack waits three seconds for the app. */
  scheduler?: Scheduler;
  /** No token for a button can be stored. */
  tokensFail?: boolean;
  /** What reading a token waits for. */
  tokensWait?: () => Promise<void>;
  /** Instead of the workspace's. */
  botToken?: string;
  /** Instead of the workspace, where nobody answers. */
  slackApiUrl?: string;
  appToken?: string;
  rateLimits?: boolean;
  /** Scopes of the bot token, instead of those of the manifest. */
  scopes?: readonly string[];
  /** Reads the engine at every scan, instead of once for all suites of a worker. */
  readsEngine?: boolean;
  /** So many of the recorded containers are there, for what is not about them; all when omitted. */
  containers?: number;
}

const everyone: AccessRules = { view: ['everyone'], operate: ['everyone'], approve: [] };
/** Waits are shortened where a fault would otherwise hold a test up; what Slack hangs needs shorter ones than these. */
const quick: ChatTimings = {
  ...chatTimings,
  ...{ callTimeoutMs: 30_000, responseTimeoutMs: 30_000 },
  backoffMs: 20,
  doubtWaitMs: 20,
  look: '* * * * * *',
  closeWaitMs: 2_000,
};

export interface StartParts extends ChatAppOptions {
  kind: ChatKind;
  workspace: Pick<Workspace, 'apiUrl' | 'botToken' | 'appToken' | 'signingSecret'>;
  database: Pick<TemporaryDatabase, 'url'>;
  engineUrl: string;
  port: number;
  log: Logger;
  snapshots: string[];
  answers: Answer[];
}

/** Opens the chat over a core, for a workspace and a database that are there. Rejects like `openChat`. */
export async function startChat(parts: StartParts): Promise<{ chat: Chat; core: Core }> {
  const { workspace, kind, log } = parts;
  const host = { url: parts.engineUrl, tls: undefined, labels: {} };
  const hosts = [
    { ...host, name: 'web-1', isDefault: true, evidence: 'api' as const },
    { ...host, name: 'web-2', isDefault: false, evidence: 'api' as const },
  ];
  const assembled = await assembleCore({
    hosts,
    databaseUrl: parts.database.url,
    policy: defaultPolicy,
    slack: {
      botToken: new Secret(parts.botToken ?? workspace.botToken),
      apiUrl: workspace.apiUrl,
    },
    ...(parts.clock && { now: parts.clock }),
  });
  const core = asRecorded(assembled, new Map(hosts.map(({ name }) => [name, recordedEngineUrl])));
  const { readsEngine = false } = parts;
  const taker = readsEngine
    ? core.context.snapshots
    : rememberSnapshots(core.context, parts.containers);
  const counted = { ...core.context, snapshots: recordCalls(taker, parts.snapshots) };
  const channels = [...(parts.channelHosts ?? [])].map(([id, names]) => ({
    id,
    hosts: names,
    digest: null,
  }));
  const context = { ...counted, channels, ...parts.change?.(counted) };
  try {
    const chat = await openChat({
      mode:
        kind === 'http'
          ? { kind, signingSecret: workspace.signingSecret, port: parts.port, host: '127.0.0.1' }
          : { kind, appToken: parts.appToken ?? workspace.appToken },
      botToken: parts.botToken ?? workspace.botToken,
      slackApiUrl: parts.slackApiUrl ?? workspace.apiUrl,
      context,
      access: parts.access ?? everyone,
      otherTeams: parts.otherTeams ?? [],
      rates: parts.rates ?? null,
      deliveries: parts.deliveries?.(core.store.deliveries) ?? core.store.deliveries,
      memory: core.store.slack,
      outboxStore: parts.outboxStore?.(core.store.outbox) ?? core.store.outbox,
      operatorsChannel: parts.operatorsChannel ?? null,
      tokens: changedTokens(core.store.tokens, parts),
      settings: [{ what: 'Digest of C0SECURIT', value: 'at 09:00 UTC' }],
      now: context.now,
      newReference,
      log,
      onAnswer: (answer) => parts.answers.push(answer),
      timings: { ...quick, ...parts.timings },
    });
    return { chat, core };
  } catch (error) {
    await core.store.close();
    throw error;
  }
}

/** The store of tokens, failing or slow where a test wants it. */
function changedTokens(
  tokens: TokenStore,
  { tokensFail = false, tokensWait }: Pick<ChatAppOptions, 'tokensFail' | 'tokensWait'>,
): TokenStore {
  return {
    ...tokens,
    issue: (intents, channel) =>
      tokensFail
        ? Promise.reject(new OutsideError('store-failed', 'disk I/O error'))
        : tokens.issue(intents, channel),
    async peek(token) {
      await tokensWait?.();
      return tokens.peek(token);
    },
  };
}

function recordCalls(snapshots: SnapshotTaker, hosts: string[]): SnapshotTaker {
  return {
    takeSnapshot(host, ...asked) {
      hosts.push(host);
      return snapshots.takeSnapshot(host, ...asked);
    },
  };
}

type Steps = Parameters<NonNullable<Parameters<SnapshotTaker['takeSnapshot']>[1]>>[0][];

/** What the recorded engine said, and the steps that were told meanwhile, by host. */
const remembered = new Map<string, Promise<{ snapshot: Snapshot; steps: Steps }>>();

/** The recording never changes: it is read over HTTP once, and told again with the time of now. */
function rememberSnapshots({ snapshots, now }: Core['context'], most = Infinity): SnapshotTaker {
  const read = async (host: string) => {
    const steps: Steps = [];
    return { snapshot: await snapshots.takeSnapshot(host, (step) => steps.push(step)), steps };
  };
  return {
    async takeSnapshot(host, onProgress) {
      const reading = remembered.get(host) ?? read(host);
      remembered.set(host, reading);
      const { snapshot, steps } = await reading;
      for (const step of steps) onProgress?.(step);
      const told = withContainers(snapshot, most);
      return { ...structuredClone(told), takenAt: new Date(now()).toISOString() };
    },
  };
}

function withContainers(snapshot: Snapshot, most: number): Snapshot {
  const { containers } = snapshot;
  if (containers.state !== 'read') return snapshot;
  const { read, unread } = containers.value;
  return {
    ...snapshot,
    containers: { state: 'read', value: { read: read.slice(0, most), unread } },
  };
}

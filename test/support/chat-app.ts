import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import { openWorkspace, type Workspace } from '../../demo/workspace/workspace.ts';
import { type Chat, openChat } from '../../src/chat/open-chat.ts';
import type { RateSettings } from '../../src/chat/rates.ts';
import { type ChatTimings, chatTimings } from '../../src/chat/timings.ts';
import type { AccessRules } from '../../src/command/access.ts';
import type { CommandContext } from '../../src/command/command.ts';
import { Secret } from '../../src/config/secret.ts';
import type { TokenStore } from '../../src/ports/intent.ts';
import type { Outbox, OutboxStore } from '../../src/ports/outbox.ts';
import type { SnapshotTaker } from '../../src/ports/snapshot-taker.ts';
import { assembleCore, type Core, newReference } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { Logger } from '../../src/shared/logger.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Answer } from '../../src/views/answer.ts';
import { tellingWorkspace } from './known.ts';
import { openRecordedEngine, recordedEngineUrl } from './recorded-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts';

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
  /** Time of the app, and so of its database; that of the workspace stays real. */
  clock?: () => number;
  /** No token for a button can be stored. */
  tokensFail?: boolean;
  /** What reading a token waits for. */
  tokensWait?: () => Promise<void>;
  /** Instead of the workspace's. */
  botToken?: string;
  appToken?: string;
  rateLimits?: boolean;
  /** Scopes of the bot token, instead of those of the manifest. */
  scopes?: readonly string[];
  /** Reads the engine at every scan, instead of once for all suites of a worker. */
  readsEngine?: boolean;
}

export interface ChatApp {
  workspace: Workspace;
  database: TemporaryDatabase;
  /** Where the app listens over HTTP. */
  requestUrl(): string;
  /** Answers in the order they were delivered. */
  answers: Answer[];
  /** Every line of the log, debug included, as it would be written. */
  log: string[];
  /** Hosts whose engine was read, one entry each time. */
  snapshots: string[];
  isConnected(): boolean;
  /** What its commands work with. */
  context(): Core['context'];
  /** Messages that nobody asked for leave through it. */
  outbox(): Outbox;
  /** Ends the app and starts it again on the same database; the workspace stays. */
  restart(): Promise<void>;
  /** Ends the app; the workspace and the database stay. */
  stop(): Promise<void>;
  /** Waits until that many answers were delivered. */
  answered(count: number): Promise<void>;
  close(): Promise<void>;
}

const everyone: AccessRules = { view: ['everyone'], operate: ['everyone'], approve: [] };
/** Waits are shortened where a fault would otherwise hold a test up. */
const quick: ChatTimings = {
  ...chatTimings,
  backoffMs: 20,
  doubtWaitMs: 20,
  outboxPollMs: 100,
  closeWaitMs: 2_000,
};

/**
 * The real app (Bolt, commands, rules, SQLite file) over the bundled recording, in an emulated
 * workspace. Rejects like `openChat`, with nothing left open.
 */
export async function openChatApp(options: ChatAppOptions = {}): Promise<ChatApp> {
  const { kind = 'http' } = options;
  const database = temporaryDatabase();
  const engine = await openRecordedEngine();
  let running: { chat: Chat; core: Core } | undefined;
  const requestUrl = () => `http://127.0.0.1:${running?.chat.port ?? 0}/slack/events`;
  const workspace = tellingWorkspace(
    await openWorkspace({
      delivery: kind === 'http' ? { mode: 'http', requestUrl } : { mode: 'socket' },
      rateLimits: options.rateLimits ?? true,
      ...(options.scopes && { scopes: options.scopes }),
    }),
  );
  const answers: Answer[] = [];
  const log: string[] = [];
  const snapshots: string[] = [];
  const parts = { ...options, kind, workspace, database, engineUrl: engine.url };
  let port = 0;
  const start = async () => {
    running = await startApp({ ...parts, port, log: recordingLogger(log), snapshots, answers });
    port = running.chat.port ?? 0;
  };
  const stop = async () => {
    await running?.chat.close();
    await running?.core.store.close();
    running = undefined;
  };
  const close = async () => {
    await stop();
    await workspace.close();
    await engine.close();
    database.remove();
  };
  await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    workspace,
    database,
    requestUrl,
    answers,
    log,
    snapshots,
    isConnected: () => running?.chat.isConnected() ?? false,
    context() {
      if (!running) throw new Error('the app does not run');
      return running.core.context;
    },
    outbox() {
      if (!running) throw new Error('the app does not run');
      return running.chat.outbox;
    },
    async restart() {
      await stop();
      await start();
    },
    stop,
    async answered(count) {
      while (answers.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close,
  };
}

interface StartParts extends ChatAppOptions {
  kind: ChatKind;
  workspace: Workspace;
  database: TemporaryDatabase;
  engineUrl: string;
  port: number;
  log: Logger;
  snapshots: string[];
  answers: Answer[];
}

async function startApp(parts: StartParts): Promise<{ chat: Chat; core: Core }> {
  const { workspace, kind, log } = parts;
  const host = { url: parts.engineUrl, describedAs: recordedEngineUrl, tls: undefined, labels: {} };
  const hosts = [
    { ...host, name: 'web-1', isDefault: true, evidence: 'api' as const },
    { ...host, name: 'web-2', isDefault: false, evidence: 'api' as const },
  ];
  const core = await assembleCore({
    hosts,
    databaseUrl: parts.database.url,
    policy: defaultPolicy,
    slack: {
      botToken: new Secret(parts.botToken ?? workspace.botToken),
      apiUrl: workspace.apiUrl,
    },
    ...(parts.clock && { now: parts.clock }),
  });
  const { readsEngine = false } = parts;
  const taker = readsEngine ? core.context.snapshots : rememberSnapshots(core.context);
  const counted = { ...core.context, snapshots: recordCalls(taker, parts.snapshots) };
  const context = { ...counted, ...parts.change?.(counted) };
  try {
    const chat = await openChat({
      mode:
        kind === 'http'
          ? { kind, signingSecret: workspace.signingSecret, port: parts.port, host: '127.0.0.1' }
          : { kind, appToken: parts.appToken ?? workspace.appToken },
      botToken: parts.botToken ?? workspace.botToken,
      slackApiUrl: workspace.apiUrl,
      context,
      access: parts.access ?? everyone,
      otherTeams: parts.otherTeams ?? [],
      rates: parts.rates ?? null,
      channelHosts: parts.channelHosts ?? new Map(),
      store: context.store,
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
    takeSnapshot(host, onProgress) {
      hosts.push(host);
      return snapshots.takeSnapshot(host, onProgress);
    },
  };
}

type Steps = Parameters<NonNullable<Parameters<SnapshotTaker['takeSnapshot']>[1]>>[0][];

/** What the recorded engine said, and the steps that were told meanwhile, by host. */
const remembered = new Map<string, Promise<{ snapshot: Snapshot; steps: Steps }>>();

/** The recording never changes: it is read over HTTP once, and told again with the time of now. */
function rememberSnapshots({ snapshots, now }: Core['context']): SnapshotTaker {
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
      return { ...structuredClone(snapshot), takenAt: new Date(now()).toISOString() };
    },
  };
}

/** The logger of the program, on its chattiest level. */
function recordingLogger(lines: string[]): Logger {
  const serializers = { error: pino.stdSerializers.err };
  return pino({ level: 'debug', serializers }, { write: (line: string) => lines.push(line) });
}

/** Headers that Slack would sign a body with, at a time of one's choice (seconds since 1970). */
export function signedHeaders(
  secret: string,
  body: string,
  timestamp = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${digest}`,
  };
}

/** Everything a person can read in a message: its text and every text leaf of its blocks. */
export function readable(message: { text: string; blocks: readonly unknown[] }): string {
  const leaves = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(leaves);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      key === 'text' && typeof item === 'string' ? [item] : leaves(item),
    );
  };
  return [message.text, ...leaves(message.blocks)].join('\n');
}

/** Throws when a log line holds a secret of the workspace or the address of an answer. */
export function refuseSecretsInLog({ workspace, log }: ChatApp): void {
  const { botToken, appToken, signingSecret } = workspace;
  const secrets = [botToken, appToken, signingSecret, '/response/', 'response_url='];
  for (const line of log) {
    const found = secrets.find((secret) => line.includes(secret));
    if (found !== undefined) throw new Error(`the log holds ${found}: ${line}`);
  }
}

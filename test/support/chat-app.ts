import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import { openWorkspace, type Workspace } from '../../demo/workspace/workspace.ts';
import type { Chat } from '../../src/chat/open-chat.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { Core } from '../../src/programs/assemble.ts';
import type { Logger } from '../../src/shared/logger.ts';
import type { Answer } from '../../src/views/answer.ts';
import { tellingWorkspace } from './known.ts';
import { openRecordedEngine } from './recorded-engine.ts';
import { type ChatAppOptions, startChat } from './start-chat.ts';
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts';

export type { ChatAppOptions, ChatKind } from './start-chat.ts';

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
      ...(options.scheduler && { scheduler: options.scheduler }),
    }),
  );
  const answers: Answer[] = [];
  const log: string[] = [];
  const snapshots: string[] = [];
  const parts = { ...options, kind, workspace, database, engineUrl: engine.url };
  let port = 0;
  const start = async () => {
    running = await startChat({ ...parts, port, log: recordingLogger(log), snapshots, answers });
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

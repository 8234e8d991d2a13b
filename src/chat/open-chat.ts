import { App, type Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Outbox, OutboxStore } from '../answers/outbox.ts';
import { OutsideError } from '../shared/errors.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Dispatcher, type DispatcherParts, openDispatcher, type Ways } from './dispatcher.ts';
import { openHttpDoor } from './http-door.ts';
import { addListeners } from './listeners.ts';
import { openOutbox } from './outbox.ts';
import { openOutgoing } from './outgoing.ts';
import { slackFailure } from './slack-failure.ts';
import { openSocketDoor } from './socket-door.ts';
import { type ChatTimings, chatTimings } from './timings.ts';

/** How Slack reaches Seawall. */
export type ChatMode =
  | { kind: 'http'; signingSecret: string; port: number; host: string }
  | { kind: 'socket'; appToken: string };

export interface ChatOptions extends DispatcherParts {
  mode: ChatMode;
  botToken: string;
  /** Web API base, e.g. `https://slack.com/api/`. */
  slackApiUrl: string;
  outboxStore: OutboxStore;
  /** Where channels that refuse messages are reported; null: in the log alone. */
  operatorsChannel: string | null;
  timings?: ChatTimings;
}

export interface Chat {
  /** Port that Slack's requests come to; null in Socket Mode. */
  port: number | null;
  isConnected(): boolean;
  /** Messages that nobody asked for leave through it. */
  outbox: Outbox;
  /** Stops taking requests, finishes what was asked or leaves it in the outbox, then closes. */
  close(): Promise<void>;
}

/** Two connections hide the gap when Slack renews one; both lead to one dispatcher. */
const SOCKETS = 2;

/** Connects to Slack. Rejects with `OutsideError` when the token is refused or Slack is away. */
export async function openChat(options: ChatOptions): Promise<Chat> {
  return options.mode.kind === 'http'
    ? openOverHttp(options, options.mode)
    : openOverSockets(options, options.mode);
}

async function openOverHttp(
  options: ChatOptions,
  mode: Extract<ChatMode, { kind: 'http' }>,
): Promise<Chat> {
  const dispatcher = openDispatcher(options);
  const door = openHttpDoor(mode.signingSecret, options.now, options.log);
  const opened = await openApp(options, door.receiver);
  const ways = openWays(options, opened);
  addListeners(opened.app, dispatcher, ways);
  const port = await door.listen(mode.port, mode.host).catch(async (error: unknown) => {
    await ways.outbox.close();
    throw error;
  });
  return {
    port,
    isConnected: () => true,
    outbox: ways.outbox,
    async close() {
      await door.close();
      await finish(dispatcher, ways);
    },
  };
}

async function openOverSockets(
  options: ChatOptions,
  mode: Extract<ChatMode, { kind: 'socket' }>,
): Promise<Chat> {
  const dispatcher = openDispatcher(options);
  const doors = Array.from({ length: SOCKETS }, () =>
    openSocketDoor(mode.appToken, options.slackApiUrl, options.log),
  );
  const opened: OpenedApp[] = [];
  for (const door of doors) opened.push(await openApp(options, door.receiver));
  // One way out for both connections: it keeps the order per channel.
  const [first] = opened as [OpenedApp, ...OpenedApp[]];
  const ways = openWays(options, first);
  for (const { app } of opened) addListeners(app, dispatcher, ways);
  try {
    await Promise.race(doors.map((door) => door.connect()));
  } catch (error) {
    await Promise.all(doors.map((door) => door.close()));
    await ways.outbox.close();
    throw error;
  }
  return {
    port: null,
    isConnected: () => doors.some((door) => door.isConnected()),
    outbox: ways.outbox,
    async close() {
      await Promise.all(doors.map((door) => door.close()));
      await finish(dispatcher, ways);
    },
  };
}

/** Answers what was asked; what Slack does not take meanwhile stays in the outbox. */
async function finish(dispatcher: Dispatcher, { outbox, outgoing }: Ways): Promise<void> {
  outbox.finish();
  await dispatcher.drain();
  await outbox.close();
  await outgoing.drain();
}

function openWays(options: ChatOptions, { app, botId }: OpenedApp): Ways {
  const { botToken, slackApiUrl, log, now, operatorsChannel, timings = chatTimings } = options;
  const client = new WebClient(botToken, {
    slackApiUrl,
    timeout: timings.callTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
  });
  const owner = options.context.newId();
  const parts = { client, botId, owner, operatorsChannel, timings, now, log };
  return {
    outgoing: openOutgoing(app.client, timings, log),
    outbox: openOutbox({ ...parts, store: options.outboxStore }),
  };
}

interface OpenedApp {
  app: App;
  /** Author of our own messages. */
  botId: string;
}

async function openApp(
  { botToken, slackApiUrl, log, timings = chatTimings }: ChatOptions,
  receiver: Receiver,
): Promise<OpenedApp> {
  const app = new App({
    receiver,
    token: botToken,
    logger: boltLogger(log),
    // Without it the constructor asks Slack at once and a refusal ends the process.
    deferInitialization: true,
    clientOptions: {
      slackApiUrl,
      timeout: timings.callTimeoutMs,
      retryConfig: { retries: 3, minTimeout: timings.backoffMs },
      rejectRateLimitedCalls: true,
    },
  });
  app.error(async (error) => log.error({ error }, 'a Slack listener failed: a bug'));
  try {
    await app.init();
    const { bot_id: botId } = await app.client.auth.test();
    if (botId === undefined) throw new Error('the token is not one of a bot');
    return { app, botId };
  } catch (error) {
    const { reason } = slackFailure(error);
    throw new OutsideError('slack-failed', `auth.test: ${reason}`, { cause: error });
  }
}

import { App, type Receiver } from '@slack/bolt';
import { OutsideError } from '../shared/errors.ts';
import { boltLogger } from './bolt-logger.ts';
import { type DispatcherParts, openDispatcher } from './dispatcher.ts';
import { openHttpDoor } from './http-door.ts';
import { addInteractionListeners } from './interaction-listeners.ts';
import { addListeners } from './listeners.ts';
import { type Outgoing, openOutgoing } from './outgoing.ts';
import { slackFailure } from './slack-failure.ts';
import { openSlackViews, type SlackViews } from './slack-views.ts';
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
  timings?: ChatTimings;
}

export interface Chat {
  /** Port that Slack's requests come to; null in Socket Mode. */
  port: number | null;
  isConnected(): boolean;
  /** Stops taking requests, finishes what was asked, then closes. */
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
  const { app, outgoing, views } = await openApp(options, door.receiver);
  addListeners(app, dispatcher, outgoing);
  addInteractionListeners(app, { parts: options, dispatcher, outgoing, views });
  const port = await door.listen(mode.port, mode.host);
  return {
    port,
    isConnected: () => true,
    async close() {
      await door.close();
      await dispatcher.drain();
      await outgoing.drain();
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
  let outgoing: Outgoing | undefined;
  for (const door of doors) {
    const opened = await openApp(options, door.receiver);
    // One way out for both connections: it keeps the order per channel.
    outgoing ??= opened.outgoing;
    addListeners(opened.app, dispatcher, outgoing);
    const { app, views } = opened;
    addInteractionListeners(app, { parts: options, dispatcher, outgoing, views });
  }
  try {
    await Promise.race(doors.map((door) => door.connect()));
  } catch (error) {
    await Promise.all(doors.map((door) => door.close()));
    throw error;
  }
  return {
    port: null,
    isConnected: () => doors.some((door) => door.isConnected()),
    async close() {
      await Promise.all(doors.map((door) => door.close()));
      await dispatcher.drain();
      await outgoing?.drain();
    },
  };
}

async function openApp(
  { botToken, slackApiUrl, log, timings = chatTimings }: ChatOptions,
  receiver: Receiver,
): Promise<{ app: App; outgoing: Outgoing; views: SlackViews }> {
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
    await app.client.auth.test();
  } catch (error) {
    const { reason } = slackFailure(error);
    throw new OutsideError('slack-failed', `auth.test: ${reason}`, { cause: error });
  }
  return {
    app,
    outgoing: openOutgoing(app.client, timings, log),
    views: openSlackViews(app.client, timings, log),
  };
}

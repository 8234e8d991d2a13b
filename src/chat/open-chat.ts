import { App, type Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { Outbox, OutboxStore } from '../ports/outbox.ts';
import type { SlackMemory } from '../ports/slack-memory.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Document } from '../views/document.ts';
import type { SlackReply } from '../views/slack-messages.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Dispatcher, type DispatcherParts, openDispatcher, type Ways } from './dispatcher.ts';
import { addGate } from './gate.ts';
import type { HomeTeam } from './home-team.ts';
import { type HttpDoorParts, openHttpDoor } from './http-door.ts';
import { addInteractionListeners } from './interaction-listeners.ts';
import { type Lifecycle, openLifecycle } from './lifecycle.ts';
import { addListeners } from './listeners.ts';
import { openOutbox } from './outbox.ts';
import { openOutgoing } from './outgoing.ts';
import { createRates, type RateSettings } from './rates.ts';
import { replyWithTokens } from './reply.ts';
import { type SlackFailure, slackFailure } from './slack-failure.ts';
import { openSlackViews } from './slack-views.ts';
import { openSocketDoor } from './socket-door.ts';
import { type ChatTimings, chatTimings } from './timings.ts';
import { openUserGroups } from './user-groups.ts';
import { openWorkspaceLink, type WorkspaceLink } from './workspace-link.ts';

/** How Slack reaches Seawall. */
export type ChatMode =
  | ({ kind: 'http'; port: number; host: string } & Pick<HttpDoorParts, 'signingSecret'> &
      Partial<Pick<HttpDoorParts, 'operations'>>)
  | { kind: 'socket'; appToken: string };

export interface ChatOptions extends Omit<DispatcherParts, 'groups' | 'link' | 'rates'> {
  mode: ChatMode;
  /** Ids of other workspaces and organisations whose people may ask; `access.teams` in the settings. */
  otherTeams: readonly string[];
  /** Null: whatever is asked is answered. */
  rates: RateSettings | null;
  /** What is remembered of the workspace. */
  memory: SlackMemory;
  botToken: string;
  /** Web API base, e.g. `https://slack.com/api/`. */
  slackApiUrl: string;
  outboxStore: OutboxStore;
  /** Told of each try of a message that Slack did not take. */
  onSlackFailure?: ((failure: SlackFailure) => void) | undefined;
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
  /** A document as messages for a channel, with buttons that work. */
  render(document: Document, channel: string): Promise<SlackReply>;
  /** Calls `work` when the bot is removed from its workspace. */
  onLost(work: () => void): void;
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
  const { signingSecret, operations = () => false } = mode;
  const door = openHttpDoor({ ...options, signingSecret, operations });
  const joined = await join(options, await openApp(options, door.receiver));
  const port = await door.listen(mode.port, mode.host).catch(async (error: unknown) => {
    await joined.finish();
    throw error;
  });
  return {
    port,
    isConnected: () => joined.link.whyLost() === null,
    outbox: joined.outbox,
    onLost: joined.link.onLost,
    render: (document, channel) => replyWithTokens(options, document, channel),
    async close() {
      await door.close();
      await joined.finish();
    },
  };
}

async function openOverSockets(
  options: ChatOptions,
  mode: Extract<ChatMode, { kind: 'socket' }>,
): Promise<Chat> {
  const doors = Array.from({ length: SOCKETS }, () =>
    openSocketDoor(mode.appToken, options.slackApiUrl, options.log),
  );
  const opened: OpenedApp[] = [];
  for (const door of doors) opened.push(await openApp(options, door.receiver));
  // One way out and one dispatcher for both connections: order per channel, and no duplicates.
  const [first, ...others] = opened as [OpenedApp, ...OpenedApp[]];
  const joined = await join(options, first);
  for (const { app } of others) joined.listen(app);
  const closeDoors = () => Promise.all(doors.map((door) => door.close()));
  // Slack would refuse every further connection, and nothing comes over them.
  joined.link.onLost(() => void closeDoors());
  try {
    await Promise.race(doors.map((door) => door.connect()));
  } catch (error) {
    await closeDoors();
    await joined.finish();
    throw error;
  }
  return {
    port: null,
    isConnected: () => joined.link.whyLost() === null && doors.some((door) => door.isConnected()),
    outbox: joined.outbox,
    onLost: joined.link.onLost,
    render: (document, channel) => replyWithTokens(options, document, channel),
    async close() {
      await closeDoors();
      await joined.finish();
    },
  };
}

/** What all connections of one bot share. */
interface Joined {
  link: WorkspaceLink;
  outbox: Outbox;
  listen(app: App): void;
  /** Answers what was asked; what Slack does not take meanwhile stays in the outbox. */
  finish(): Promise<void>;
}

async function join(
  options: ChatOptions,
  { app, botUserId, botId, ownTeams }: OpenedApp,
): Promise<Joined> {
  const { now, log, memory, timings = chatTimings } = options;
  const link = await openWorkspaceLink({ memory, now, log });
  const outgoing = openOutgoing(app.client, timings, log, link.whyLost);
  const { operatorsChannel, outboxStore: store } = options;
  const outbox = openOutbox({
    ...{ client: outboxClient(options), botId, owner: options.context.newId(), operatorsChannel },
    ...{ timings, now, log, store, forms: outgoing.forms, whyLost: link.whyLost },
    onFailure: options.onSlackFailure,
  });
  const ways: Ways = { outgoing, outbox };
  const groups = openUserGroups(app.client, { now, log, timings });
  link.onLost(groups.forget);
  const rates = options.rates && createRates(options.rates, now);
  const parts: DispatcherParts = { ...options, groups, link, rates };
  const dispatcher: Dispatcher = openDispatcher(parts);
  const views = openSlackViews(app.client, timings, log, link.whyLost);
  const lifecycle: Lifecycle = openLifecycle({ ...options, link, outgoing, botUserId });
  const homeTeam: HomeTeam = { own: ownTeams, others: options.otherTeams };
  const interaction = { parts, dispatcher, ways, views };
  const listen = (each: App) => {
    addGate(each, { ...interaction, homeTeam, rates });
    addListeners(each, dispatcher, ways);
    addInteractionListeners(each, interaction);
    lifecycle.listen(each);
  };
  listen(app);
  return {
    link,
    outbox,
    listen,
    async finish() {
      outbox.finish();
      await dispatcher.drain();
      await lifecycle.drain();
      await outbox.close();
      await outgoing.drain();
      await link.drain();
    },
  };
}

/** A client that makes no tries of its own: the outbox has to know of each. */
function outboxClient({ botToken, slackApiUrl, log, timings = chatTimings }: ChatOptions) {
  return new WebClient(botToken, {
    slackApiUrl,
    timeout: timings.callTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
  });
}

interface OpenedApp {
  app: App;
  /** User that the bot token belongs to, and the author of its messages. */
  botUserId: string;
  botId: string;
  /** Ids of its workspace and, where there is one, of the organisation around that. */
  ownTeams: readonly string[];
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
    const { user_id: botUserId, bot_id: botId, ...more } = await app.client.auth.test();
    if (!botUserId || !botId) throw new Error('it names no bot: is SLACK_BOT_TOKEN a bot token?');
    const ownTeams = [more.team_id, more.enterprise_id].filter((id) => typeof id === 'string');
    if (ownTeams.length === 0)
      throw new Error('it names no workspace, so nobody could be answered');
    return { app, botUserId, botId, ownTeams };
  } catch (error) {
    const { reason } = slackFailure(error);
    throw new OutsideError('slack-failed', `auth.test: ${reason}`, { cause: error });
  }
}

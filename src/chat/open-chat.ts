import { App, type Receiver } from '@slack/bolt';
import type { DeliveryStore } from '../ports/delivery-store.ts';
import type { Outbox, OutboxStore } from '../ports/outbox.ts';
import type { SlackMemory } from '../ports/slack-memory.ts';
import { OutsideError } from '../shared/errors.ts';
import { openJob } from '../timers/job.ts';
import type { Document } from '../views/document.ts';
import type { SlackReply } from '../views/slack-messages.ts';
import { openAgentView } from './agent-view.ts';
import { boltLogger } from './bolt-logger.ts';
import { unreachedText } from './check-slack.ts';
import { openDeliveries } from './deliveries.ts';
import { type DispatcherParts, openDispatcher } from './dispatcher.ts';
import { addGate } from './gate.ts';
import type { HomeTeam } from './home-team.ts';
import { type HttpDoorParts, openHttpDoor } from './http-door.ts';
import { addInteractionListeners } from './interaction-listeners.ts';
import { addLifecycle } from './lifecycle.ts';
import { addListeners } from './listeners.ts';
import { openOutbox } from './outbox.ts';
import { openPeople } from './people.ts';
import { createRates, type RateSettings } from './rates.ts';
import { replyWithTokens } from './reply.ts';
import { openSender } from './sender.ts';
import { personWhoSetUp } from './set-up-by.ts';
import { type SlackFailure, slackFailure } from './slack-failure.ts';
import { openSlackViews } from './slack-views.ts';
import { openSocketDoors } from './socket-door.ts';
import { type ChatTimings, chatTimings } from './timings.ts';
import { openUserGroups, type UserGroups } from './user-groups.ts';
import { addWorkflowSteps } from './workflow-steps.ts';
import { createWorkspaceLink, type WorkspaceLink } from './workspace-link.ts';

/** How Slack reaches Seawall. */
export type ChatMode =
  | ({ kind: 'http'; port: number; host: string } & Pick<HttpDoorParts, 'signingSecret'> &
      Partial<Pick<HttpDoorParts, 'operations'>>)
  | { kind: 'socket'; appToken: string };

export interface ChatOptions
  extends Omit<DispatcherParts, 'agent' | 'groups' | 'personOf' | 'rates' | 'ways'> {
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
  deliveries: DeliveryStore;
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
  /** Whether a person is in a user group; null where Slack does not say. Never rejects. */
  isInGroup(group: string, user: string): Promise<boolean | null>;
  /** Calls `work` when the bot is removed from its workspace. */
  onLost(work: () => void): void;
  /** Stops taking requests, finishes what was asked or leaves it in the outbox, then closes. */
  close(): Promise<void>;
}

/** Where Slack comes in. */
interface Door {
  receiver: Receiver;
  /** Lets Slack in; gives the port where there is one. Rejects when that is not possible. */
  open(): Promise<number | null>;
  isConnected(): boolean;
  /** Does what is due when the bot was removed. */
  whenLost(): void;
  close(): Promise<void>;
}

function doorOf(options: ChatOptions): Door {
  const { mode, slackApiUrl, log } = options;
  if (mode.kind === 'socket') {
    const door = openSocketDoors(mode.appToken, slackApiUrl, log);
    return {
      ...door,
      open: () => door.connect().then(() => null),
      // Slack would refuse every further connection, and nothing comes over them.
      whenLost: () => void door.close(),
    };
  }
  const { signingSecret, operations = () => false, port, host } = mode;
  const door = openHttpDoor({ ...options, signingSecret, operations });
  return {
    ...door,
    open: () => door.listen(port, host),
    isConnected: () => true,
    whenLost: () => {},
  };
}

/** Connects to Slack. Rejects with `OutsideError` when the token is refused or Slack is away. */
export async function openChat(options: ChatOptions): Promise<Chat> {
  const door = doorOf(options);
  const { link, outbox, groups, finish } = await join(
    options,
    await openApp(options, door.receiver),
  );
  link.onLost(door.whenLost);
  const close = async () => {
    await door.close();
    await finish();
  };
  const port = await door.open().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    port,
    isConnected: () => link.whyLost() === null && door.isConnected(),
    outbox,
    onLost: link.onLost,
    async isInGroup(group, user) {
      await groups.prepare([group]);
      const { members } = groups.lookUp(group);
      return members.state === 'read' ? members.value.has(user) : null;
    },
    render: (document, channel) => replyWithTokens(options, document, channel),
    close,
  };
}

/** What is behind the door. */
interface Joined {
  link: WorkspaceLink;
  outbox: Outbox;
  groups: UserGroups;
  /** Answers what was asked; what Slack does not take meanwhile stays in the outbox. */
  finish(): Promise<void>;
}

async function join(
  options: ChatOptions,
  { app, botUserId, botId, ownTeams }: OpenedApp,
): Promise<Joined> {
  const { now, log, memory, context, timings = chatTimings } = options;
  const { client } = app;
  const owner = context.newId();
  const link = await createWorkspaceLink({ memory, now, log });
  const { whyLost } = link;
  const sender = openSender(client, timings, log, whyLost);
  const { operatorsChannel, outboxStore: store } = options;
  const outbox = openOutbox({
    ...{ client, botId, owner, operatorsChannel, timings, now, log, store, whyLost },
    ...{ variants: sender.variants, onFailure: options.onSlackFailure },
    whoSetUp: (channel) => personWhoSetUp(context, channel),
  });
  const deliveries = openDeliveries({ store: options.deliveries, owner, timings, now, log });
  const groups = openUserGroups(client, { now, log, timings });
  link.onLost(groups.forget);
  const rates = options.rates && createRates(options.rates, now);
  const ways = { sender, outbox, now, log };
  const personOf = openPeople(client, { now, log });
  const asked = {
    ...context,
    // Hosts come and go while this process runs.
    get hosts() {
      return context.hosts;
    },
    timeZoneOf: async (user: string) => (await personOf(user)).zone,
  };
  const agent = openAgentView(client, sender.call, { timings, log });
  const parts: DispatcherParts = {
    ...options,
    context: asked,
    agent,
    personOf,
    groups,
    ways,
    rates,
  };
  const dispatcher = openDispatcher(parts);
  const interaction = { parts, dispatcher, views: openSlackViews(client, sender.call, log) };
  const homeTeam: HomeTeam = { own: ownTeams, others: options.otherTeams };
  addGate(app, { ...interaction, link, deliveries, homeTeam, rates });
  addListeners(app, interaction);
  addInteractionListeners(app, interaction);
  addWorkflowSteps(app, { dispatcher, deliveries, log });
  addLifecycle(app, { ...options, link, ways, botUserId });
  const look = openJob({
    pattern: timings.look,
    async work() {
      await link.look();
      if (whyLost() === null) await deliveries.look(app);
    },
    failure: 'what other processes left could not be looked for',
    log,
  });
  look.wake();
  return {
    link,
    outbox,
    groups,
    async finish() {
      outbox.finish();
      await deliveries.drain();
      await look.close();
      await outbox.close();
      await sender.drain();
    },
  };
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
    // A step of a workflow is ended with the app's own token: that of the step would be another secret.
    attachFunctionToken: false,
    logger: boltLogger(log),
    // Without it the constructor asks Slack at once and a refusal ends the process.
    deferInitialization: true,
    clientOptions: {
      slackApiUrl,
      timeout: timings.callTimeoutMs,
      // Whoever calls has to know of each try.
      retryConfig: { retries: 0 },
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
    const away = unreachedText(error, slackApiUrl);
    const remedy =
      away === null
        ? 'seawall setup tries SLACK_BOT_TOKEN, and says what to do.'
        : 'Let Seawall out to Slack, or correct SLACK_API_URL, and start it again.';
    throw new OutsideError('slack-failed', away ?? `auth.test: ${reason}`, {
      ...{ cause: error, remedy },
    });
  }
}

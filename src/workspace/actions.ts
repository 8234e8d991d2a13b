import type { Json } from '../blocks/walk.ts';
import { type Core, post } from './core.ts';
import { closeView, showCommandResult, showSubmissionResult } from './delivery/acknowledged.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { deliverEvent } from './delivery/events.ts';
import * as payloads from './delivery/payloads.ts';
import { type ElementChoice, getAction } from './elements.ts';
import { escapeLikeClient } from './escape.ts';
import type { Message } from './message.ts';
import type { ResponseUrls } from './response-urls.ts';
import {
  type Channel,
  findChannel,
  findUser,
  getDirectChannel,
  type User,
  type View,
} from './state.ts';

export interface Actor {
  /** Id or name; alice when omitted. */
  user?: string;
}

export interface Place extends Actor {
  /** Id or name, with or without `#`; #security when omitted. */
  channel?: string;
}

export interface CommandInput extends Place {
  /** What follows the command, sent as it is. */
  text: string;
  /** `/seawall` when omitted. */
  command?: string;
  /** Sends the text as Slack clients do when the command has `should_escape`. */
  isEscaped?: boolean;
}

export interface MentionInput extends Place {
  /** The mention is put in front when it is not in the text. */
  text: string;
  threadTs?: string;
}

export interface ClickInput extends Place, ElementChoice {
  messageTs: string;
}

/** What people in the workspace do. All of it throws for unknown users, channels and elements. */
export interface Actions {
  sendCommand(input: CommandInput): Promise<Delivery>;
  sendMention(input: MentionInput): Promise<Delivery>;
  /** A message to the app alone. */
  sendDirectMessage(input: Actor & { text: string; threadTs?: string }): Promise<Delivery>;
  /** A message of which the app is not told. */
  postAsUser(input: Place & { text: string; threadTs?: string }): Message;
  clickButton(input: ClickInput): Promise<Delivery>;
  /** Uses an element in the visible modal, or on the Home tab when the user has no modal open. */
  clickInView(input: Actor & ElementChoice): Promise<Delivery>;
  /** Submits the visible modal. `values`: block id → action id → the element's state. */
  submitView(input: Actor & { values?: Json }): Promise<Delivery>;
  /** Closes the visible modal; null when the app did not ask to be told. */
  closeModal(input: Actor): Promise<Delivery | null>;
  /** A global shortcut, or with `messageTs` one on a message. */
  runShortcut(input: Place & { callbackId: string; messageTs?: string }): Promise<Delivery>;
  openHome(input: Actor): Promise<Delivery>;
  sendEvent(event: Json): Promise<Delivery>;
}

function getUser(core: Core, reference = 'alice'): User {
  const user = findUser(core.state, reference);
  if (!user) throw new Error(`no user ${reference}`);
  return user;
}

function getChannel(core: Core, reference = 'security'): Channel {
  const channel = findChannel(core.state, reference);
  if (!channel) throw new Error(`no channel ${reference}`);
  return channel;
}

/** The message with this timestamp, if the user can see it. */
function getVisibleMessage(core: Core, channel: Channel, ts: string, user: User): Message {
  const message = core.state.messages.find(
    (candidate) =>
      candidate.channel === channel.id &&
      candidate.ts === ts &&
      (!candidate.isEphemeral || candidate.ephemeralFor === user.id),
  );
  if (!message) throw new Error(`no message ${ts} that ${user.name} can see in ${channel.name}`);
  return message;
}

function getVisibleModal(core: Core, user: User): View {
  const view = core.state.modals.get(user.id)?.at(-1);
  if (!view) throw new Error(`${user.name} has no modal open`);
  return view;
}

const blocksOf = (view: View) => (Array.isArray(view.content.blocks) ? view.content.blocks : []);

/** Everything a person can do in the workspace, sent to the app through the dispatcher. */
export function createActions(
  core: Core,
  dispatcher: Dispatcher,
  responseUrls: ResponseUrls,
): Actions {
  const startIn = (channel: Channel, user: User, original: Message | null = null) => {
    const target = { channel: channel.id, user: user.id, original };
    const triggerId = core.triggers.issue(user.id);
    return { target, user, channel, triggerId, responseUrl: responseUrls.issue(target) };
  };
  const start = (user: User) => ({
    user,
    triggerId: core.triggers.issue(user.id),
    responseUrl: '',
  });
  const interact = async (
    payload: Json,
    interaction: { triggerId: string; responseUrl: string; channel?: Channel },
  ) => {
    const { triggerId, responseUrl, channel } = interaction;
    const where = channel ? { channel: channel.id } : {};
    const address = { ...where, triggerId, responseUrl };
    return (await dispatcher.dispatch('interactivity', payload, address)).delivery;
  };
  const postAsUser: Actions['postAsUser'] = (input) =>
    post(core, {
      channel: getChannel(core, input.channel).id,
      user: getUser(core, input.user).id,
      text: input.text,
      blocks: [],
      attachments: [],
      ...(input.threadTs === undefined ? {} : { threadTs: input.threadTs }),
      isFromApp: false,
    });
  const sendEvent = (event: Json) => deliverEvent(core, dispatcher, event);
  const sendMessageEvent = (message: Message, more: Json) =>
    sendEvent({
      ...more,
      user: message.user,
      text: message.text,
      ts: message.ts,
      event_ts: message.ts,
      channel: message.channel,
      team: core.state.team.id,
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    });

  return {
    postAsUser,
    sendEvent,
    async sendCommand(input) {
      const interaction = startIn(getChannel(core, input.channel), getUser(core, input.user));
      const command = input.command ?? '/seawall';
      const text = input.isEscaped ? escapeLikeClient(input.text, core.state) : input.text;
      const payload = payloads.buildCommand(core, interaction, command, text);
      const { target, triggerId, responseUrl, channel } = interaction;
      const address = { channel: channel.id, triggerId, responseUrl };
      const { delivery } = await dispatcher.dispatch('command', payload, address);
      showCommandResult(core, delivery, target, command);
      return delivery;
    },
    sendMention(input) {
      const mention = `<@${core.state.app.botUserId}>`;
      const text = input.text.includes(mention) ? input.text : `${mention} ${input.text}`;
      return sendMessageEvent(postAsUser({ ...input, text }), { type: 'app_mention' });
    },
    sendDirectMessage(input) {
      const channel = getDirectChannel(core.state, getUser(core, input.user).id).id;
      const message = postAsUser({ ...input, channel });
      return sendMessageEvent(message, { type: 'message', channel_type: 'im' });
    },
    clickButton(input) {
      const user = getUser(core, input.user);
      const channel = getChannel(core, input.channel);
      const message = getVisibleMessage(core, channel, input.messageTs, user);
      const action = getAction(message.blocks, input);
      const interaction = startIn(channel, user, message);
      const payload = payloads.buildMessageActions(core, interaction, message, action);
      return interact(payload, interaction);
    },
    clickInView(input) {
      const user = getUser(core, input.user);
      const { modals, homes } = core.state;
      const view = modals.get(user.id)?.at(-1) ?? homes.get(user.id);
      if (!view) throw new Error(`${user.name} sees no view`);
      const interaction = start(user);
      const action = getAction(blocksOf(view), input);
      return interact(payloads.buildViewActions(core, interaction, view, action), interaction);
    },
    async submitView(input) {
      const user = getUser(core, input.user);
      const view = getVisibleModal(core, user);
      const interaction = start(user);
      const payload = payloads.buildSubmission(core, interaction, view, input.values ?? {});
      const delivery = await interact(payload, interaction);
      showSubmissionResult(core, delivery, view);
      return delivery;
    },
    async closeModal(input) {
      const user = getUser(core, input.user);
      const view = getVisibleModal(core, user);
      closeView(core, view);
      if (view.content.notify_on_close !== true) return null;
      const interaction = start(user);
      return interact(payloads.buildClosing(core, interaction, view), interaction);
    },
    runShortcut(input) {
      const user = getUser(core, input.user);
      if (input.messageTs === undefined) {
        const interaction = start(user);
        const payload = payloads.buildShortcut(core, interaction, input.callbackId, undefined);
        return interact(payload, interaction);
      }
      const channel = getChannel(core, input.channel);
      const message = getVisibleMessage(core, channel, input.messageTs, user);
      const interaction = startIn(channel, user, message);
      const payload = payloads.buildShortcut(core, interaction, input.callbackId, message);
      return interact(payload, interaction);
    },
    openHome(input) {
      const user = getUser(core, input.user);
      const channel = getDirectChannel(core.state, user.id).id;
      const event_ts = core.state.nextTs();
      return sendEvent({ type: 'app_home_opened', user: user.id, channel, tab: 'home', event_ts });
    },
  };
}

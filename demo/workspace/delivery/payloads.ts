import type { Json } from '../../../src/blocks/walk.ts';
import type { Core } from '../core.ts';
import { type Message, toApiMessage } from '../message.ts';
import type { Channel, User, View } from '../state.ts';
import { toApiView } from '../web-api/views.ts';

/** Who acts where, and the address and trigger that go with it. */
export interface Interaction {
  user: User;
  channel?: Channel;
  triggerId: string;
  responseUrl: string;
}

/** The workspace that a person belongs to, as deliveries name it. */
export function teamOf({ state: { team } }: Core, user: User): { id: string; domain: string } {
  const { team: id } = user;
  return id === undefined ? { id: team.id, domain: team.domain } : { id, domain: id.toLowerCase() };
}

const channelName = (channel: Channel) =>
  channel.kind === 'direct' ? 'directmessage' : channel.name;

/** Fields of a slash command; `text` is sent as it is. */
export function buildCommand(
  core: Core,
  interaction: Interaction & { channel: Channel },
  command: string,
  text: string,
): Json {
  const { app } = core.state;
  const { user, channel } = interaction;
  const team = teamOf(core, user);
  return {
    token: 'verification-token',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: interaction.responseUrl,
    trigger_id: interaction.triggerId,
  };
}

function buildBase(core: Core, type: string, { user, triggerId }: Interaction): Json {
  const { app } = core.state;
  const team = teamOf(core, user);
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: app.id,
    token: 'verification-token',
    team,
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: triggerId,
  };
}

const toChannel = (channel: Channel): Json => ({ id: channel.id, name: channelName(channel) });

/**
 * A click in a message. An ephemeral message is not part of the payload: Slack keeps no copy of it.
 */
export function buildMessageActions(
  core: Core,
  interaction: Interaction & { channel: Channel },
  message: Message,
  action: Json,
): Json {
  const { app } = core.state;
  return {
    ...buildBase(core, 'block_actions', interaction),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: message.isEphemeral,
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    },
    channel: toChannel(interaction.channel),
    ...(message.isEphemeral ? {} : { message: toApiMessage(message, app.id, app.botId) }),
    state: { values: {} },
    response_url: interaction.responseUrl,
    actions: [{ ...action, action_ts: core.state.nextTs() }],
  };
}

/** A click in a modal or on a Home tab. */
export function buildViewActions(
  core: Core,
  interaction: Interaction,
  view: View,
  action: Json,
): Json {
  return {
    ...buildBase(core, 'block_actions', interaction),
    container: { type: 'view', view_id: view.id },
    view: toApiView(view, core.state),
    actions: [{ ...action, action_ts: core.state.nextTs() }],
  };
}

/** `values`: block id → action id → the element's state. */
export function buildSubmission(
  core: Core,
  interaction: Interaction,
  view: View,
  values: Json,
): Json {
  return {
    ...buildBase(core, 'view_submission', interaction),
    view: { ...toApiView(view, core.state), state: { values } },
    response_urls: [],
  };
}

export function buildClosing(core: Core, interaction: Interaction, view: View): Json {
  return {
    ...buildBase(core, 'view_closed', interaction),
    view: toApiView(view, core.state),
    is_cleared: false,
  };
}

/** A global shortcut, or one on a message. */
export function buildShortcut(
  core: Core,
  interaction: Interaction,
  callbackId: string,
  message: Message | undefined,
): Json {
  const { app } = core.state;
  const base = {
    ...buildBase(core, message ? 'message_action' : 'shortcut', interaction),
    callback_id: callbackId,
    action_ts: core.state.nextTs(),
  };
  if (!message || !interaction.channel) return base;
  return {
    ...base,
    message_ts: message.ts,
    channel: toChannel(interaction.channel),
    message: toApiMessage(message, app.id, app.botId),
    response_url: interaction.responseUrl,
  };
}

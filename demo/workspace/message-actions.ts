import type { Json } from '../../src/blocks/walk.ts';
import type { Actions } from './actions.ts';
import type { Core } from './core.ts';
import { showCommandResult } from './delivery/acknowledged.ts';
import { deliverEvent } from './delivery/events.ts';
import { buildCommand, buildMessageActions, buildShortcut, teamOf } from './delivery/payloads.ts';
import { getAction } from './elements.ts';
import { escapeLikeClient } from './escape.ts';
import type { Message } from './message.ts';
import {
  getChannel,
  getUser,
  getVisibleMessage,
  interact,
  type Scene,
  start,
  startIn,
  write,
} from './scene.ts';
import { getDirectChannel } from './state.ts';

type MessageActions = Pick<
  Actions,
  | 'sendCommand'
  | 'sendMention'
  | 'sendDirectMessage'
  | 'postAsUser'
  | 'clickButton'
  | 'runShortcut'
  | 'sendEvent'
>;

function toEvent(core: Core, message: Message, more: Json): Json {
  const { id: team } = teamOf(core, getUser(core, message.user));
  // In a channel that workspaces share, events say whose person wrote.
  const isOutside = team !== core.state.team.id;
  return {
    ...more,
    user: message.user,
    text: message.text,
    ts: message.ts,
    event_ts: message.ts,
    channel: message.channel,
    team,
    ...(isOutside && { user_team: team, source_team: team }),
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
  };
}

/** What people do in channels and with messages. */
export function createMessageActions(scene: Scene): MessageActions {
  const { core, dispatcher } = scene;
  const sendEvent = (event: Json) => deliverEvent(core, dispatcher, event);
  return {
    sendEvent,
    postAsUser: (input) => write(core, input),
    async sendCommand(input) {
      const started = startIn(scene, getChannel(core, input.channel), getUser(core, input.user));
      const command = input.command ?? '/seawall';
      const text = input.isEscaped ? escapeLikeClient(input.text, core.state) : input.text;
      const payload = buildCommand(core, started, command, text);
      const { target, triggerId, responseUrl, channel } = started;
      const address = { channel: channel.id, triggerId, responseUrl };
      const { delivery } = await dispatcher.dispatch('command', payload, address);
      showCommandResult(core, delivery, target, command);
      return delivery;
    },
    sendMention(input) {
      const mention = `<@${core.state.app.botUserId}>`;
      const text = input.text.includes(mention) ? input.text : `${mention} ${input.text}`;
      return sendEvent(toEvent(core, write(core, { ...input, text }), { type: 'app_mention' }));
    },
    sendDirectMessage(input) {
      const channel = getDirectChannel(core.state, getUser(core, input.user).id).id;
      const message = write(core, { ...input, channel });
      return sendEvent(toEvent(core, message, { type: 'message', channel_type: 'im' }));
    },
    clickButton(input) {
      const user = getUser(core, input.user);
      const channel = getChannel(core, input.channel);
      const message = getVisibleMessage(core, channel, input.messageTs, user);
      const action = getAction(message.blocks, input);
      const started = startIn(scene, channel, user, message);
      return interact(scene, buildMessageActions(core, started, message, action), started);
    },
    runShortcut(input) {
      const user = getUser(core, input.user);
      if (input.messageTs === undefined) {
        const started = start(scene, user);
        const payload = buildShortcut(core, started, input.callbackId, undefined);
        return interact(scene, payload, started);
      }
      const channel = getChannel(core, input.channel);
      const message = getVisibleMessage(core, channel, input.messageTs, user);
      const started = startIn(scene, channel, user, message);
      return interact(scene, buildShortcut(core, started, input.callbackId, message), started);
    },
  };
}

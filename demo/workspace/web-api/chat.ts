import type { Json } from '../../../src/blocks/walk.ts';
import { edit, post, remove } from '../core.ts';
import { type Message, toApiMessage } from '../message.ts';
import type { Channel } from '../state.ts';
import {
  ApiError,
  type Call,
  findText,
  getChannel,
  getPostableChannel,
  getText,
  getUser,
  type Handler,
  refuse,
} from './call.ts';
import { checkBlockText, parseContent } from './content.ts';

/** Finds a message that everybody in the channel sees: ephemeral ones cannot be addressed. */
export function getMessage(call: Call, channel: Channel, argument = 'ts'): Message {
  const ts = getText(call, argument);
  const message = call.core.state.messages.find(
    (candidate) =>
      candidate.channel === channel.id && candidate.ts === ts && !candidate.isEphemeral,
  );
  if (!message) throw new ApiError('message_not_found');
  return message;
}

/** Timestamp of the thread's first message; throws when there is no such message to reply to. */
export function findThread(call: Call, channel: Channel): string | undefined {
  const ts = findText(call, 'thread_ts');
  if (ts === undefined) return undefined;
  const parent = call.core.state.messages.find(
    (message) => message.channel === channel.id && message.ts === ts,
  );
  if (!parent || parent.isEphemeral) throw refuse(call, 'cannot_reply_to_message');
  return parent.thread_ts ?? parent.ts;
}

function describe(call: Call, message: Message): Json {
  const { app } = call.core.state;
  return toApiMessage(message, app.id, app.botId);
}

const postMessage: Handler = (call) => {
  const { core } = call;
  const channel = getPostableChannel(call);
  const content = parseContent(call);
  checkBlockText(content.blocks);
  const threadTs = findThread(call, channel);
  const message = post(core, {
    ...content,
    channel: channel.id,
    user: core.state.app.botUserId,
    ...(threadTs === undefined ? {} : { threadTs }),
    isFromApp: true,
  });
  const { ts } = message;
  return { channel: channel.id, ts, message: describe(call, message), ...content.answer };
};

const postEphemeral: Handler = (call) => {
  const { core } = call;
  const channel = getPostableChannel(call);
  const user = getUser(call, 'user', 'user_not_in_channel');
  if (!channel.members.has(user.id)) throw new ApiError('user_not_in_channel');
  const content = parseContent(call);
  const threadTs = findThread(call, channel);
  const message = post(core, {
    ...content,
    channel: channel.id,
    user: core.state.app.botUserId,
    ephemeralFor: user.id,
    ...(threadTs === undefined ? {} : { threadTs }),
    isFromApp: true,
  });
  return { message_ts: message.ts, ...content.answer };
};

const updateMessage: Handler = (call) => {
  const channel = getChannel(call);
  const message = getMessage(call, channel);
  if (!message.isFromApp) throw new ApiError('cant_update_message');
  if (message.isStreaming) throw new ApiError('streaming_state_conflict');
  const content = parseContent(call);
  const keepsBlocks = !content.hasBlocks && !content.hasText;
  edit(call.core, message, {
    ...content,
    text: content.hasText ? content.text : message.text,
    blocks: keepsBlocks ? message.blocks : content.blocks,
  });
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: describe(call, message),
    ...content.answer,
  };
};

const deleteMessage: Handler = (call) => {
  const channel = getChannel(call);
  const message = getMessage(call, channel);
  if (!message.isFromApp) throw new ApiError('cant_delete_message');
  remove(call.core, message);
  return { channel: channel.id, ts: message.ts };
};

const getPermalink: Handler = (call) => {
  const { team } = call.core.state;
  const channel = getChannel(call);
  const { ts } = getMessage(call, channel, 'message_ts');
  const path = `archives/${channel.id}/p${ts.replace('.', '')}`;
  return { channel: channel.id, permalink: `https://${team.domain}.slack.com/${path}` };
};

export const chatHandlers: Record<string, Handler> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': updateMessage,
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
};

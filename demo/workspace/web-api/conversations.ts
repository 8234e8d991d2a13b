import type { Json } from '../../../src/blocks/walk.ts';
import { type Message, toApiMessage } from '../message.ts';
import { type Channel, channelKindByType, getDirectChannel, type State } from '../state.ts';
import {
  ApiError,
  type Call,
  findText,
  getChannel,
  getText,
  type Handler,
  isTrue,
  paginate,
} from './call.ts';

const toApiChannel = (channel: Channel, state: State): Json => ({
  id: channel.id,
  name: channel.name,
  is_channel: channel.kind === 'channel',
  is_group: channel.kind === 'private-channel',
  is_im: channel.kind === 'direct',
  is_mpim: channel.kind === 'group-direct',
  is_private: channel.kind !== 'channel',
  is_archived: channel.isArchived,
  is_ext_shared: channel.isShared ?? false,
  is_member: channel.members.has(state.app.botUserId),
});

const listChannels: Handler = (call) => {
  const { state } = call.core;
  const types = (findText(call, 'types') ?? 'public_channel').split(',');
  const kinds = types.map((type) => channelKindByType.get(type.trim()));
  if (kinds.includes(undefined)) throw new ApiError('invalid_types');
  const isVisible = (channel: Channel) =>
    channel.kind === 'channel' || channel.members.has(state.app.botUserId);
  const channels = [...state.channels.values()]
    .filter((channel) => kinds.includes(channel.kind) && isVisible(channel))
    .filter((channel) => !(isTrue(call, 'exclude_archived') && channel.isArchived));
  const { page, nextCursor } = paginate(call, channels);
  return {
    channels: page.map((channel) => toApiChannel(channel, state)),
    response_metadata: { next_cursor: nextCursor },
  };
};

const getChannelInfo: Handler = (call) => {
  const channel = getChannel(call);
  const count = isTrue(call, 'include_num_members') ? { num_members: channel.members.size } : {};
  return { channel: { ...toApiChannel(channel, call.core.state), ...count } };
};

const listMembers: Handler = (call) => {
  const { page, nextCursor } = paginate(call, [...getChannel(call).members]);
  return { members: page, response_metadata: { next_cursor: nextCursor } };
};

const openConversation: Handler = (call) => {
  const { state } = call.core;
  const existing = findText(call, 'channel');
  if (existing !== undefined) return { channel: { id: getChannel(call).id } };
  const users = findText(call, 'users');
  if (users === undefined) throw new ApiError('users_list_not_supplied');
  const ids = users.split(',').map((id) => id.trim());
  if (ids.some((id) => !state.users.has(id))) throw new ApiError('user_not_found');
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    return { channel: { id: getDirectChannel(state, only).id } };
  }
  const id = state.nextId('G');
  const members = new Set([...ids, state.app.botUserId]);
  state.channels.set(id, { id, name: id, kind: 'group-direct', isArchived: false, members });
  return { channel: { id } };
};

const joinChannel: Handler = (call) => {
  const channel = getChannel(call);
  if (channel.kind !== 'channel') throw new ApiError('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new ApiError('is_archived');
  channel.members.add(call.core.state.app.botUserId);
  return { channel: toApiChannel(channel, call.core.state) };
};

function selectMessages(call: Call, messages: readonly Message[]): Json {
  const { state } = call.core;
  const oldest = Number(findText(call, 'oldest') ?? 0);
  const latest = Number(findText(call, 'latest') ?? Number.POSITIVE_INFINITY);
  if (Number.isNaN(oldest)) throw new ApiError('invalid_ts_oldest');
  if (Number.isNaN(latest)) throw new ApiError('invalid_ts_latest');
  const isInclusive = isTrue(call, 'inclusive');
  const isWithin = ({ ts }: Message) =>
    isInclusive
      ? Number(ts) >= oldest && Number(ts) <= latest
      : Number(ts) > oldest && Number(ts) < latest;
  const { page, nextCursor } = paginate(call, messages.filter(isWithin));
  const hasMetadata = isTrue(call, 'include_all_metadata');
  const shown = page.map((message) => {
    const { metadata, ...rest } = toApiMessage(message, state.app.id, state.app.botId);
    return hasMetadata && metadata !== undefined ? { ...rest, metadata } : rest;
  });
  return {
    messages: shown,
    has_more: nextCursor !== '',
    response_metadata: { next_cursor: nextCursor },
  };
}

const getHistory: Handler = (call) => {
  const { state } = call.core;
  const channel = getChannel(call);
  if (!channel.members.has(state.app.botUserId)) throw new ApiError('not_in_channel');
  const roots = state.messages.filter(
    (message) =>
      message.channel === channel.id && !message.isEphemeral && message.thread_ts === undefined,
  );
  return selectMessages(call, roots.toReversed());
};

const getReplies: Handler = (call) => {
  const channel = getChannel(call);
  const ts = getText(call, 'ts');
  const thread = call.core.state.messages.filter(
    (message) =>
      message.channel === channel.id &&
      !message.isEphemeral &&
      (message.ts === ts || message.thread_ts === ts),
  );
  if (thread.length === 0) throw new ApiError('thread_not_found');
  return selectMessages(call, thread);
};

export const conversationHandlers: Record<string, Handler> = {
  'conversations.list': listChannels,
  'conversations.info': getChannelInfo,
  'conversations.members': listMembers,
  'conversations.open': openConversation,
  'conversations.join': joinChannel,
  'conversations.history': getHistory,
  'conversations.replies': getReplies,
};

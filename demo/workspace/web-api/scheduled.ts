import { limits } from '../../../src/blocks/limits.ts';
import { post } from '../core.ts';
import type { ScheduledMessage, State } from '../state.ts';
import {
  ApiError,
  findText,
  getChannel,
  getPostableChannel,
  getText,
  type Handler,
  paginate,
} from './call.ts';
import { findThread } from './chat.ts';
import { parseContent } from './content.ts';

const windowSeconds = 300;
const mostPerWindow = 30;

function isWindowFull(state: State, channel: string, postAt: number): boolean {
  const near = [...state.scheduled.values()].filter(
    (entry) =>
      entry.channel === channel &&
      Math.floor(entry.postAt / windowSeconds) === Math.floor(postAt / windowSeconds),
  );
  return near.length >= mostPerWindow;
}

const scheduleMessage: Handler = (call) => {
  const { core } = call;
  const { state, scheduler } = core;
  const channel = getPostableChannel(call);
  const postAt = Number(getText(call, 'post_at'));
  if (!Number.isInteger(postAt)) throw new ApiError('invalid_time');
  const delayMs = postAt * 1000 - scheduler.now();
  if (delayMs <= 0) throw new ApiError('time_in_past');
  if (delayMs > limits.scheduleAheadMs.value) throw new ApiError('time_too_far');
  if (isWindowFull(state, channel.id, postAt)) throw new ApiError('restricted_too_many');
  const content = parseContent(call);
  const threadTs = findThread(call, channel);
  const id = state.nextId('Q');
  const cancel = scheduler.schedule(delayMs, () => {
    state.scheduled.delete(id);
    post(core, {
      ...content,
      channel: channel.id,
      user: state.app.botUserId,
      ...(threadTs === undefined ? {} : { threadTs }),
      isFromApp: true,
    });
  });
  const createdAt = Math.floor(scheduler.now() / 1000);
  const stored = { text: content.text, blocks: content.blocks };
  state.scheduled.set(id, { id, channel: channel.id, postAt, createdAt, content: stored, cancel });
  return {
    channel: channel.id,
    scheduled_message_id: id,
    post_at: postAt,
    message: { type: 'message', user: state.app.botUserId, ...stored },
    ...content.answer,
  };
};

const toApiScheduled = (entry: ScheduledMessage) => ({
  id: entry.id,
  channel_id: entry.channel,
  post_at: entry.postAt,
  date_created: entry.createdAt,
  text: entry.content.text,
});

const listScheduled: Handler = (call) => {
  const { state } = call.core;
  const channel = findText(call, 'channel');
  if (channel !== undefined && !state.channels.has(channel)) throw new ApiError('invalid_channel');
  const oldest = Number(findText(call, 'oldest') ?? 0);
  const latest = Number(findText(call, 'latest') ?? Number.POSITIVE_INFINITY);
  const entries = [...state.scheduled.values()]
    .filter((entry) => channel === undefined || entry.channel === channel)
    .filter((entry) => entry.postAt >= oldest && entry.postAt <= latest);
  const { page, nextCursor } = paginate(call, entries);
  return {
    scheduled_messages: page.map(toApiScheduled),
    response_metadata: { next_cursor: nextCursor },
  };
};

const deleteScheduled: Handler = (call) => {
  const { state } = call.core;
  const channel = getChannel(call);
  const entry = state.scheduled.get(getText(call, 'scheduled_message_id'));
  if (entry?.channel !== channel.id) throw new ApiError('invalid_scheduled_message_id');
  entry.cancel();
  state.scheduled.delete(entry.id);
  return {};
};

export const scheduledHandlers: Record<string, Handler> = {
  'chat.scheduleMessage': scheduleMessage,
  'chat.scheduledMessages.list': listScheduled,
  'chat.deleteScheduledMessage': deleteScheduled,
};

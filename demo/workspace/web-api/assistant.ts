import { isJson } from '../../../src/blocks/walk.ts';
import type { Prompt } from '../state.ts';
import {
  ApiError,
  type Call,
  findJson,
  findText,
  getChannel,
  getText,
  type Handler,
} from './call.ts';

/** Slack shows at most so many of each. Source: docs.slack.dev/reference/methods, `assistant.threads.*`. */
const PROMPTS_MAX = 4;
const LOADING_MESSAGES_MAX = 10;

function checkThread({ core }: Call, channel: string, threadTs: string): void {
  const isThere = core.state.messages.some(
    (message) => message.channel === channel && message.ts === threadTs,
  );
  if (!isThere) throw new ApiError('invalid_thread_ts');
}

const setStatus: Handler = (call) => {
  const { core } = call;
  const channel = getChannel(call, 'channel_id');
  const threadTs = getText(call, 'thread_ts');
  checkThread(call, channel.id, threadTs);
  const loading = findJson(call, 'loading_messages') ?? [];
  if (!Array.isArray(loading) || loading.length > LOADING_MESSAGES_MAX) {
    throw new ApiError('invalid_arguments');
  }
  // An empty one takes it away.
  const status = findText(call, 'status') ?? '';
  const key = `${channel.id} ${threadTs}`;
  if (status === '') core.state.statuses.delete(key);
  else core.state.statuses.set(key, status);
  core.journal.notifyChange();
  return {};
};

function readPrompt(value: unknown): Prompt {
  if (!isJson(value)) throw new ApiError('invalid_arguments');
  const { title, message } = value;
  if (typeof title !== 'string' || typeof message !== 'string' || title === '' || message === '') {
    throw new ApiError('invalid_arguments');
  }
  return { title, message };
}

const setSuggestedPrompts: Handler = (call) => {
  const { core } = call;
  const channel = getChannel(call, 'channel_id');
  if (channel.kind !== 'direct') throw new ApiError('channel_not_found');
  const threadTs = findText(call, 'thread_ts');
  if (threadTs !== undefined) checkThread(call, channel.id, threadTs);
  const prompts = findJson(call, 'prompts');
  if (!Array.isArray(prompts) || prompts.length === 0 || prompts.length > PROMPTS_MAX) {
    throw new ApiError('invalid_arguments');
  }
  core.state.prompts.set(channel.id, prompts.map(readPrompt));
  core.journal.notifyChange();
  return {};
};

/** What an app shows in its agent view: a status while it works, and what could be asked. */
export const assistantHandlers: Record<string, Handler> = {
  'assistant.threads.setStatus': setStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
};

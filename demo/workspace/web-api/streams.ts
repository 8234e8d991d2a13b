import { limits } from '../../../src/blocks/limits.ts';
import { validateBlocks } from '../../../src/blocks/validate.ts';
import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { edit, post } from '../core.ts';
import { type Message, toApiMessage } from '../message.ts';
import {
  ApiError,
  type Call,
  findJson,
  findText,
  getChannel,
  getPostableChannel,
  type Handler,
} from './call.ts';
import { findThread, getMessage } from './chat.ts';
import { checkBlockText, parseBlocks, refuseBlocks } from './content.ts';

interface Appendix {
  text: string;
  blocks: Json[];
}

const chunkTypes: readonly unknown[] = ['blocks', 'markdown_text', 'plan_update', 'task_update'];

function readChunk(call: Call, chunk: unknown): Appendix {
  if (!isJson(chunk) || !chunkTypes.includes(chunk.type)) throw new ApiError('invalid_chunks');
  if (chunk.type === 'markdown_text') {
    if (typeof chunk.text !== 'string') throw new ApiError('invalid_chunks');
    return { text: chunk.text, blocks: [] };
  }
  if (chunk.type !== 'blocks') return { text: '', blocks: [] };
  const blocks = Array.isArray(chunk.blocks) ? chunk.blocks : [];
  const problems = validateBlocks(blocks, 'message');
  if (problems.length > 0) throw refuseBlocks(call.core, call.method, problems);
  return { text: '', blocks: blocks.filter(isJson) };
}

function readAppendix(call: Call): Appendix {
  const chunks = findJson(call, 'chunks', 'invalid_chunks') ?? [];
  if (!Array.isArray(chunks)) throw new ApiError('invalid_chunks');
  const parts = chunks.map((chunk) => readChunk(call, chunk));
  return {
    text: [findText(call, 'markdown_text') ?? '', ...parts.map((part) => part.text)].join(''),
    blocks: parts.flatMap((part) => part.blocks),
  };
}

function append(call: Call, message: Message, appendix: Appendix, finalBlocks: Json[]): void {
  const text = message.text + appendix.text;
  const chunkBlocks = [...message.blocks, ...appendix.blocks];
  if (chunkBlocks.length > limits.blocksPerMessage.value) throw new ApiError('msg_blocks_too_many');
  const blocks = [...chunkBlocks, ...finalBlocks];
  checkBlockText(blocks, text);
  edit(call.core, message, { text, blocks, attachments: [] });
}

function getStream(call: Call): Message {
  const message = getMessage(call, getChannel(call));
  if (!message.isFromApp) throw new ApiError('message_not_owned_by_app');
  if (!message.isStreaming) throw new ApiError('message_not_in_streaming_state');
  return message;
}

const startStream: Handler = (call) => {
  const { core } = call;
  const channel = getPostableChannel(call);
  const isDirect = channel.kind === 'direct';
  if (!isDirect && findText(call, 'recipient_user_id') === undefined) {
    throw new ApiError('missing_recipient_user_id');
  }
  if (!isDirect && findText(call, 'recipient_team_id') === undefined) {
    throw new ApiError('missing_recipient_team_id');
  }
  const threadTs = findThread(call, channel);
  if (threadTs === undefined) throw new ApiError('invalid_arguments');
  const appendix = readAppendix(call);
  checkBlockText(appendix.blocks, appendix.text);
  const { ts } = post(core, {
    ...appendix,
    attachments: [],
    channel: channel.id,
    user: core.state.app.botUserId,
    threadTs,
    isFromApp: true,
    isStreaming: true,
  });
  return { channel: channel.id, ts };
};

const appendStream: Handler = (call) => {
  const message = getStream(call);
  const appendix = readAppendix(call);
  if (appendix.text === '' && call.arguments.chunks === undefined) throw new ApiError('no_text');
  append(call, message, appendix, []);
  return { channel: message.channel, ts: message.ts };
};

const stopStream: Handler = (call) => {
  const { app } = call.core.state;
  const message = getStream(call);
  append(call, message, readAppendix(call), parseBlocks(call));
  message.isStreaming = false;
  return {
    channel: message.channel,
    ts: message.ts,
    message: toApiMessage(message, app.id, app.botId),
  };
};

export const streamHandlers: Record<string, Handler> = {
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
};

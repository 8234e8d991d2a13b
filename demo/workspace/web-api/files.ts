import { randomBytes } from 'node:crypto';
import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { type Core, post } from '../core.ts';
import { imageType } from '../files-http.ts';
import type { StoredFile } from '../state.ts';
import {
  ApiError,
  type Call,
  findJson,
  findText,
  getPostableChannel,
  getText,
  type Handler,
} from './call.ts';
import { findThread } from './chat.ts';
import { parseBlocks } from './content.ts';

const toApiFile = (core: Core, file: StoredFile): Json => {
  const url = `${core.origin()}/files/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.content?.length ?? 0,
    ...(file.isComplete && { mimetype: imageType(file) ?? 'application/octet-stream' }),
    url_private: url,
    url_private_download: url,
    channels: file.channels,
  };
};

/** Slack takes a gigabyte; this workspace keeps its files in memory. */
const fileBytesMax = 20_000_000;

const getUploadUrl: Handler = (call) => {
  const { state } = call.core;
  const name = findText(call, 'filename');
  const declaredBytes = Number(findText(call, 'length'));
  const hasBoth = name !== undefined && name !== '' && declaredBytes > 0;
  if (!hasBoth) throw new ApiError('missing_argument');
  if (declaredBytes > fileBytesMax) throw new ApiError('file_upload_size_restricted');
  const id = state.nextId('F');
  const key = randomBytes(16).toString('hex');
  const empty = { content: null, isComplete: false, channels: [] };
  state.files.set(id, { id, name, title: name, declaredBytes, ...empty });
  state.uploads.set(key, id);
  return { upload_url: `${call.core.origin()}/upload/${key}`, file_id: id };
};

function readFiles(call: Call): StoredFile[] {
  const files = findJson(call, 'files');
  if (!Array.isArray(files) || files.length === 0) throw new ApiError('invalid_arguments');
  return files.map((entry) => {
    const file = isJson(entry) ? call.core.state.files.get(String(entry.id)) : undefined;
    if (!file) throw new ApiError('file_not_found');
    if (file.content?.length !== file.declaredBytes) throw new ApiError('file_update_failed');
    if (isJson(entry) && typeof entry.title === 'string') file.title = entry.title;
    return file;
  });
}

const completeUpload: Handler = (call) => {
  const { core } = call;
  const reference = findText(call, 'channel_id') ?? findText(call, 'channels');
  const files = readFiles(call);
  if (reference !== undefined) {
    const inChannel = { ...call, arguments: { ...call.arguments, channel: reference } };
    const channel = getPostableChannel(inChannel);
    const threadTs = findThread(call, channel);
    post(core, {
      channel: channel.id,
      user: core.state.app.botUserId,
      text: findText(call, 'initial_comment') ?? '',
      blocks: parseBlocks(call),
      attachments: [],
      files: files.map(({ id, title }) => ({ id, title })),
      ...(threadTs === undefined ? {} : { threadTs }),
      isFromApp: true,
    });
    for (const file of files) file.channels.push(channel.id);
  }
  for (const file of files) file.isComplete = true;
  return { files: files.map((file) => toApiFile(core, file)) };
};

const getFile: Handler = (call) => {
  const file = call.core.state.files.get(getText(call, 'file'));
  if (!file?.isComplete) throw new ApiError('file_not_found');
  return { file: toApiFile(call.core, file) };
};

export const fileHandlers: Record<string, Handler> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': getFile,
};

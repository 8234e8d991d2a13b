import { randomBytes } from 'node:crypto';
import { limits } from '../../src/blocks/limits.ts';
import { isJson, type Json } from '../../src/blocks/walk.ts';
import { type Core, edit, post, remove } from './core.ts';
import type { Message, MessageContent } from './message.ts';
import { type Reply, textReply } from './reply.ts';
import { ApiError } from './web-api/call.ts';
import { takeBlocks, truncateText } from './web-api/content.ts';

/** Where and to whom an interaction may be answered. */
export interface ResponseTarget {
  channel: string;
  user: string;
  /** The message whose button was clicked; a command has none. */
  original: Message | null;
}

export interface ResponseUrls {
  issue(target: ResponseTarget): string;
  /** Answers a POST to one of the addresses. */
  answer(key: string, body: Buffer): Reply;
  findChannel(key: string): string | undefined;
}

function readContent(core: Core, channel: string, payload: Json): MessageContent {
  const given = Array.isArray(payload.blocks) ? payload.blocks : [];
  const blocks = takeBlocks(core, given, { method: 'response_url', channel });
  const attachments = Array.isArray(payload.attachments) ? payload.attachments : [];
  if (attachments.length > limits.attachments.value) throw new ApiError('too_many_attachments');
  const { text } = truncateText(typeof payload.text === 'string' ? payload.text : '');
  const isEmpty = text.trim() === '' && blocks.length === 0 && attachments.length === 0;
  if (isEmpty) throw new ApiError('no_text');
  return { text, blocks, attachments };
}

const isTrue = (value: unknown) => value === true || value === 'true';

/**
 * Does what a response asks for: replace or delete the original, or post a new message, which only
 * the user sees unless `response_type` is `in_channel`. A command's response has no original, and
 * Slack then posts a new message (slackapi/bolt-js#2287).
 */
export function applyResponse(core: Core, target: ResponseTarget, payload: Json): void {
  const { original } = target;
  if (isTrue(payload.delete_original)) {
    if (original) remove(core, original);
    return;
  }
  const content = readContent(core, target.channel, payload);
  if (isTrue(payload.replace_original) && original) {
    edit(core, original, content);
    return;
  }
  const isPublic = payload.response_type === 'in_channel';
  post(core, {
    ...content,
    channel: target.channel,
    user: core.state.app.botUserId,
    ...(isPublic ? {} : { ephemeralFor: target.user }),
    ...(typeof payload.thread_ts === 'string' ? { threadTs: payload.thread_ts } : {}),
    isFromApp: true,
  });
}

function parsePayload(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Addresses that answer an interaction up to five times within thirty minutes. */
export function createResponseUrls(core: Core): ResponseUrls {
  const issued = new Map<string, { target: ResponseTarget; at: number; uses: number }>();
  return {
    issue(target) {
      const key = randomBytes(12).toString('hex');
      issued.set(key, { target, at: core.scheduler.now(), uses: 0 });
      return `${core.origin()}/response/${key}`;
    },
    findChannel: (key) => issued.get(key)?.target.channel,
    answer(key, body) {
      const entry = issued.get(key);
      if (!entry) return textReply('no_url', 404);
      const ageMs = core.scheduler.now() - entry.at;
      if (ageMs > limits.responseUrlLifeMs.value) return textReply('expired_url', 404);
      if (entry.uses >= limits.responseUrlUses.value) return textReply('used_url', 404);
      entry.uses += 1;
      const payload = parsePayload(body);
      if (!payload) return textReply('invalid_payload', 400);
      try {
        applyResponse(core, entry.target, payload);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return textReply(error.error, 400);
      }
      return textReply('ok');
    },
  };
}

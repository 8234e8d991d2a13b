import { limits } from '../../../src/blocks/limits.ts';
import type { Problem } from '../../../src/blocks/problem.ts';
import { validateBlocks } from '../../../src/blocks/validate.ts';
import { isJson, type Json, measureBlockText, walkBlocks } from '../../../src/blocks/walk.ts';

import type { Core } from '../core.ts';
import { imageType } from '../files-http.ts';
import type { MessageContent } from '../message.ts';
import { ApiError, type Call, findJson, findText, refuse } from './call.ts';

const toLine = ({ message, pointer }: Problem) => `[ERROR] ${message} [json-pointer:${pointer}]`;

/** Notes invalid blocks among the violations and gives the error that Slack answers. */
export function refuseBlocks(core: Core, method: string, problems: readonly Problem[]): ApiError {
  const messages = problems.map(toLine);
  core.journal.violations.push({
    kind: 'invalid-blocks',
    method,
    detail: messages.join('\n'),
    at: core.scheduler.now(),
  });
  const isTableOnly = problems.every((problem) => problem.rule === 'only-one-table');
  return new ApiError(isTableOnly ? 'only_one_table_allowed' : 'invalid_blocks', {
    response_metadata: { messages },
  });
}

/** The `blocks` argument; empty when absent. Throws what Slack answers to invalid blocks. */
export function parseBlocks(call: Call): Json[] {
  const value = findJson(call, 'blocks', 'invalid_blocks_format', 'invalid_blocks') ?? [];
  if (!Array.isArray(value)) throw refuse(call, 'invalid_blocks_format', 'invalid_blocks');
  const channel = findText(call, 'channel');
  return takeBlocks(call.core, value, { method: call.method, channel });
}

/** Blocks as they may stand in a message; throws what Slack answers to others. */
export function takeBlocks(
  core: Core,
  blocks: readonly unknown[],
  { method, channel }: { method: string; channel: string | undefined },
): Json[] {
  const problems = [...validateBlocks(blocks, 'message'), ...checkSlackFiles(core, blocks)];
  if (problems.length > 0) throw refuseBlocks(core, method, problems);
  const types = blocks.filter(isJson).map(({ type }) => String(type));
  const [refused] = core.faults.strikeBlocks(method, channel, types);
  if (refused !== undefined) {
    const messages = [`[ERROR] unsupported type: ${refused} [json-pointer:/blocks]`];
    throw new ApiError('invalid_blocks', { response_metadata: { messages } });
  }
  return blocks.filter(isJson);
}

/** An image may only show a file that was uploaded as a whole and is a picture. */
function checkSlackFiles(core: Core, blocks: readonly unknown[]): Problem[] {
  return [...walkBlocks(blocks, '/blocks')].flatMap(({ pointer, value }): Problem[] => {
    if (value.type !== 'image' || !isJson(value.slack_file)) return [];
    const { id, url } = value.slack_file;
    const file = core.state.files.get(typeof id === 'string' ? id : fileIdIn(url));
    if (file?.isComplete && imageType(file) !== null) return [];
    const message = 'invalid slack file';
    return [{ pointer: `${pointer}/slack_file`, message, rule: 'structure' }];
  });
}

const fileIdIn = (url: unknown) =>
  (typeof url === 'string' && /\/files\/([^/]+)/.exec(url)?.[1]) || '';

function parseAttachments(call: Call): unknown[] {
  const value = findJson(call, 'attachments', 'invalid_attachments') ?? [];
  const attachments = Array.isArray(value) ? value : [];
  if (attachments.length > limits.attachments.value) throw new ApiError('too_many_attachments');
  for (const attachment of attachments) {
    if (!isJson(attachment) || !Array.isArray(attachment.blocks)) continue;
    const problems = validateBlocks(attachment.blocks, 'message');
    if (problems.length > 0) throw refuseBlocks(call.core, call.method, problems);
  }
  return attachments;
}

function parseMetadata(call: Call): Json | undefined {
  const value = findJson(call, 'metadata', 'invalid_metadata_format');
  if (value === undefined) return undefined;
  const isComplete =
    isJson(value) && typeof value.event_type === 'string' && isJson(value.event_payload);
  if (!isComplete) throw new ApiError('invalid_metadata_schema');
  return value;
}

/** Text as Slack keeps it, and the warning it answers when it had to cut. */
export function truncateText(text: string): { text: string; answer: Json } {
  const most = limits.messageText.value;
  if (text.length <= most) return { text, answer: {} };
  const warning = 'message_truncated';
  return {
    text: text.slice(0, most),
    answer: { warning, response_metadata: { warnings: [warning] } },
  };
}

/** Throws `msg_blocks_too_long` for more block text than chat.postMessage and streams take. */
export function checkBlockText(blocks: readonly unknown[], streamedText = ''): void {
  const length = measureBlockText(blocks) + streamedText.length;
  if (length > limits.messageBlockText.value) throw new ApiError('msg_blocks_too_long');
}

export interface ParsedContent extends MessageContent {
  hasText: boolean;
  hasBlocks: boolean;
  /** To be merged into the answer: a warning when the text was cut. */
  answer: Json;
}

/** What a message shall hold, out of the arguments; throws what Slack answers when it cannot. */
export function parseContent(call: Call): ParsedContent {
  const markdown = findText(call, 'markdown_text');
  const blocks = parseBlocks(call);
  const given = findText(call, 'text');
  if (markdown !== undefined && (given !== undefined || blocks.length > 0)) {
    throw new ApiError('markdown_text_conflict');
  }
  const attachments = parseAttachments(call);
  const hasText = (given ?? markdown ?? '').trim() !== '';
  if (!hasText && blocks.length === 0 && attachments.length === 0) throw new ApiError('no_text');
  const { text, answer } = truncateText(given ?? markdown ?? '');
  const metadata = parseMetadata(call);
  return {
    text,
    blocks,
    attachments,
    ...(metadata === undefined ? {} : { metadata }),
    hasText,
    hasBlocks: call.arguments.blocks !== undefined,
    answer,
  };
}

import type { Json } from '../../src/blocks/walk.ts';
import type { Scheduler } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Message, MessageContent } from './message.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { State } from './state.ts';
import type { Triggers } from './triggers.ts';

/** What the parts of a workspace share. */
export interface Core {
  state: State;
  scheduler: Scheduler;
  journal: Journal;
  faults: Faults;
  triggers: Triggers;
  /** Null when rate limits are switched off. */
  rateLimiter: RateLimiter | null;
  /** Where the workspace listens, e.g. `http://127.0.0.1:4000`. */
  origin(): string;
  /** A WebSocket address with a ticket that works once. */
  issueSocketUrl(): string;
}

export interface Posting extends MessageContent {
  channel: string;
  user: string;
  threadTs?: string;
  ephemeralFor?: string;
  isFromApp: boolean;
  files?: Message['files'];
  isStreaming?: boolean;
}

const interactive = /button|select|picker|overflow|checkboxes|_input$/;

/** Fills in the ids that Slack gives to blocks and interactive elements without one. */
export function fillIdentifiers(blocks: readonly unknown[], state: State): Json[] {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const copy: Json = Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(item)]),
    );
    const isElement = typeof copy.type === 'string' && interactive.test(copy.type);
    if (isElement && copy.action_id === undefined) copy.action_id = state.nextId('a');
    return copy;
  };
  return blocks.map((block) => {
    const copy = fill(block) as Json;
    return copy.block_id === undefined ? { ...copy, block_id: state.nextId('b') } : copy;
  });
}

/** Puts a message into its channel. */
export function post(core: Core, posting: Posting): Message {
  const { state } = core;
  const message: Message = {
    channel: posting.channel,
    ts: state.nextTs(),
    ...(posting.threadTs === undefined ? {} : { thread_ts: posting.threadTs }),
    user: posting.user,
    text: posting.text,
    blocks: fillIdentifiers(posting.blocks, state),
    attachments: posting.attachments,
    files: posting.files ?? [],
    ...(posting.metadata === undefined ? {} : { metadata: posting.metadata }),
    reactions: [],
    edits: [],
    isEphemeral: posting.ephemeralFor !== undefined,
    ...(posting.ephemeralFor === undefined ? {} : { ephemeralFor: posting.ephemeralFor }),
    isFromApp: posting.isFromApp,
    isStreaming: posting.isStreaming ?? false,
  };
  state.messages.push(message);
  // What the app says it is doing ends when it says something.
  if (posting.isFromApp) state.statuses.delete(`${message.channel} ${message.thread_ts}`);
  core.journal.notifyChange();
  return message;
}

/** Replaces a message's content and keeps the former version. */
export function edit(core: Core, message: Message, content: MessageContent): void {
  message.edits.push({
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    replacedAt: core.scheduler.now(),
  });
  message.text = content.text;
  message.blocks = fillIdentifiers(content.blocks, core.state);
  message.attachments = content.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  core.journal.notifyChange();
}

export function remove(core: Core, message: Message): void {
  const { messages } = core.state;
  messages.splice(messages.indexOf(message), 1);
  core.journal.notifyChange();
}

import type { Json } from '../../../src/blocks/walk.ts';
import type { Message, SharedFile } from '../message.ts';
import type { ChannelKind, Prompt } from '../state.ts';

/** A file as the page lists it. */
export interface PageFile extends SharedFile {
  name: string;
  bytes: number;
  isImage: boolean;
}

export interface PageMessage
  extends Pick<
    Message,
    'ts' | 'thread_ts' | 'user' | 'text' | 'blocks' | 'isEphemeral' | 'isFromApp' | 'isStreaming'
  > {
  isEdited: boolean;
  files: PageFile[];
}

export interface PageChannel {
  id: string;
  name: string;
  kind: ChannelKind;
  /** Messages of others outside of threads that the user has not seen. */
  unread: number;
}

export interface PageUser {
  id: string;
  name: string;
  realName: string;
}

/** Simulated time. */
export interface PageClockState {
  /** How far ahead of the machine's clock it is. */
  aheadMs: number;
  next: ComingEvent | null;
}

/** What time brings next, e.g. a digest. */
export interface ComingEvent {
  label: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** All that the page shows one user who looks at one channel. */
export interface PageState {
  team: string;
  user: string;
  bot: string;
  channel: string;
  users: PageUser[];
  channels: PageChannel[];
  /** The shortcut that every message has. */
  shortcut: string;
  home: { blocks: Json[] } | null;
  /** Names by id: users, channels and user groups. */
  names: Record<string, string>;
  messages: PageMessage[];
  modal: PageModal | null;
  /** What the app suggests to ask in this channel. */
  prompts: Prompt[];
  /** What the app says it is doing in this channel. */
  statuses: string[];
  /** Null where time cannot be moved on. */
  clock: PageClockState | null;
}

export interface PageModal {
  id: string;
  title: string;
  /** Null for a modal that cannot be sent off. */
  submit: string | null;
  close: string;
  blocks: Json[];
  /** Messages by block id. */
  errors: Record<string, string>;
}

/** What is known of one command, for completion. */
export interface CommandHint {
  name: string;
  summary: string;
  usage: string;
  examples: readonly string[];
  /** Words that may follow it. */
  words: readonly string[];
  takesHost: boolean;
  /** True when its first word names a container. */
  takesContainer: boolean;
  /** Names of its flags, without the dashes. */
  flags: readonly string[];
}

/** What a typed line can be completed with. */
export interface PageHints {
  /** The slash command, e.g. `/seawall`. */
  command: string;
  commands: readonly CommandHint[];
  hosts: readonly string[];
  containers: readonly string[];
}

/** Something a person did, and what happened underneath until the next one. */
export interface Deed {
  id: number;
  title: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Null for what needed no request to the app. */
  request: DeedRequest | null;
  notes: Note[];
  /** Notes beyond what is kept. */
  dropped: number;
}

export interface DeedRequest {
  line: string;
  headers: [name: string, value: string][];
  fields: [name: string, value: string][];
  /** Null while, or because, it was not acknowledged. */
  status: number | null;
  ms: number | null;
  error: string | null;
}

/** One kind of thing that happened; equal ones are counted together. */
export interface Note {
  /** The part that did it, e.g. `engine`. */
  source: string;
  /** The place it concerns, e.g. a host or a table. */
  where: string;
  what: string;
  outcome: string;
  count: number;
  ms: number | null;
}

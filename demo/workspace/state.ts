import { randomBytes } from 'node:crypto';
import type { Json } from '../../src/blocks/walk.ts';
import { table } from '../../src/shared/table.ts';
import type { Message } from './message.ts';

export interface User {
  id: string;
  name: string;
  realName: string;
  isBot: boolean;
  /** Of another workspace, whose people share channels with this one (Slack Connect). */
  team?: string;
}

export type ChannelKind = 'channel' | 'private-channel' | 'direct' | 'group-direct';

/** The names that conversations.list has for the kinds. */
export const channelKindByType = table<ChannelKind>({
  public_channel: 'channel',
  private_channel: 'private-channel',
  im: 'direct',
  mpim: 'group-direct',
});

export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  isArchived: boolean;
  /** People of other organisations are in it (Slack Connect). */
  isShared?: boolean;
  members: Set<string>;
}

export interface Token {
  value: string;
  kind: 'bot' | 'app';
  scopes: Set<string>;
  isRevoked: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  users: string[];
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  declaredBytes: number;
  content: Buffer | null;
  isComplete: boolean;
  channels: string[];
}

export interface View {
  id: string;
  user: string;
  hash: string;
  rootId: string;
  previousId: string | null;
  /** What the app sent, with the block and action ids that Slack fills in. */
  content: Json;
  /** Messages by block id, from the last `response_action: errors`. */
  errors: Record<string, string>;
}

export interface ScheduledMessage {
  id: string;
  channel: string;
  postAt: number;
  createdAt: number;
  content: Json;
  cancel: () => void;
}

/** Something to ask that the app suggests in its agent view. */
export interface Prompt {
  title: string;
  /** What is sent when it is chosen. */
  message: string;
}

/** What a code of the install page stands for until it is exchanged. */
export interface InstallGrant {
  redirectUri: string;
  scopes: string[];
  at: number;
}

export interface State {
  team: { id: string; name: string; domain: string };
  app: {
    id: string;
    botId: string;
    botUserId: string;
    clientId: string;
    clientSecret: string;
    /** Where the install page may lead back to. */
    redirectUrls: readonly string[];
  };
  users: Map<string, User>;
  channels: Map<string, Channel>;
  /** In the order they were posted, ephemeral ones included. */
  messages: Message[];
  files: Map<string, StoredFile>;
  /** Upload address → file id; each works once. */
  uploads: Map<string, string>;
  /** User id → open modals, the visible one last. */
  modals: Map<string, View[]>;
  /** User id → Home tab. */
  homes: Map<string, View>;
  /** Channel id → what the app suggests there. */
  prompts: Map<string, Prompt[]>;
  /** Channel id and thread → what the app says it is doing there. */
  statuses: Map<string, string>;
  /** Steps of workflows by execution: how each ended; null while it runs. */
  steps: Map<string, Json | null>;
  tokens: Map<string, Token>;
  userGroups: Map<string, UserGroup>;
  scheduled: Map<string, ScheduledMessage>;
  oauthCodes: Map<string, InstallGrant>;
  nextId(prefix: string): string;
  /** A message timestamp, later than every one before. */
  nextTs(): string;
}

export interface StateOptions {
  now: () => number;
  botToken: string;
  appToken: string;
  scopes: readonly string[];
  redirectUrls: readonly string[];
}

/** An empty workspace with its app, the users alice and bob, #general and #security. */
export function createState(options: StateOptions): State {
  let idCount = 0;
  let lastMicroseconds = 0;
  const nextId = (prefix: string) => {
    idCount += 1;
    return `${prefix}${(0x1000 + idCount).toString(36).toUpperCase().padStart(9, '0')}`;
  };
  const bot: User = { id: 'U0SEAWALL', name: 'seawall', realName: 'Seawall', isBot: true };
  const people: User[] = [
    { id: 'U0ALICE00', name: 'alice', realName: 'Alice Archer', isBot: false },
    { id: 'U0BOB0000', name: 'bob', realName: 'Bob Baker', isBot: false },
  ];
  const everyone = [bot, ...people];
  const channel = (id: string, name: string): Channel => ({
    id,
    name,
    kind: 'channel',
    isArchived: false,
    members: new Set(everyone.map((user) => user.id)),
  });
  const channels = [channel('C0GENERAL', 'general'), channel('C0SECURIT', 'security')];
  const token = (value: string, kind: Token['kind'], scopes: readonly string[]): Token => ({
    value,
    kind,
    scopes: new Set(scopes),
    isRevoked: false,
  });
  const tokens = [
    token(options.botToken, 'bot', options.scopes),
    token(options.appToken, 'app', ['connections:write']),
  ];
  return {
    team: { id: 'T0SEAWALL', name: 'Harbour', domain: 'harbour' },
    app: {
      id: 'A0SEAWALL',
      botId: 'B0SEAWALL',
      botUserId: bot.id,
      clientId: '100.200',
      clientSecret: randomBytes(16).toString('hex'),
      redirectUrls: options.redirectUrls,
    },
    users: new Map(everyone.map((user) => [user.id, user])),
    channels: new Map(channels.map((entry) => [entry.id, entry])),
    messages: [],
    files: new Map(),
    uploads: new Map(),
    modals: new Map(),
    homes: new Map(),
    prompts: new Map(),
    statuses: new Map(),
    steps: new Map(),
    tokens: new Map(tokens.map((entry) => [entry.value, entry])),
    userGroups: new Map(),
    scheduled: new Map(),
    oauthCodes: new Map(),
    nextId,
    nextTs() {
      lastMicroseconds = Math.max(lastMicroseconds + 1, Math.floor(options.now() * 1000));
      const seconds = Math.floor(lastMicroseconds / 1e6);
      return `${seconds}.${String(lastMicroseconds % 1e6).padStart(6, '0')}`;
    },
  };
}

/** Finds a channel by id, or by name with or without `#`. */
export function findChannel(state: State, reference: string): Channel | undefined {
  const name = reference.replace(/^#/, '');
  const byId = state.channels.get(reference);
  return byId ?? [...state.channels.values()].find((channel) => channel.name === name);
}

/** Finds a user by id, or by name with or without `@`. */
export function findUser(state: State, reference: string): User | undefined {
  const name = reference.replace(/^@/, '');
  const byId = state.users.get(reference);
  return byId ?? [...state.users.values()].find((user) => user.name === name);
}

/** The direct-message channel between the app and a user; made when there is none. */
export function getDirectChannel(state: State, user: string): Channel {
  const members = new Set([state.app.botUserId, user]);
  const existing = [...state.channels.values()].find(
    (channel) => channel.kind === 'direct' && channel.members.has(user),
  );
  if (existing) return existing;
  const id = state.nextId('D');
  const channel: Channel = { id, name: id, kind: 'direct', isArchived: false, members };
  state.channels.set(id, channel);
  return channel;
}

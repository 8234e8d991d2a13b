import type { Json } from '../../src/blocks/walk.ts';
import { type Channels, createChannels, createPeople, type People } from './administration.ts';
import type { Core } from './core.ts';
import type { Message } from './message.ts';
import { findChannel, findUser, getDirectChannel, type Prompt, type View } from './state.ts';
import { createWatcher } from './watch.ts';

/** Looks into a workspace, or prepares it. */
export interface Looks {
  channels: Channels;
  users: People;
  /** What everybody in the channel sees, thread replies included, in the order of posting. */
  messages(channel: string): Message[];
  /** What only this user sees in the channel. */
  ephemerals(channel: string, user: string): Message[];
  /**
   * The first message of the channel, ephemeral ones included, that fits now or within the time.
   * Asks again after every edit. Rejects with the texts that were there instead.
   */
  waitForMessage(
    channel: string,
    predicate: (message: Message) => boolean,
    timeoutMs: number,
  ): Promise<Message>;
  /** Resolves once the predicate holds; asked after every change of the workspace. */
  waitUntil(predicate: () => boolean, timeoutMs: number): Promise<void>;
  /** Open modals of a user, the visible one last. */
  modals(user: string): View[];
  home(user: string): View | undefined;
  /** What the app suggests to ask in its conversation with a user. */
  prompts(user: string): readonly Prompt[];
  /** What the app says it is doing in a thread; null: nothing. */
  status(channel: string, threadTs: string): string | null;
  /** How a step of a workflow ended; null while it runs. */
  step(execution: string): Json | null;
  revokeToken(token: string): void;
}

/** The controls that look into the workspace or prepare it, without telling the app. */
export function createLooks(core: Core): Looks {
  const { state } = core;
  const watcher = createWatcher(core);
  const idOf = (reference: string) => findUser(state, reference)?.id ?? reference;
  const inChannel = (reference: string) => {
    const id = findChannel(state, reference)?.id;
    if (id === undefined) throw new Error(`no channel ${reference}`);
    return state.messages.filter((message) => message.channel === id);
  };
  return {
    channels: createChannels(core),
    users: createPeople(core),
    messages: (channel) => inChannel(channel).filter((message) => !message.isEphemeral),
    ephemerals: (channel, user) =>
      inChannel(channel).filter((message) => message.ephemeralFor === idOf(user)),
    waitForMessage: (channel, predicate, timeoutMs) =>
      watcher.waitForMessage(() => inChannel(channel), predicate, timeoutMs),
    waitUntil: (predicate, timeoutMs) => watcher.waitUntil(predicate, timeoutMs),
    modals: (user) => state.modals.get(idOf(user)) ?? [],
    home: (user) => state.homes.get(idOf(user)),
    prompts: (user) => state.prompts.get(getDirectChannel(state, idOf(user)).id) ?? [],
    status: (channel, threadTs) =>
      state.statuses.get(`${findChannel(state, channel)?.id} ${threadTs}`) ?? null,
    step: (execution) => state.steps.get(execution) ?? null,
    revokeToken(value) {
      const token = state.tokens.get(value);
      if (!token) throw new Error('no such token');
      token.isRevoked = true;
    },
  };
}

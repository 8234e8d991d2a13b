import type { Core } from './core.ts';
import { type Channel, findChannel, findUser, type User, type UserGroup } from './state.ts';

export interface Channels {
  list(): Channel[];
  /** By id or name. */
  find(reference: string): Channel | undefined;
  /** Everybody is a member; the app is one unless `hasBot` is false. */
  create(input: {
    name: string;
    /** A fresh one when omitted. */
    id?: string;
    isPrivate?: boolean;
    hasBot?: boolean;
  }): Channel;
  archive(reference: string): void;
  /** Opens the channel to another organisation (Slack Connect). */
  share(reference: string): void;
  /** Takes the app out of the channel. */
  removeBot(reference: string): void;
}

export interface People {
  list(): User[];
  /** By id or name. */
  find(reference: string): User | undefined;
  /** Becomes a member of every public channel; of another workspace with the id of its `team`. */
  create(input: { name: string; realName?: string; team?: string }): User;
  /** With an id of its own unless one is given. */
  createGroup(input: { handle: string; users: readonly string[]; id?: string }): UserGroup;
  /** Puts other people into a group; by its id or handle. */
  changeGroup(reference: string, users: readonly string[]): void;
}

export function createChannels(core: Core): Channels {
  const { state } = core;
  const get = (reference: string) => {
    const channel = findChannel(state, reference);
    if (!channel) throw new Error(`no channel ${reference}`);
    return channel;
  };
  return {
    list: () => [...state.channels.values()],
    find: (reference) => findChannel(state, reference),
    create({ name, id = state.nextId('C'), isPrivate = false, hasBot = true }) {
      const members = new Set(state.users.keys());
      if (!hasBot) members.delete(state.app.botUserId);
      const kind = isPrivate ? 'private-channel' : 'channel';
      const channel: Channel = { id, name, kind, isArchived: false, members };
      state.channels.set(id, channel);
      core.journal.notifyChange();
      return channel;
    },
    archive(reference) {
      get(reference).isArchived = true;
    },
    share(reference) {
      get(reference).isShared = true;
    },
    removeBot(reference) {
      get(reference).members.delete(state.app.botUserId);
    },
  };
}

export function createPeople(core: Core): People {
  const { state } = core;
  const idsOf = (users: readonly string[]) =>
    users.map((reference) => findUser(state, reference)?.id ?? reference);
  return {
    list: () => [...state.users.values()],
    find: (reference) => findUser(state, reference),
    create({ name, realName = name, team }) {
      const user: User = {
        id: state.nextId('U'),
        name,
        realName,
        isBot: false,
        ...(team && { team }),
      };
      state.users.set(user.id, user);
      for (const channel of state.channels.values()) {
        if (channel.kind === 'channel') channel.members.add(user.id);
      }
      return user;
    },
    createGroup({ handle, users, id = state.nextId('S') }) {
      const group: UserGroup = { id, handle, users: idsOf(users) };
      state.userGroups.set(group.id, group);
      return group;
    },
    changeGroup(reference, users) {
      const group = [...state.userGroups.values()].find(
        ({ id, handle }) => id === reference || handle === reference,
      );
      if (!group) throw new Error(`no group ${reference}`);
      group.users = idsOf(users);
    },
  };
}

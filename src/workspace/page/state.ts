import type { Core } from '../core.ts';
import { imageType } from '../files-http.ts';
import { findChannel, findUser } from '../state.ts';

/** The shortcut on messages that the app's manifest declares. */
export const messageShortcut = { callbackId: 'ask_about_message', name: 'Ask Seawall about this' };

function isImage({ state }: Core, id: string): boolean {
  const file = state.files.get(id);
  return file !== undefined && imageType(file) !== null;
}

/** What the page shows a user of a channel; unknown names fall back to alice and #security. */
export function readPageState(core: Core, channelName: string, userName: string): object {
  const { state } = core;
  const people = [...state.users.values()].filter((user) => !user.isBot);
  const user = findUser(state, userName) ?? people[0];
  const channels = [...state.channels.values()].filter(
    ({ kind, members }) => kind !== 'direct' || members.has(user?.id ?? ''),
  );
  const channel = findChannel(state, channelName) ?? findChannel(state, 'security') ?? channels[0];
  const home = state.homes.get(user?.id ?? '');
  const modal = state.modals.get(user?.id ?? '')?.at(-1);
  const messages = state.messages.filter(
    (message) =>
      message.channel === channel?.id &&
      (!message.isEphemeral || message.ephemeralFor === user?.id),
  );
  const named = [...state.users.values(), ...state.channels.values()];
  return {
    team: state.team.name,
    user: user?.id,
    channel: channel?.id,
    users: people.map(({ id, name }) => ({ id, name })),
    channels: channels.map(({ id, name, kind }) => ({
      id,
      name: kind === 'direct' ? 'Direct messages' : `#${name}`,
    })),
    shortcut: messageShortcut.name,
    home: home ? { id: home.id, blocks: home.content.blocks } : null,
    names: {
      USLACKBOT: 'Slackbot',
      ...Object.fromEntries(named.map(({ id, name }) => [id, name])),
      ...Object.fromEntries([...state.userGroups.values()].map(({ id, handle }) => [id, handle])),
    },
    messages: messages.map((message) => ({
      ...message,
      edits: message.edits.length,
      files: message.files.map((file) => ({ ...file, isImage: isImage(core, file.id) })),
    })),
    modal: modal ? { ...modal.content, errors: modal.errors } : null,
  };
}

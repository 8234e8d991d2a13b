import { isJson, type Json } from '../../../src/blocks/walk.ts';
import type { Core } from '../core.ts';
import { imageType } from '../files-http.ts';
import type { Message } from '../message.ts';
import { type Channel, findChannel, findUser, getDirectChannel, type View } from '../state.ts';
import type { PageClock } from './page-options.ts';
import type { PageChannel, PageMessage, PageModal, PageState } from './page-state.ts';
import type { ReadMarks } from './read-marks.ts';

/** The shortcut on messages that the app's manifest declares. */
export const messageShortcut = { callbackId: 'ask_about_message', name: 'Ask Seawall about this' };

export interface PageStateParts {
  core: Core;
  marks: ReadMarks;
  clock: PageClock | undefined;
}

/**
 * What the page shows a user of a channel; unknown names fall back to alice and #security, and somebody else's
 * conversation with the app to the user's own.
 */
export async function readPageState(
  { core, marks, clock }: PageStateParts,
  channelName: string,
  userName: string,
): Promise<PageState> {
  const { state } = core;
  const people = [...state.users.values()].filter((user) => !user.isBot);
  const user = findUser(state, userName) ?? people[0];
  if (!user) throw new Error('a workspace has people');
  const direct = getDirectChannel(state, user.id);
  const channels = [...state.channels.values()].filter(
    ({ kind, members, isArchived }) =>
      !isArchived &&
      (kind !== 'direct' || members.has(user.id)) &&
      (kind !== 'private-channel' || members.has(user.id)),
  );
  const asked = findChannel(state, channelName);
  const channel =
    channels.find((one) => one === asked) ??
    (asked?.kind === 'direct' ? direct : findChannel(state, 'security')) ??
    direct;
  const visibleIn = ({ id }: Channel) =>
    state.messages.filter(
      (message) =>
        message.channel === id && (!message.isEphemeral || message.ephemeralFor === user.id),
    );
  const toPageChannel = (one: Channel): PageChannel => ({
    id: one.id,
    name: one === direct ? (state.users.get(state.app.botUserId)?.realName ?? one.name) : one.name,
    kind: one.kind,
    unread: countUnread(visibleIn(one), user.id, marks.find(user.id, one.id)),
  });
  const home = state.homes.get(user.id);
  const modal = state.modals.get(user.id)?.at(-1);
  return {
    team: state.team.name,
    user: user.id,
    bot: state.app.botUserId,
    channel: channel.id,
    users: people.map(({ id, name, realName }) => ({ id, name, realName })),
    channels: channels.map(toPageChannel),
    shortcut: messageShortcut.name,
    home: home ? { blocks: blocksOf(home) } : null,
    names: namesOf(core),
    messages: visibleIn(channel).map((message) => toPageMessage(core, message)),
    modal: modal ? toPageModal(modal) : null,
    prompts: state.prompts.get(channel.id) ?? [],
    statuses: [...state.statuses]
      .filter(([place]) => place.startsWith(`${channel.id} `))
      .map(([, status]) => status),
    clock: clock ? { aheadMs: clock.aheadMs(), next: await clock.findNext() } : null,
  };
}

const blocksOf = ({ content }: View): Json[] =>
  Array.isArray(content.blocks) ? content.blocks.filter(isJson) : [];

const isUnread = (message: Message, user: string, mark: string) =>
  message.thread_ts === undefined && message.user !== user && message.ts > mark;

function countUnread(messages: readonly Message[], user: string, mark: string): number {
  return messages.filter((message) => isUnread(message, user, mark)).length;
}

function namesOf({ state }: Core): Record<string, string> {
  const named = [...state.users.values(), ...state.channels.values()];
  const groups = [...state.userGroups.values()];
  return {
    USLACKBOT: 'Slackbot',
    ...Object.fromEntries(named.map(({ id, name }) => [id, name])),
    ...Object.fromEntries(groups.map(({ id, handle }) => [id, handle])),
  };
}

function toPageMessage({ state }: Core, message: Message): PageMessage {
  const { ts, thread_ts, user, text, blocks, isEphemeral, isFromApp, isStreaming } = message;
  const files = message.files.map(({ id, title }) => {
    const file = state.files.get(id);
    return {
      id,
      title,
      name: file?.name ?? title,
      bytes: file?.content?.length ?? 0,
      isImage: file !== undefined && imageType(file) !== null,
    };
  });
  return {
    ts,
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...{ user, text, blocks, isEphemeral, isFromApp, isStreaming, files },
    isEdited: message.edits.length > 0,
  };
}

function toPageModal(view: View): PageModal {
  const { title, submit, close } = view.content;
  const textOf = (value: unknown) =>
    isJson(value) && typeof value.text === 'string' ? value.text : null;
  return {
    id: view.rootId,
    title: textOf(title) ?? '',
    submit: textOf(submit),
    close: textOf(close) ?? 'Close',
    blocks: blocksOf(view),
    errors: view.errors,
  };
}

import type { Json } from '../../src/blocks/walk.ts';
import { type Core, post } from './core.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import type { Message } from './message.ts';
import type { ResponseTarget, ResponseUrls } from './response-urls.ts';
import { type Channel, findChannel, findUser, type User } from './state.ts';

/** What the actions of people share. */
export interface Scene {
  core: Core;
  dispatcher: Dispatcher;
  responseUrls: ResponseUrls;
}

/** A user acting, with the trigger and the response address that go with it. */
export interface Start {
  user: User;
  triggerId: string;
  /** Empty where nobody can be answered. */
  responseUrl: string;
}

export interface ChannelStart extends Start {
  channel: Channel;
  target: ResponseTarget;
}

/** By id or name; throws for an unknown one. */
export function getUser(core: Core, reference = 'alice'): User {
  const user = findUser(core.state, reference);
  if (!user) throw new Error(`no user ${reference}`);
  return user;
}

/** By id or name; throws for an unknown one. */
export function getChannel(core: Core, reference = 'security'): Channel {
  const channel = findChannel(core.state, reference);
  if (!channel) throw new Error(`no channel ${reference}`);
  return channel;
}

/** The message with this timestamp; throws when the user cannot see one. */
export function getVisibleMessage(core: Core, channel: Channel, ts: string, user: User): Message {
  const message = core.state.messages.find(
    (candidate) =>
      candidate.channel === channel.id &&
      candidate.ts === ts &&
      (!candidate.isEphemeral || candidate.ephemeralFor === user.id),
  );
  if (!message) throw new Error(`no message ${ts} that ${user.name} can see in ${channel.name}`);
  return message;
}

/** A user acting outside of any channel. */
export function start({ core }: Scene, user: User): Start {
  return { user, triggerId: core.triggers.issue(user.id), responseUrl: '' };
}

/** A user acting in a channel, on a message or not. */
export function startIn(
  scene: Scene,
  channel: Channel,
  user: User,
  original: Message | null = null,
): ChannelStart {
  const target = { channel: channel.id, user: user.id, original };
  const responseUrl = scene.responseUrls.issue(target);
  return { ...start(scene, user), responseUrl, channel, target };
}

/** Sends an interaction to the app. */
export async function interact(
  { dispatcher }: Scene,
  payload: Json,
  { triggerId, responseUrl, channel }: Start & { channel?: Channel },
): Promise<Delivery> {
  const where = channel ? { channel: channel.id } : {};
  const address = { ...where, triggerId, responseUrl };
  return (await dispatcher.dispatch('interactivity', payload, address)).delivery;
}

/** Posts what a person wrote. */
export function write(
  core: Core,
  input: { channel?: string; user?: string; text: string; threadTs?: string },
): Message {
  return post(core, {
    channel: getChannel(core, input.channel).id,
    user: getUser(core, input.user).id,
    text: input.text,
    blocks: [],
    attachments: [],
    ...(input.threadTs === undefined ? {} : { threadTs: input.threadTs }),
    isFromApp: false,
  });
}

import type { Surface } from '../../../src/blocks/block.ts';
import { validateBlocks } from '../../../src/blocks/validate.ts';
import { ApiError, findJson, findText, getChannel, getText, type Handler } from './call.ts';
import { getMessage } from './chat.ts';

const addReaction: Handler = (call) => {
  const { core } = call;
  const channel = getChannel(call);
  if (channel.isArchived) throw new ApiError('is_archived');
  const name = getText(call, 'name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new ApiError('invalid_name');
  const message = getMessage(call, channel, 'timestamp');
  const user = core.state.app.botUserId;
  const reaction = message.reactions.find((candidate) => candidate.name === name);
  if (reaction?.users.includes(user)) throw new ApiError('already_reacted');
  if (reaction) reaction.users.push(user);
  else message.reactions.push({ name, users: [user] });
  core.journal.notifyChange();
  return {};
};

const surfaces: readonly string[] = ['message', 'modal', 'home'] satisfies Surface[];

const isSurface = (name: string): name is Surface => surfaces.includes(name);

const checkBlocks: Handler = (call) => {
  const surface = findText(call, 'surface') ?? 'message';
  const blocks = findJson(call, 'blocks');
  if (!Array.isArray(blocks) || !isSurface(surface)) throw new ApiError('invalid_arguments');
  const errors = validateBlocks(blocks, surface).map(({ pointer, message, rule }) => ({
    pointer,
    message,
    code: rule,
    constraint: rule,
  }));
  return { errors };
};

export const otherHandlers: Record<string, Handler> = {
  'reactions.add': addReaction,
  'blocks.validate': checkBlocks,
};

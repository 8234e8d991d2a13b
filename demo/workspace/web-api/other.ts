import type { Problem } from '../../../src/blocks/problem.ts';
import { validateBlocks, validateMessage, validateView } from '../../../src/blocks/validate.ts';
import { isJson } from '../../../src/blocks/walk.ts';
import { ApiError, findJson, getChannel, getText, type Handler } from './call.ts';
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

/** What is judged by its argument, of which Slack takes exactly one, and what is wrong with it. */
const judges: Readonly<Record<string, (value: unknown) => readonly Problem[] | undefined>> = {
  blocks: (value) => (Array.isArray(value) ? validateBlocks(value, 'message') : undefined),
  message: (value) => (isJson(value) ? validateMessage(value) : undefined),
  view: (value) => (isJson(value) ? validateView(value) : undefined),
};

/** Slack refuses what is invalid (`invalid_message`), and says where in `errors`. */
const checkBlocks: Handler = (call) => {
  const given = Object.keys(judges).filter((name) => findJson(call, name) !== undefined);
  const [name = '', ...others] = given;
  const problems = others.length === 0 ? judges[name]?.(findJson(call, name)) : undefined;
  if (problems === undefined) throw new ApiError('invalid_arguments');
  if (problems.length === 0) return {};
  const errors = problems.map(({ pointer, message, rule }) => ({
    pointer,
    message,
    code: 'failed_constraint',
    constraint: { type: rule },
  }));
  throw new ApiError(`invalid_${name}`, { errors });
};

export const otherHandlers: Record<string, Handler> = {
  'reactions.add': addReaction,
  'blocks.validate': checkBlocks,
};

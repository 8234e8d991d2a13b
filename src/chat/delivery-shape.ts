import { isRecord } from '../shared/record.ts';

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrLeftOut = (value: unknown): boolean =>
  value === undefined || value === null || isText(value);

/**
 * True for what can be the command, click, form, shortcut or event that it says it is: what listeners
 * count on is there and of its type. Bolt acknowledges nothing that it does not know the type of, and
 * rejects where nobody listens for some of what is no object.
 */
export function isDelivery(body: unknown): boolean {
  if (!isRecord(body)) return false;
  if (body.event !== undefined) return isRecord(body.event) && isEvent(body.event);
  if (body.command !== undefined) {
    const needed = [body.command, body.user_id, body.channel_id, body.text, body.trigger_id];
    return needed.every(isText) && isTextOrLeftOut(body.response_url);
  }
  return isInteraction(body) && isTextOrLeftOut(body.response_url);
}

function isEvent(event: Fields): boolean {
  const { type, user, channel, text, ts, thread_ts: threadTs } = event;
  if (!isText(type)) return false;
  if (type === 'function_executed') return isStep(event);
  // Of what others are about, such as a channel that was made, nothing is read.
  const isHeard = ['app_mention', 'message', 'app_home_opened', 'member_joined_channel'];
  return !isHeard.includes(type) || [user, channel, text, ts, threadTs].every(isTextOrLeftOut);
}

/** A step of a workflow that is to be done. */
const isStep = ({ function: step, inputs, function_execution_id: id }: Fields): boolean =>
  hasText(step, 'callback_id') && isRecord(inputs) && isText(id);

function isInteraction(body: Fields): boolean {
  const { type, user, channel } = body;
  const isPlaced = channel === undefined || channel === null || hasText(channel, 'id');
  // Slack leaves the trigger of a form out at times.
  const isTriggered = isText(body.trigger_id) || (type === 'view_submission' && !body.trigger_id);
  if (!hasText(user, 'id') || !isTriggered || !isPlaced) return false;
  switch (type) {
    case 'block_actions': {
      const [action] = Array.isArray(body.actions) ? (body.actions as unknown[]) : [];
      return hasText(action, 'action_id') && hasText(action, 'type') && isRecord(body.container);
    }
    case 'view_submission':
      return isRecord(body.view) && isForm(body.view);
    case 'message_action':
      return isText(body.callback_id) && isRecord(body.message) && isRecord(channel);
    case 'shortcut':
      return isText(body.callback_id);
    default:
      return false;
  }
}

function isForm({ id, callback_id: callbackId, private_metadata: token, state }: Fields): boolean {
  const values = isRecord(state) ? state.values : undefined;
  return [id, callbackId, token].every(isText) && isRecord(values) && areAll(values, isBlock);
}

const isBlock = (block: unknown): boolean => isRecord(block) && areAll(block, isRecord);

const areAll = (fields: Fields, isRight: (value: unknown) => boolean): boolean =>
  Object.values(fields).every(isRight);

const hasText = (value: unknown, key: string): boolean => isRecord(value) && isText(value[key]);

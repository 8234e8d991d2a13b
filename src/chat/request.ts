import { fieldsOf } from '../shared/record.ts';
import { clamp } from '../shared/text.ts';
import type { AskedAt } from './place.ts';

/** Somebody asks for something: who, where, and how an answer gets there. */
export type Request = {
  user: string;
  channel: string | null;
  what: string;
  /** The same for a delivery that comes again; null for a form, whose token is used up once. */
  key: string | null;
} & (
  | { kind: 'asked'; at: AskedAt }
  /** A form, whose acknowledgement shows what is wrong at a block. */
  | { kind: 'form'; block: string }
  | { kind: 'home' }
  /** A step of a workflow, which stands for no person: `user` names the step, whatever workflow has it. */
  | { kind: 'step' }
);

type Fields = Readonly<Record<string, unknown>>;

const WHAT_LENGTH = 200;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * The request in a delivery of Slack, in the one shape for all kinds. Null for what nobody asks, such as
 * that the app was removed, and for what Seawall does not listen to.
 */
export function readRequest(body: unknown): Request | null {
  const fields = fieldsOf(body);
  if (fields.event !== undefined) return readEvent(fieldsOf(fields.event), fields.event_id);
  if (typeof fields.command === 'string') return readCommand(fields);
  switch (fields.type) {
    case 'block_actions':
      return readPressed(fields, 'a button', 'action');
    case 'message_action':
      return readPressed(fields, 'a shortcut', 'shortcut');
    case 'view_submission':
      return readForm(fields);
    default:
      return null;
  }
}

function readCommand(fields: Fields): Request | null {
  const [user, channel] = [textOf(fields.user_id), textOf(fields.channel_id)];
  if (user === undefined || channel === undefined) return null;
  const what = clamp(`${String(fields.command)} ${textOf(fields.text) ?? ''}`.trim(), WHAT_LENGTH);
  const at = { channel, user, responseUrl: textOf(fields.response_url) };
  return { kind: 'asked', user, channel, what, key: keyOf('command', fields.trigger_id), at };
}

const keyOf = (kind: string, id: unknown): string | null =>
  textOf(id) === undefined ? null : `${kind}:${String(id)}`;

function readPressed(fields: Fields, what: string, kind: string): Request | null {
  const user = textOf(fieldsOf(fields.user).id);
  if (user === undefined) return null;
  const channel = textOf(fieldsOf(fields.channel).id) ?? null;
  const threadTs = textOf(fieldsOf(fields.container).thread_ts);
  const responseUrl = textOf(fields.response_url);
  // What is pressed on the Home tab is answered in the direct message with the app.
  const at = { channel: channel ?? user, user, threadTs, responseUrl };
  return { kind: 'asked', user, channel, what, key: keyOf(kind, fields.trigger_id), at };
}

function readForm(fields: Fields): Request | null {
  const user = textOf(fieldsOf(fields.user).id);
  if (user === undefined) return null;
  const [block = 'reason'] = Object.keys(fieldsOf(fieldsOf(fieldsOf(fields.view).state).values));
  return { kind: 'form', user, channel: null, what: 'a form', key: null, block };
}

function readEvent(event: Fields, id: unknown): Request | null {
  if (event.type === 'function_executed') return readStep(event);
  const key = keyOf('event', id);
  const [user, channel] = [textOf(event.user), textOf(event.channel)];
  if (user === undefined || channel === undefined || event.bot_id) return null;
  if (event.type === 'app_home_opened') {
    return event.tab === 'home' ? { kind: 'home', user, channel, what: 'the Home tab', key } : null;
  }
  const isDirect =
    event.type === 'message' && event.channel_type === 'im' && event.subtype === undefined;
  if (event.type !== 'app_mention' && !isDirect) return null;
  const ts = isDirect ? undefined : textOf(event.ts);
  const at = { channel, user, threadTs: textOf(event.thread_ts) ?? ts };
  const what = clamp(textOf(event.text) ?? '', WHAT_LENGTH);
  return { kind: 'asked', user, channel, what, key, at };
}

/** Slack names the run of a step, and says of which workflow it is to nobody. */
function readStep(event: Fields): Request | null {
  const callbackId = textOf(fieldsOf(event.function).callback_id);
  if (callbackId === undefined) return null;
  const user = `step ${clamp(callbackId, WHAT_LENGTH)}`;
  const key = keyOf('step', event.function_execution_id);
  return { kind: 'step', user, channel: null, what: user, key };
}

/** True for a click whose label says that a form follows: Slack waits three seconds for it. */
export function opensForm(body: unknown): boolean {
  const { type, actions } = fieldsOf(body);
  if (type !== 'block_actions' || !Array.isArray(actions)) return false;
  const action = fieldsOf(actions[0]);
  const { text } = fieldsOf(action.text ?? fieldsOf(action.selected_option).text);
  return textOf(text)?.endsWith('…') ?? false;
}

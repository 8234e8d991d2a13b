import type { App, BlockAction } from '@slack/bolt';
import { askAboutText } from '../command/unlisted/ask-about-text.ts';
import { ACTION_PREFIX } from '../views/buttons.ts';
import type { Click, Interaction } from './click.ts';
import { handleHomeOpened } from './home.ts';
import { handleClick } from './interactions.ts';
import { type FormValues, handleSubmission } from './submissions.ts';

/** Callback id of the shortcut on messages, as in the app's manifest. */
const ASK_ABOUT_MESSAGE = 'ask_about_message';

/**
 * Connects what people press, send off and open to what answers it. Slack is acknowledged before any
 * work, but for forms, whose mistakes are part of the acknowledgement.
 */
export function addInteractionListeners(app: App, interaction: Interaction): void {
  const { dispatcher, ways, parts } = interaction;

  app.action(/^/, async ({ ack, body }) => {
    await ack();
    const click = body.type === 'block_actions' ? toClick(body) : null;
    if (click) void dispatcher.track(handleClick(interaction, click));
  });

  app.view({ type: 'view_submission', callback_id: /^/ }, async ({ ack, body, view }) => {
    const submission = {
      viewId: view.id,
      token: view.private_metadata,
      user: body.user.id,
      triggerId: 'trigger_id' in body ? body.trigger_id : view.id,
      values: toValues(view.state.values),
    };
    await dispatcher.track(
      handleSubmission(interaction, submission, (word) => (word === undefined ? ack() : ack(word))),
    );
  });

  app.shortcut(/^/, async ({ ack, shortcut }) => {
    await ack();
    if (shortcut.type !== 'message_action' || shortcut.callback_id !== ASK_ABOUT_MESSAGE) return;
    const { channel, user, message, trigger_id: triggerId, response_url: responseUrl } = shortcut;
    const hosts = parts.channelHosts.get(channel.id) ?? [];
    const text = messageText(message).join('\n');
    void dispatcher.dispatch(
      {
        text: '',
        channel: channel.id,
        user: user.id,
        responseUrl,
        deliveryKey: `shortcut:${triggerId}`,
        parse: () => askAboutText(text, hosts),
      },
      ways,
    );
  });

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const { user, channel } = event;
    const deliveryKey = `event:${body.event_id}`;
    void dispatcher.track(handleHomeOpened(interaction, { user, channel, deliveryKey }));
  });
}

/** A click on one of our buttons or on an entry of our menu; null for anything else. */
function toClick(body: BlockAction): Click | null {
  const [action] = body.actions;
  if (!action?.action_id.startsWith(`${ACTION_PREFIX}-`)) return null;
  const pressed = pressedPart(action);
  if (pressed === null) return null;
  const { thread_ts: threadTs, message_ts: messageTs, is_ephemeral: isEphemeral } = body.container;
  return {
    ...pressed,
    opensForm: pressed.label.endsWith('…'),
    channel: body.channel?.id ?? null,
    user: body.user.id,
    userName: 'name' in body.user ? String(body.user.name) : body.user.username,
    threadTs: typeof threadTs === 'string' ? threadTs : undefined,
    messageTs: typeof messageTs === 'string' && isEphemeral !== true ? messageTs : null,
    responseUrl: body.response_url || undefined,
    triggerId: body.trigger_id,
  };
}

function pressedPart(action: BlockAction['actions'][number]) {
  if (action.type === 'button') return { token: action.value ?? '', label: action.text.text };
  if (action.type !== 'overflow') return null;
  const { value, text } = action.selected_option;
  return { token: value, label: text.text };
}

interface FieldState {
  value?: string | null;
  selected_option?: { value?: string } | null;
  selected_options?: readonly { value?: string }[] | null;
  selected_date?: string | null;
}

/** What was chosen in each block of a form; a block of ours has one element. */
function toValues(blocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>): FormValues {
  const values = Object.entries(blocks).map(([block, elements]) => {
    const [state = {}] = Object.values(elements) as FieldState[];
    const chosen = Array.isArray(state.selected_options) ? state.selected_options : undefined;
    const many = chosen?.flatMap((option: { value?: string } | null) => option?.value ?? []);
    const one = state.value ?? state.selected_option?.value ?? state.selected_date ?? null;
    return [block, many ?? one] as const;
  });
  return Object.fromEntries(values);
}

/** Every text of a message: apps put theirs into blocks. Untrusted, only looked through for names. */
function messageText(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(messageText);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string' ? [item] : messageText(item),
  );
}

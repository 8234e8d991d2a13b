import type { App, BlockAction } from '@slack/bolt';
import { askAboutText } from '../command/unlisted/ask-about-text.ts';
import { ACTION_PREFIX } from '../views/buttons.ts';
import type { Click, Interaction } from './click.ts';
import { deliveryOf } from './deliveries.ts';
import { handleHomeOpened, suggestPrompts } from './home.ts';
import { handleClick } from './interactions.ts';
import { opensForm } from './request.ts';
import type { FormValues } from './submission.ts';
import { handleSubmission } from './submissions.ts';
import { textLines } from './text-lines.ts';

const ours = new RegExp(`^${ACTION_PREFIX}-`);

/** Callback id of the shortcut on messages, as in the app's manifest. */
const ASK_ABOUT_MESSAGE = 'ask_about_message';

/**
 * Connects what people press, send off and open to what answers it. All but forms is acknowledged
 * already; their mistakes are part of the acknowledgement.
 */
export function addInteractionListeners(app: App, interaction: Interaction): void {
  const { dispatcher } = interaction;

  app.action({ type: 'block_actions', action_id: ours }, async ({ body, context }) => {
    const pressed = toClick(body);
    if (pressed) await handleClick(interaction, { ...pressed, delivery: deliveryOf(context) });
  });

  app.view({ type: 'view_submission', callback_id: /^/ }, async ({ ack, body, view }) => {
    const submission = {
      viewId: view.id,
      token: view.private_metadata,
      user: body.user.id,
      userName: body.user.name,
      values: toValues(view.state.values),
    };
    await handleSubmission(interaction, submission, (word) =>
      word === undefined ? ack() : ack(word),
    );
  });

  const asking = { type: 'message_action', callback_id: ASK_ABOUT_MESSAGE } as const;
  app.shortcut(asking, async ({ shortcut, context }) => {
    const delivery = await deliveryOf(context);
    if (delivery === null) return;
    const { channel, user, message, response_url: responseUrl } = shortcut;
    const text = textLines(message).join('\n');
    const asker = { channel: channel.id, user: user.id, userName: user.name, responseUrl };
    await dispatcher.dispatch({ ...asker, delivery, asks: () => askAboutText(text) });
  });

  app.event('app_home_opened', async ({ event }) => {
    const { tab, user, channel } = event;
    if (tab === 'home') await handleHomeOpened(interaction, { user, channel });
    else await suggestPrompts(interaction, { user, channel });
  });
}

/** A click on one of our buttons or on an entry of our menu; null for anything else. */
function toClick(body: BlockAction): Omit<Click, 'delivery'> | null {
  const [action] = body.actions;
  const token = action && tokenOf(action);
  if (token === undefined) return null;
  const { thread_ts: threadTs, message_ts: messageTs, is_ephemeral: isEphemeral } = body.container;
  return {
    token,
    opensForm: opensForm(body),
    channel: body.channel?.id ?? null,
    user: body.user.id,
    userName: 'name' in body.user ? String(body.user.name) : body.user.username,
    threadTs: typeof threadTs === 'string' ? threadTs : undefined,
    messageTs: typeof messageTs === 'string' && isEphemeral !== true ? messageTs : null,
    responseUrl: body.response_url || undefined,
    triggerId: body.trigger_id,
  };
}

function tokenOf(action: BlockAction['actions'][number]): string | undefined {
  if (action.type === 'button') return action.value ?? '';
  if (action.type === 'feedback_buttons') return action.value;
  return action.type === 'overflow' ? action.selected_option.value : undefined;
}

interface FieldState {
  value?: string | null;
  selected_option?: { value?: string } | null;
  selected_options?: readonly { value?: string }[] | null;
  selected_date?: string | null;
  selected_user?: string | null;
  selected_conversation?: string | null;
}

/** What was chosen in each block of a form; a block of ours has one element. */
function toValues(blocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>): FormValues {
  const values = Object.entries(blocks).map(([block, elements]) => {
    const [state = {}] = Object.values(elements) as FieldState[];
    const chosen = Array.isArray(state.selected_options) ? state.selected_options : undefined;
    const many = chosen?.flatMap((option: { value?: string } | null) => option?.value ?? []);
    const one =
      state.value ??
      state.selected_option?.value ??
      state.selected_date ??
      state.selected_user ??
      state.selected_conversation ??
      null;
    return [block, many ?? one] as const;
  });
  return Object.fromEntries(values);
}

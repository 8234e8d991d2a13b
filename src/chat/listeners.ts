import type { App } from '@slack/bolt';
import type { Intent } from '../ports/intent.ts';
import type { Interaction } from './click.ts';
import { deliveryOf } from './deliveries.ts';
import { openFormFor } from './forms.ts';

/** Lines that people type: what comes here is acknowledged, from the own workspace, and no repetition. */
export function addListeners(app: App, interaction: Interaction): void {
  const { dispatch } = interaction.dispatcher;

  // Whoever installs the app may name its command as they like.
  app.command(/^\//, async ({ body, context }) => {
    const delivery = await deliveryOf(context);
    if (delivery === null) return;
    const { text: asks, channel_id: channel, user_id: user, response_url: responseUrl } = body;
    const asker = { channel, user, userName: body.user_name, responseUrl };
    const openForm = (form: Intent, why: string) =>
      openFormFor(interaction, { ...asker, triggerId: body.trigger_id }, form, why);
    await dispatch({ asks, ...asker, delivery, openForm });
  });

  app.event('app_mention', async ({ event, context }) => {
    const delivery = await deliveryOf(context);
    if (!event.user || event.bot_id || delivery === null) return;
    const { user, channel } = event;
    const asks = withoutMention(event.text, context.botUserId);
    await dispatch({ asks, channel, user, threadTs: event.thread_ts ?? event.ts, delivery });
  });

  // A direct message is a command line. Edits, joins and the like have a subtype.
  app.message(async ({ event, context }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id) return;
    const delivery = await deliveryOf(context);
    if (delivery === null) return;
    const { user, channel, thread_ts: threadTs } = event;
    const asks = withoutMention(event.text ?? '', context.botUserId);
    await dispatch({ asks, channel, user, threadTs, delivery });
  });
}

/** The mention stands first, or wherever the person put it; those of others belong to the line. */
function withoutMention(text: string, botUserId: string | undefined): string {
  // Bounded, so that a text full of beginnings is read once.
  return text.replaceAll(/<@([A-Z0-9]{1,64})(?:\|[^<>]{0,200})?>/g, (mention, id: string) =>
    id === botUserId ? ' ' : mention,
  );
}

import type { App } from '@slack/bolt';
import type { Dispatcher, Ways } from './dispatcher.ts';

/**
 * Connects Slack's deliveries to the dispatcher. Slack is acknowledged before any work, and nothing
 * is awaited after it: Bolt would hold the request open.
 */
export function addListeners(app: App, dispatcher: Dispatcher, ways: Ways): void {
  app.command(/^/, async ({ ack, body }) => {
    await ack();
    void dispatcher.dispatch(
      {
        text: body.text,
        channel: body.channel_id,
        user: body.user_id,
        responseUrl: body.response_url,
        deliveryKey: `command:${body.trigger_id}`,
      },
      ways,
    );
  });

  app.event('app_mention', async ({ event, body, context }) => {
    if (!event.user || event.bot_id) return;
    void dispatcher.dispatch(
      {
        text: withoutMention(event.text, context.botUserId),
        channel: event.channel,
        user: event.user,
        threadTs: event.thread_ts ?? event.ts,
        deliveryKey: `event:${body.event_id}`,
      },
      ways,
    );
  });

  // A direct message is a command line. Edits, joins and the like have a subtype.
  app.message(async ({ event, body, context }) => {
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id) return;
    void dispatcher.dispatch(
      {
        text: withoutMention(event.text ?? '', context.botUserId),
        channel: event.channel,
        user: event.user,
        threadTs: event.thread_ts,
        deliveryKey: `event:${body.event_id}`,
      },
      ways,
    );
  });
}

/** The mention stands first, or wherever the person put it; those of others belong to the line. */
function withoutMention(text: string, botUserId: string | undefined): string {
  // Bounded, so that a text full of beginnings is read once.
  return text.replaceAll(/<@([A-Z0-9]{1,64})(?:\|[^<>]{0,200})?>/g, (mention, id: string) =>
    id === botUserId ? ' ' : mention,
  );
}

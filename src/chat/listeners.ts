import type { App } from '@slack/bolt';
import { RUN_ACTION } from '../views/slack-messages.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * Connects Slack's deliveries to the dispatcher. Slack is acknowledged before any work, and nothing
 * is awaited after it: Bolt would hold the request open.
 */
export function addListeners(app: App, dispatcher: Dispatcher, outgoing: Outgoing): void {
  app.command(/.*/, async ({ ack, body }) => {
    await ack();
    void dispatcher.dispatch(
      {
        text: body.text,
        channel: body.channel_id,
        user: body.user_id,
        responseUrl: body.response_url,
        deliveryKey: `command:${body.trigger_id}`,
      },
      outgoing,
    );
  });

  app.action(/.*/, async ({ ack, body, action }) => {
    await ack();
    if (body.type !== 'block_actions' || action.type !== 'button') return;
    if (!('action_id' in action) || !action.action_id.startsWith(`${RUN_ACTION}-`)) return;
    void dispatcher.dispatch(
      {
        text: action.value ?? '',
        channel: body.channel?.id ?? body.user.id,
        user: body.user.id,
        responseUrl: body.response_url,
        deliveryKey: `action:${body.trigger_id}`,
      },
      outgoing,
    );
  });

  app.event('app_mention', async ({ event, body }) => {
    if (!event.user) return;
    void dispatcher.dispatch(
      {
        // The mention itself stands first, or wherever the person put it.
        text: event.text.replace(/<@[^>]+>/, ' '),
        channel: event.channel,
        user: event.user,
        threadTs: event.thread_ts ?? event.ts,
        deliveryKey: `event:${body.event_id}`,
      },
      outgoing,
    );
  });
}

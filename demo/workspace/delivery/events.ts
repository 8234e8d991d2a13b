import type { Json } from '../../../src/blocks/walk.ts';
import { table } from '../../../src/shared/table.ts';
import type { Core } from '../core.ts';
import type { Delivery } from './delivery.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Slack tries again at once, after one minute and after five. */
const retryDelaysMs: readonly number[] = [0, 60_000, 300_000];

const reasons = table<string>({
  operation_timeout: 'http_timeout',
  dispatch_failed: 'connection_failed',
});

/** The outer object around an event. */
export function wrapEvent(core: Core, event: Json): Json {
  const { app, team, users } = core.state;
  // Where it happened, which is not where the app is installed when another workspace's person did it.
  const author = users.get(typeof event.user === 'string' ? event.user : '');
  return {
    token: 'verification-token',
    team_id: author?.team ?? team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: core.state.nextId('Ev'),
    event_time: Math.floor(core.scheduler.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true },
    ],
    is_ext_shared_channel: core.state.channels.get(String(event.channel))?.isShared ?? false,
    event_context: `4-${core.state.nextId('ctx')}`,
  };
}

/** Sends an event; gives the first attempt, whose `retries` grow on the retry clock. */
export async function deliverEvent(
  core: Core,
  dispatcher: Dispatcher,
  event: Json,
): Promise<Delivery> {
  const payload = wrapEvent(core, event);
  const address = typeof event.channel === 'string' ? { channel: event.channel } : {};
  const first = await dispatcher.dispatch('event', payload, address);

  const scheduleRetry = (failed: Delivery, number: number) => {
    const delayMs = retryDelaysMs[number - 1];
    if (delayMs === undefined) return;
    const reason = reasons.get(failed.error ?? '') ?? 'http_error';
    core.scheduler.schedule(delayMs, () => void retry(number, reason, failed.envelopeId));
  };
  const retry = async (number: number, reason: string, envelopeId: string) => {
    const attempt = { envelopeId, retry: { number, reason } };
    const { delivery, isFinal } = await dispatcher.dispatch('event', payload, address, attempt);
    first.delivery.retries.push(delivery);
    core.journal.notifyChange();
    if (delivery.error && !isFinal) scheduleRetry(delivery, number + 1);
  };

  if (first.delivery.error && !first.isFinal) scheduleRetry(first.delivery, 1);
  return first.delivery;
}

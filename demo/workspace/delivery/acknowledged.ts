import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { type Core, post } from '../core.ts';
import { applyResponse, type ResponseTarget } from '../response-urls.ts';
import type { View } from '../state.ts';
import { ApiError } from '../web-api/call.ts';
import { parseView, replaceView, stackView } from '../web-api/views.ts';
import type { Delivery } from './delivery.ts';

const slackbot = 'USLACKBOT';

function toPayload(body: unknown): Json | undefined {
  if (typeof body === 'string') return { text: body };
  return isJson(body) ? body : undefined;
}

/** Runs `show`; what Slack cannot show fails the delivery. */
function attempt(delivery: Delivery, show: () => void): void {
  try {
    show();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    delivery.error = 'invalid_response';
  }
}

/** The message in a command's acknowledgement, or the failure that its user sees instead. */
export function showCommandResult(
  core: Core,
  delivery: Delivery,
  target: ResponseTarget,
  command: string,
): void {
  const payload = toPayload(delivery.ackBody);
  if (!delivery.error && payload) attempt(delivery, () => applyResponse(core, target, payload));
  if (!delivery.error) return;
  post(core, {
    channel: target.channel,
    user: slackbot,
    text: `${command} failed with the error "${delivery.error}"`,
    blocks: [],
    attachments: [],
    ephemeralFor: target.user,
    isFromApp: false,
  });
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

/** Does what the acknowledgement of a submitted view asks for; without a word the view closes. */
export function showSubmissionResult(core: Core, delivery: Delivery, view: View): void {
  if (delivery.error) return;
  const { modals } = core.state;
  const body = isJson(delivery.ackBody) ? delivery.ackBody : {};
  const method = 'view_submission';
  attempt(delivery, () => {
    switch (body.response_action) {
      case 'errors':
        view.errors = Object.fromEntries(
          Object.entries(isJson(body.errors) ? body.errors : {}).filter(isText),
        );
        break;
      case 'update':
        replaceView(core, view, parseView(core, method, body.view, 'modal'));
        break;
      case 'push':
        stackView(core, view.user, parseView(core, method, body.view, 'modal'));
        break;
      case 'clear':
        modals.delete(view.user);
        break;
      case undefined:
        closeView(core, view);
        break;
      default:
        throw new ApiError('invalid_arguments');
    }
  });
  core.journal.notifyChange();
}

/** Takes one modal off its user's stack. */
export function closeView(core: Core, view: View): void {
  const stack = core.state.modals.get(view.user) ?? [];
  core.state.modals.set(
    view.user,
    stack.filter((candidate) => candidate !== view),
  );
  core.journal.notifyChange();
}

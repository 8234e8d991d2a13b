import type { WebClient } from '@slack/web-api';
import type { HomeView, ModalView } from '../blocks/block.ts';
import { validateView } from '../blocks/validate.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { plainModal } from '../views/modals.ts';
import type { Call } from './place.ts';
import { slackFailure } from './slack-failure.ts';

/** A modal that is open: its id, and the hash of what it shows. */
export interface OpenedView {
  id: string;
  hash: string;
}

/** Modals and Home tabs. Every view is checked before it is sent. Rejects with `OutsideError`. */
export interface SlackViews {
  /** Works once per trigger and within three seconds of it, so it is tried once. */
  open(triggerId: string, view: ModalView): Promise<OpenedView>;
  /** Replaces what a modal shows; with a hash only if it still shows that. */
  update(id: string, hash: string | null, view: ModalView): Promise<void>;
  publish(user: string, view: HomeView): Promise<void>;
}

/** Opens the way to modals and Home tabs over the sender's client and its `call`. */
export function openSlackViews(client: WebClient, call: Call, log: Logger): SlackViews {
  return {
    async open(triggerId, view) {
      try {
        const checked = checkModal(view, log);
        const answer = await client.views.open({ trigger_id: triggerId, view: checked });
        return { id: answer.view?.id ?? '', hash: answer.view?.hash ?? '' };
      } catch (error) {
        const { reason } = slackFailure(error);
        throw new OutsideError('slack-failed', `views.open: ${reason}`, { cause: error });
      }
    },
    async update(id, hash, view) {
      const checked = checkModal(view, log);
      const still = hash === null ? {} : { hash };
      await call(id, () => client.views.update({ view_id: id, ...still, view: checked }));
    },
    async publish(user, view) {
      const problems = validateView(view);
      if (problems.length > 0) {
        log.error({ problems: problems.slice(0, 5) }, 'a Home tab would not be valid for Slack');
        throw new Error('a Home tab would not be valid for Slack');
      }
      await call(user, () => client.views.publish({ user_id: user, view }));
    },
  };
}

/** The modal as it may be sent: one that Slack would refuse becomes a sentence. */
export function checkModal(view: ModalView, log: Logger): ModalView {
  const problems = validateView(view);
  if (problems.length === 0) return view;
  log.error({ problems: problems.slice(0, 5) }, 'a modal would not be valid for Slack');
  return plainModal('Seawall', 'This cannot be shown here. The log says why.');
}

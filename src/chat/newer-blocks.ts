import type { Logger } from '../shared/logger.ts';
import { olderBlocks } from '../views/older-blocks.ts';
import type { SlackMessage } from '../views/slack-messages.ts';

/** Chooses, message by message, between Slack's newer blocks and older ones that say the same. */
export interface NewerBlocks {
  /** Sends as it is, else without newer blocks. `isRefusal` tells whether that may do. Rejects as `work` does. */
  send<T>(
    message: SlackMessage,
    isRefusal: (error: unknown) => boolean,
    work: (variant: SlackMessage) => Promise<T>,
  ): Promise<T>;
}

/** One for each workspace: which blocks it does not take is remembered until the process ends. */
export function createNewerBlocks(log: Logger): NewerBlocks {
  let isRefused = false;
  return {
    async send(message, isRefusal, work) {
      const blocks = olderBlocks(message.blocks);
      if (blocks === null) return work(message);
      const older = { ...message, blocks };
      if (isRefused) return work(older);
      try {
        return await work(message);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log.info({}, 'Slack refused a message with newer blocks; older ones are used');
        const answer = await work(older);
        isRefused = true;
        return answer;
      }
    },
  };
}

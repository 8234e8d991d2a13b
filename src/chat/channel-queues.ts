import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError } from '../shared/errors.ts';
import { slackFailure } from './slack-failure.ts';

/** Tries of one call; between them it waits as Slack says, or twice as long each time. */
const ATTEMPTS_MAX = 8;
const BACKOFF_MAX_MS = 30_000;

export interface ChannelQueues {
  /**
   * Runs calls to one channel one after the other, in the order they came: Slack keeps no order by
   * itself. Rejects with `OutsideError` `slack-failed` when Slack refuses or stays away.
   */
  run<T>(channel: string, call: () => Promise<T>): Promise<T>;
  /** Settles when every queue is empty. */
  drain(): Promise<void>;
}

/**
 * Queues per channel that honour Retry-After for that channel alone. Nothing is called while
 * `whyLost` gives a reason: the bot was removed from its workspace.
 */
export function openChannelQueues(
  backoffMinMs: number,
  onDelay: (channel: string, reason: string) => void,
  whyLost: () => string | null,
): ChannelQueues {
  async function attempt<T>(channel: string, call: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      const lost = whyLost();
      if (lost !== null) throw new OutsideError('slack-failed', lost);
      try {
        return await call();
      } catch (error) {
        const failure = slackFailure(error);
        if (failure.kind === 'refused' || attempts >= ATTEMPTS_MAX) {
          throw new OutsideError('slack-failed', failure.reason, {
            isRetryable: failure.kind !== 'refused',
            cause: error,
          });
        }
        onDelay(channel, failure.reason);
        const backoffMs = Math.min(BACKOFF_MAX_MS, backoffMinMs * 2 ** (attempts - 1));
        await sleep(failure.kind === 'wait' ? failure.waitMs : backoffMs);
      }
    }
  }

  const tails = new Map<string, Promise<unknown>>();
  return {
    run(channel, call) {
      const before = tails.get(channel) ?? Promise.resolve();
      const result = before.then(() => attempt(channel, call));
      const tail = result
        .catch(() => undefined)
        .then(() => {
          if (tails.get(channel) === tail) tails.delete(channel);
        });
      tails.set(channel, tail);
      return result;
    },
    async drain() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

import type { Clock } from '../ports/clock.ts';
import type { SlackMemory } from '../ports/slack-memory.ts';
import { onOutside } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** Whether the bot still belongs to its workspace. What one process hears is a row for all. */
export interface WorkspaceLink {
  /** Why nothing may be sent any more; null while all is well. */
  whyLost(): string | null;
  /** Notes once that the bot was removed, deletes what only made sense there. Never rejects. */
  lose(reason: string): Promise<void>;
  /** Looks whether another process was told so. Rejects with `OutsideError`. */
  look(): Promise<void>;
  /** Calls `work` when the bot is removed. */
  onLost(work: () => void): void;
}

/** The link of a bot whose token just worked: an earlier loss is over. Never rejects. */
export async function createWorkspaceLink(parts: {
  memory: SlackMemory;
  now: Clock;
  log: Logger;
}): Promise<WorkspaceLink> {
  const { memory, now, log } = parts;
  const listeners: (() => void)[] = [];
  let lost: string | null = null;

  const unstored = onOutside((error) =>
    log.warn({ error }, 'the state of the Slack workspace could not be stored'),
  );

  /** A token that was revoked never works again: there is no way back but a new start. */
  function become(reason: string): void {
    lost = reason;
    log.warn(
      { reason },
      'Slack is not connected any more: install the app again and start with the new token',
    );
    for (const listener of listeners) listener();
  }

  await memory.forgetLoss().catch(unstored);
  return {
    whyLost: () => lost,
    onLost: (work) => {
      listeners.push(work);
    },
    async lose(reason) {
      if (lost !== null) return;
      become(reason);
      await memory.rememberLoss({ at: now(), reason }).catch(unstored);
    },
    async look() {
      const loss = lost === null ? await memory.findLoss() : null;
      if (loss !== null && lost === null) become(loss.reason);
    },
  };
}

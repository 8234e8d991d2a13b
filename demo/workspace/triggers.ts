import { randomBytes } from 'node:crypto';
import { limits } from '../../src/blocks/limits.ts';
import type { Scheduler } from './clock.ts';

export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

export interface Triggers {
  issue(user: string): string;
  /** Uses the trigger up. Gives the user it was issued for, or why it cannot be used. */
  exchange(id: string): { user: string } | { error: TriggerError };
}

/** Trigger ids live three seconds and work once. */
export function createTriggers(scheduler: Scheduler): Triggers {
  const issued = new Map<string, { user: string; isUsed: boolean; isOver: boolean }>();
  return {
    issue(user) {
      const id = `${issued.size + 1}.${scheduler.now()}.${randomBytes(8).toString('hex')}`;
      const trigger = { user, isUsed: false, isOver: false };
      issued.set(id, trigger);
      scheduler.schedule(limits.triggerLifeMs.value, () => {
        trigger.isOver = true;
      });
      return id;
    },
    exchange(id) {
      const trigger = issued.get(id);
      if (!trigger) return { error: 'invalid_trigger_id' };
      if (trigger.isUsed) return { error: 'exchanged_trigger_id' };
      if (trigger.isOver) return { error: 'expired_trigger_id' };
      trigger.isUsed = true;
      return { user: trigger.user };
    },
  };
}

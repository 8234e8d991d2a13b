import type { OutboxState, OutboxStore } from '../ports/outbox.ts';

/** What became of a row, for whoever waits for it. */
export type Outcome =
  | { state: 'sent'; ts: string }
  | { state: 'dead'; reason: string }
  /** It stays a row; a later try or a later start of the program sends it. */
  | { state: 'waiting'; reason: string };

export interface Outcomes {
  /** Settles once the row was sent, is dead, or nobody shall wait for it any longer. */
  of(key: string): Promise<Outcome>;
  settle(key: string, outcome: Outcome): void;
  settleAll(outcome: Outcome): void;
  /** Looks whether another process sent what is waited for. Rejects with `OutsideError`. */
  look(): Promise<void>;
  /** From now on nobody waits for longer than that. */
  limit(waitMs: number): void;
}

export function openOutcomes(store: Pick<OutboxStore, 'statesOf'>): Outcomes {
  const waiting = new Map<string, ((outcome: Outcome) => void)[]>();
  const limits = new Map<string, NodeJS.Timeout>();
  let limitMs: number | null = null;

  function settle(key: string, outcome: Outcome): void {
    const resolvers = waiting.get(key) ?? [];
    waiting.delete(key);
    // Left alone it would hold up the end of the program.
    clearTimeout(limits.get(key));
    limits.delete(key);
    for (const resolve of resolvers) resolve(outcome);
  }

  function settleAll(outcome: Outcome): void {
    for (const key of [...waiting.keys()]) settle(key, outcome);
  }

  function giveUpLater(key: string, waitMs: number): void {
    if (limits.has(key)) return;
    const giveUp = () => settle(key, { state: 'waiting', reason: 'Seawall ends' });
    limits.set(key, setTimeout(giveUp, waitMs));
  }

  return {
    of: (key) =>
      new Promise((resolve) => {
        waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
        if (limitMs !== null) giveUpLater(key, limitMs);
      }),
    settle,
    settleAll,
    async look() {
      if (waiting.size === 0) return;
      for (const row of await store.statesOf([...waiting.keys()])) {
        const outcome = outcomeOf(row);
        if (outcome !== null) settle(row.key, outcome);
      }
    },
    limit(waitMs) {
      limitMs = waitMs;
      for (const key of waiting.keys()) giveUpLater(key, waitMs);
    },
  };
}

function outcomeOf({ state, ts, lastError }: OutboxState): Outcome | null {
  if (state === 'sent' && ts !== null) return { state, ts };
  return state === 'dead' ? { state, reason: lastError ?? 'refused' } : null;
}

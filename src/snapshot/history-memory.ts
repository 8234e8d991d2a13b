import type { HistoryStep } from './facts/image.ts';

/**
 * Build steps of images that snapshots leave to the ones after them: those of the same layers under the same id never
 * change. All of it can be read again, so when it is full everything is dropped.
 */
export interface HistoryMemory {
  find(key: string): HistoryStep[] | undefined;
  /**
   * Gives what it keeps: equal steps of two images are one object. What it did not know is taken from the budget of
   * the host; beyond it nothing is kept, as where an engine tells of no step.
   */
  keep(key: string, steps: HistoryStep[], budget: HistoryBudget): HistoryStep[];
}

/** What the images of one host may add in one snapshot. */
export interface HistoryBudget {
  characters: number;
}

/** Room for some 400 images that no other host has. */
export const historyBudget = (): HistoryBudget => ({ characters: 2_000_000 });

/** Of all distinct histories and of all keys together: those of an image have some 5,000. */
const CHARACTERS_MAX = 16_000_000;

export function createHistoryMemory(charactersMax = CHARACTERS_MAX): HistoryMemory {
  const found = new Map<string, HistoryStep[]>();
  const distinct = new Map<string, HistoryStep[]>();
  let characters = 0;
  return {
    find: (key) => found.get(key),
    keep(key, steps, budget) {
      if (steps.length === 0) return steps;
      const text = JSON.stringify(steps);
      const wanted = () =>
        (found.has(key) ? 0 : key.length) + (distinct.has(text) ? 0 : text.length);
      if (wanted() > budget.characters) return distinct.get(text) ?? steps;
      budget.characters -= wanted();
      if (characters + wanted() > charactersMax) {
        for (const map of [found, distinct]) map.clear();
        characters = 0;
      }
      characters += wanted();
      // Cut out of the answer, short texts would keep all of it in memory.
      const kept = distinct.get(text) ?? (JSON.parse(text) as HistoryStep[]);
      distinct.set(text, kept);
      found.set(key, kept);
      return kept;
    },
  };
}

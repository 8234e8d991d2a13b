import type { HistoryStep } from './facts/image.ts';

/**
 * Build steps of images that snapshots leave to the ones after them: an image never changes under its id. All of it
 * can be read again, so when it is full everything is dropped.
 */
export interface HistoryMemory {
  find(key: string): HistoryStep[] | undefined;
  /** Gives what it keeps: equal steps of two images are one object. */
  keep(key: string, steps: HistoryStep[]): HistoryStep[];
}

/** Of all distinct histories and of all keys together: those of an image have some 5,000. */
const CHARACTERS_MAX = 16_000_000;

export function createHistoryMemory(charactersMax = CHARACTERS_MAX): HistoryMemory {
  const found = new Map<string, HistoryStep[]>();
  const distinct = new Map<string, HistoryStep[]>();
  let characters = 0;
  return {
    find: (key) => found.get(key),
    keep(key, steps) {
      const text = JSON.stringify(steps);
      const wanted = key.length + text.length;
      if (wanted > charactersMax) return steps;
      if (characters + wanted > charactersMax) {
        for (const map of [found, distinct]) map.clear();
        characters = 0;
      }
      const known = distinct.get(text);
      characters += known === undefined ? wanted : key.length;
      // Cut out of the answer, short texts would keep all of it in memory.
      const kept = known ?? (JSON.parse(text) as HistoryStep[]);
      distinct.set(text, kept);
      found.set(key, kept);
      return kept;
    },
  };
}

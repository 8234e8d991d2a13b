import type { StoredContainer } from '../ports/stored.ts';
import { trimmedEnd } from '../shared/text.ts';

/** Longest text that is looked at. */
const TEXT_LENGTH_MAX = 40_000;
/** Containers that are offered. */
const FOUND_MAX = 9;
/** Digits of an id that name a container: what `docker ps` shows. */
const ID_LENGTH = 12;

/**
 * Existing containers that a text names, by their whole name or by their id, in the order of the
 * list and each once per host. Nothing of the text is interpreted.
 */
export function findMentioned(
  text: string,
  containers: readonly StoredContainer[],
): { host: string; name: string }[] {
  const words = wordsOf(text.slice(0, TEXT_LENGTH_MAX));
  const named = containers.filter(
    ({ facts, removedAt }) =>
      removedAt === null &&
      (words.has(facts.name) || words.has(facts.id) || words.has(facts.id.slice(0, ID_LENGTH))),
  );
  const found = named.map(({ host, facts }) => ({ host, name: facts.name }));
  const unique = new Map(found.map((one) => [JSON.stringify(one), one]));
  return [...unique.values()].slice(0, FOUND_MAX);
}

/** Runs of what a container's name may hold, with and without the punctuation of a sentence. */
function wordsOf(text: string): Set<string> {
  const words = text.match(/[A-Za-z0-9][A-Za-z0-9_.-]*/g) ?? [];
  return new Set(words.flatMap((word) => [word, trimmedEnd(word, '._-')]));
}

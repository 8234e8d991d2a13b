import type { StoredContainer } from '../ports/stored-container.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { quoteWord } from '../shared/text.ts';

/**
 * The container a word means: its name, else a unique prefix of a name or id. Existing ones win
 * over those that are gone, of which the newest is taken. Throws `UserError` when there is none, or more than one, with a line for
 * `verb` that works.
 */
export function findContainer(
  word: string,
  containers: readonly StoredContainer[],
  verb = 'inspect',
): StoredContainer {
  const existing = containers.filter(({ removedAt }) => removedAt === null);
  const matches = firstNonEmpty(
    existing.filter(({ facts }) => facts.name === word || facts.id === word),
    existing.filter(({ facts }) => facts.name.startsWith(word) || facts.id.startsWith(word)),
    newestGone(containers.filter(({ facts }) => facts.name === word)).slice(0, 1),
    newestGone(containers.filter(({ facts }) => facts.id.startsWith(word))).slice(0, 1),
    newestGone(containers.filter(({ facts }) => facts.name.startsWith(word))).slice(0, 1),
  );
  const [only, second] = matches;
  if (only && !second) return only;
  if (only) {
    const names = matches.slice(0, 5).map(({ host, facts }) => `${facts.name} on ${host}`);
    throw new UserError(`“${word}” fits ${matches.length} containers.`, {
      hint: `It could be: ${names.join('; ')}.`,
      correctedLine: `${verb} ${quoteWord(only.facts.name)} on ${quoteWord(only.host)}`,
    });
  }
  const near = nearest(
    word,
    existing.map(({ facts }) => facts.name),
  );
  throw new UserError(`No container “${word}” is known.`, {
    hint:
      existing.length === 0 ? 'No scan has seen a container yet; try `scan`.' : 'See `containers`.',
    ...(near && { correctedLine: `${verb} ${quoteWord(near)}` }),
  });
}

/** Others of the container's name that are gone, the newest first. */
export function namesakesOf(
  container: StoredContainer,
  containers: readonly StoredContainer[],
): { host: string; id: string; image: string; firstSeen: string; removedAt: string }[] {
  const same = containers.filter(
    ({ host, facts }) =>
      facts.name === container.facts.name &&
      (facts.id !== container.facts.id || host !== container.host),
  );
  return newestGone(same).flatMap(({ host, facts, firstSeen, removedAt }) => {
    const { id, imageReference: image } = facts;
    return removedAt === null ? [] : [{ host, id, image, firstSeen, removedAt }];
  });
}

const newestGone = (containers: readonly StoredContainer[]): StoredContainer[] =>
  containers
    .filter(({ removedAt }) => removedAt !== null)
    .sort((a, b) => Date.parse(b.removedAt ?? '') - Date.parse(a.removedAt ?? ''));

function firstNonEmpty<T>(...lists: T[][]): T[] {
  return lists.find((list) => list.length > 0) ?? [];
}

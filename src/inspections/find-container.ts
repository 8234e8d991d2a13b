import type { ScanStore } from '../ports/scan-store.ts';
import type { NamedContainer, StoredContainer } from '../ports/stored.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { quoteWord } from '../shared/text.ts';

interface NamedAmong {
  hosts: readonly string[];
  word: string;
  includeGone?: boolean;
  /** Hosts of which nothing is asked; one that is there is named with its host. */
  others?: readonly string[];
}

/**
 * The container of these hosts that a word means, as `findContainer` tells it; with `includeGone` be it gone.
 * Rejects as that throws. Of all others the store is asked for no more than names.
 */
export async function findNamed(
  store: Pick<ScanStore, 'listNames'>,
  { word, others = [], ...among }: NamedAmong,
  verb: string,
): Promise<NamedContainer> {
  const found = await store.listNames({ ...among, beginning: word });
  const { hosts, includeGone = false } = among;
  if (found.length === 0 && !includeGone) await refuseKnown(store, { hosts, word, others }, verb);
  return findContainer(word, found.length > 0 ? found : await store.listNames({ hosts }), verb);
}

/** One of another host is known, and so is one that was removed, of which `inspect` tells. */
async function refuseKnown(
  store: Pick<ScanStore, 'listNames'>,
  { hosts, word, others = [] }: NamedAmong,
  verb: string,
): Promise<void> {
  const there = await store.listNames({ hosts: others, beginning: word });
  const [other] = there.filter(({ name }) => name === word);
  if (other !== undefined) {
    throw new UserError(`“${word}” is on ${other.host}.`, {
      correctedLine: `${verb} ${quoteWord(word)} on ${quoteWord(other.host)}`,
    });
  }
  const named = await store.listNames({ hosts, beginning: word, includeGone: true });
  const [gone] = newestGone(named.filter(({ name }) => name === word));
  if (gone === undefined) return;
  throw new UserError(`“${word}” is gone, and \`${verb}\` needs a container that exists.`, {
    correctedLine: `inspect ${quoteWord(word)} on ${quoteWord(gone.host)}`,
  });
}

/**
 * A container that was found by its name, beside everything that is known of its host, itself included. Rejects
 * with `OutsideError` when the store fails.
 */
export async function readNamed(
  store: Pick<ScanStore, 'listContainers'>,
  { host, id }: Pick<NamedContainer, 'host' | 'id'>,
): Promise<{ container: StoredContainer; ofHost: StoredContainer[] }> {
  const ofHost = await store.listContainers({ hosts: [host], includeGone: true });
  const container = ofHost.find(({ facts }) => facts.id === id);
  // Between the two looks it may have been removed, with all that was kept of it.
  if (container === undefined)
    throw new OutsideError('store-failed', `${id} of ${host} is gone`, { isRetryable: true });
  return { container, ofHost };
}

/**
 * The container a word means: its name, else a unique prefix of a name, else of an id. Existing ones win
 * over those that are gone, of which the newest is taken. Throws `UserError` when there is none, or more than one, with a line for
 * `verb` that works.
 */
export function findContainer<Container extends NamedContainer>(
  word: string,
  containers: readonly Container[],
  verb: string,
): Container {
  const existing = containers.filter(({ removedAt }) => removedAt === null);
  const matches = firstNonEmpty(
    existing.filter(({ name, id }) => name === word || id === word),
    // Ids are drawn by lot: what somebody means by `db` must not hang on them.
    existing.filter(({ name }) => name.startsWith(word)),
    existing.filter(({ id }) => id.startsWith(word)),
    newestGone(containers.filter(({ name }) => name === word)).slice(0, 1),
    newestGone(containers.filter(({ id }) => id.startsWith(word))).slice(0, 1),
    newestGone(containers.filter(({ name }) => name.startsWith(word))).slice(0, 1),
  );
  const [only, second] = matches;
  if (only && !second) return only;
  if (only) {
    const names = matches.slice(0, 5).map(({ host, name }) => `${name} on ${host}`);
    const more = matches.length - names.length;
    throw new UserError(`“${word}” fits ${matches.length} containers.`, {
      hint: `It could be: ${names.join('; ')}${more > 0 ? ` and ${more} more` : ''}.`,
      correctedLine: `${verb} ${quoteWord(only.name)} on ${quoteWord(only.host)}`,
    });
  }
  const known = existing.map(({ name }) => name);
  const near = nearest(word, known);
  throw new UserError(`No container “${word}” is known.`, {
    hint:
      existing.length === 0 ? 'No scan has seen a container yet; try `scan`.' : 'See `containers`.',
    ...(near && { correctedLine: `${verb} ${quoteWord(near)}` }),
  });
}

const newestGone = <Container extends NamedContainer>(
  containers: readonly Container[],
): Container[] =>
  containers
    .filter(({ removedAt }) => removedAt !== null)
    .sort((a, b) => Date.parse(b.removedAt ?? '') - Date.parse(a.removedAt ?? ''));

const firstNonEmpty = <T>(...lists: T[][]): T[] => lists.find((list) => list.length > 0) ?? [];

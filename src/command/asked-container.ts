import { findContainer, readNamed } from '../inspections/find-container.ts';
import { retiredHosts } from '../inspections/hosts-among.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { Period } from '../ports/past-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { suggestedTimes } from './parse-clauses.ts';
import { sinceTime } from './parse-since.ts';
import { splitWords } from './plain-line.ts';

/** The container that a line names. */
export interface AskedContainer {
  container: StoredContainer;
  /** Everything that is known of its host, the container included. */
  ofHost: StoredContainer[];
  /** Names of the hosts among which it was looked for. */
  searched: string[];
  declared: HostDeclaration;
}

/**
 * The container that the line names, be it gone; of a host that is no longer declared when no other
 * has it. Rejects with `UserError` as `findContainer` throws, with a line for `verb` that works.
 */
export async function askedContainer(
  { store, past, hosts: allHosts }: CommandContext,
  { words: [word = ''], hosts, isHostNamed, isLimited }: CommandRequest,
  verb: string,
): Promise<AskedContainer> {
  const searched = isHostNamed ? hosts : allHosts;
  const namesOf = (of: readonly HostDeclaration[]) => of.map(({ name }) => name);
  const beginSo = (of: readonly HostDeclaration[]) =>
    store.listNames({ hosts: namesOf(of), beginning: word, includeGone: true });
  let found = await beginSo(searched);
  const isKnown = found.length > 0;
  const retired = isKnown || isHostNamed || isLimited ? [] : await retiredHosts(past, allHosts);
  if (!isKnown) found = await beginSo(retired);
  if (found.length === 0) {
    for (const some of [searched, retired]) {
      found.push(...(await store.listNames({ hosts: namesOf(some) })));
    }
  }
  const named = findContainer(word, found, verb);
  const declared = [...searched, ...retired].find(({ name }) => name === named.host);
  if (!declared) throw new Error(`host ${named.host} was not asked for`);
  const known = await readNamed(store, named);
  return { ...known, searched: namesOf([...searched, ...retired]), declared };
}

/**
 * The past that a line asks about: a moment for “at”, the time until now for “since”; null when it
 * asks about now. Throws `UserError` with the corrected line for a time that has not come yet.
 */
export function askedPeriod(
  { at, since, line }: Pick<CommandRequest, 'at' | 'since' | 'line'>,
  now: number,
): Period | null {
  const asked = at ?? since;
  if (asked === null) return null;
  const keyword = at === null ? 'since' : 'at';
  try {
    const from = sinceTime(asked, now);
    return { from, to: keyword === 'at' ? from : now };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      correctedLine: withTime(line, keyword),
    });
  }
}

/** The line with another time behind the keyword. */
function withTime(line: string, keyword: 'at' | 'since'): string {
  const words = splitWords(line);
  const at = words.lastIndexOf(keyword);
  return words
    .map((word, index) => quoteWord(index === at + 1 ? suggestedTimes[keyword] : word))
    .join(' ');
}

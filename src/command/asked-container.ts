import { findContainer, readNamed } from '../inspections/find-container.ts';
import { retiredHosts } from '../inspections/hosts-among.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { CommandContext, CommandRequest } from './command.ts';

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

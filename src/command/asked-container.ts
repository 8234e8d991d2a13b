import { findContainer } from '../inspections/find-container.ts';
import { retiredHosts } from '../inspections/retired-hosts.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { CommandContext, CommandRequest } from './command.ts';

/** The container that a line names, beside every one that is known of the hosts asked about. */
export interface AskedContainer {
  container: StoredContainer;
  containers: StoredContainer[];
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
  const listOf = (from: readonly HostDeclaration[]) =>
    store.listContainers({ hosts: from.map(({ name }) => name), includeGone: true });
  const containers = await listOf(searched);
  const isKnown = containers.some(
    ({ facts }) => facts.name.startsWith(word) || facts.id.startsWith(word),
  );
  const retired = isKnown || isHostNamed || isLimited ? [] : await retiredHosts(past, allHosts);
  containers.push(...(await listOf(retired)));
  const container = findContainer(word, containers, verb);
  const declared = [...searched, ...retired].find(({ name }) => name === container.host);
  if (!declared) throw new Error(`host ${container.host} was not asked for`);
  return { container, containers, declared };
}

import { findNamed } from '../inspections/find-container.ts';
import { refreshHosts } from '../inspections/scan-hosts.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { CommandContext, CommandRequest } from './command.ts';

/** What a line shows that may name a container: that one, or all of the hosts that it is about. */
export interface ShownContainers {
  /** Of these; the one that has the container where it names one. */
  hosts: HostDeclaration[];
  hostNames: string[];
  isShown: (container: { id: string }) => boolean;
}

/**
 * Scans the hosts of a line where that is due, and finds which of their containers it shows. Rejects with `UserError` as
 * `findContainer` throws, with a line for `verb` that works.
 */
export async function shownContainers(
  context: CommandContext,
  { words: [word], hosts }: CommandRequest,
  verb: string,
): Promise<ShownContainers> {
  await refreshHosts(context, hosts);
  const among = { hosts: namesOf(hosts), others: namesOf(context.hosts) };
  const one = word === undefined ? null : await findNamed(context.store, { ...among, word }, verb);
  const shown = hosts.filter(({ name }) => one === null || name === one.host);
  return {
    hosts: shown,
    hostNames: namesOf(shown),
    isShown: ({ id }) => one === null || id === one.id,
  };
}

const namesOf = (hosts: readonly HostDeclaration[]): string[] => hosts.map(({ name }) => name);

import type { HostDeclaration } from '../ports/declarations.ts';
import type { PastStore } from '../ports/past-store.ts';
import { isTerm, readTerm, selectBy } from '../shared/label-terms.ts';

/**
 * Hosts that any of these means: each is a name, or labels that a host must have together
 * (`team=shop,env=prod`). What means nothing, as a host that is no longer declared, adds nothing.
 */
export function hostsAmong(
  words: readonly string[],
  hosts: readonly HostDeclaration[],
): readonly HostDeclaration[] {
  const meant = new Set(words.flatMap((word) => labelledBy(word, hosts)));
  return hosts.filter((host) => meant.has(host));
}

function labelledBy(word: string, hosts: readonly HostDeclaration[]): HostDeclaration[] {
  const whole = readTerm(word, hosts);
  const read = isTerm(whole) ? [whole] : word.split(',').map((part) => readTerm(part, hosts));
  return read.every(isTerm) ? selectBy(read, hosts) : [];
}

/** Nothing is known of where it was. */
const nowhere = { kind: 'unix', url: '', isMutualTls: false, socketPath: null } as const;

/** Hosts that were scanned once and that the settings no longer declare: they have a past only. */
export async function retiredHosts(
  past: Pick<PastStore, 'listHosts'>,
  declared: readonly HostDeclaration[],
): Promise<HostDeclaration[]> {
  const known = new Set(declared.map(({ name }) => name));
  const names = await past.listHosts();
  return names.filter((name) => !known.has(name)).map(retiredHost);
}

function retiredHost(name: string): HostDeclaration {
  const state = { isDefault: false, isRetired: true };
  return { name, endpoint: nowhere, labels: {}, evidence: 'api', ...state };
}

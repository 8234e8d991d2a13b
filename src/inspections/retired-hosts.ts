import type { HostDeclaration } from '../ports/declarations.ts';
import type { PastStore } from '../ports/past-store.ts';

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

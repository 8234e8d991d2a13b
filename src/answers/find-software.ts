import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { counted, quoteWord } from '../shared/text.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import type { StoredInventory } from './inventory.ts';
import type { ScanStore, StoredContainer } from './ports.ts';
import type { SoftwareInstance } from './surface-answer.ts';
import { toSurface } from './surface-order.ts';
import { installedIn } from './surface-totals.ts';

/**
 * Which of the containers have packages of that name, or built from a source of that name, and in
 * which version. `keys` are those of all their inventories. Throws `UserError` when none has it.
 */
export async function findSoftware(
  store: Pick<ScanStore, 'listInventories'>,
  containers: readonly StoredContainer[],
  keys: readonly string[],
  word: string,
): Promise<{ name: string; instances: SoftwareInstance[] }> {
  for (const name of new Set([word, word.toLowerCase()])) {
    const inventories = await store.listInventories({ keys, software: name });
    const instances = instancesOf(containers, inventories);
    if (instances.length > 0) return { name, instances };
  }
  throw notFound(word, containers, await store.listInventories({ keys }));
}

function instancesOf(
  containers: readonly StoredContainer[],
  inventories: readonly StoredInventory[],
): SoftwareInstance[] {
  const byKey = new Map(inventories.map((inventory) => [inventory.key, inventory]));
  return containers.flatMap((container) => {
    const installed = installedIn(container);
    const inventory = installed.state === 'read' ? byKey.get(installed.value.key) : undefined;
    if (inventory === undefined) return [];
    const { surface: _surface, ...shown } = toSurface(container);
    const system = inventory.operatingSystem?.prettyName ?? '';
    return [...bySource(inventory.packages).values()].map((packages) => {
      const [{ sourceName: software, sourceVersion: version }] = packages;
      return { ...shown, software, version, packages, system };
    });
  });
}

type Packages = [PackageFacts, ...PackageFacts[]];

function bySource(packages: readonly PackageFacts[]): Map<string, Packages> {
  const groups = new Map<string, Packages>();
  for (const one of packages) {
    const key = `${one.sourceName} ${one.sourceVersion}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

function notFound(
  word: string,
  containers: readonly StoredContainer[],
  inventories: readonly StoredInventory[],
): UserError {
  const names = inventories.flatMap(({ packages }) =>
    packages.flatMap(({ name, sourceName }) => [name, sourceName]),
  );
  const near = nearest(word, new Set(names));
  const unread = containers.filter((one) => installedIn(one).state === 'unread').length;
  const not = unread > 0 ? ` Of ${counted(unread, 'container')} the packages are not known.` : '';
  return new UserError(`No container has a package “${word}”.`, {
    hint:
      names.length === 0
        ? `No scan has read a package yet; try \`scan\`.${not}`
        : `Package names of the system are known, without what was copied in.${not}`,
    ...(near && { correctedLine: `surface ${quoteWord(near)}` }),
  });
}

/** Position in the list: by software and version, so that equal ones stand together. */
export const softwareOrder = ({ software, version, host, name, id }: SoftwareInstance): string =>
  [software, version, host, name, id].join('\n');

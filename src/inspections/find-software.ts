import type { SoftwareAnswer, SoftwareInstance } from '../answers/surface-answer.ts';
import type { AskedPackages, ExposureStore } from '../ports/exposure-store.ts';
import type { FilesystemStore, FoundComponent } from '../ports/filesystem-store.ts';
import type { StoredInventory } from '../ports/inventory.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { SurfaceOfContainer } from '../ports/stored.ts';
import { addTo } from '../shared/add-to.ts';
import { nearest } from '../shared/nearest.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import { imageKey } from './named-images.ts';
import { installedIn } from './surface-totals.ts';

/** What else may have a name that no package of a system has. */
export const LIBRARIES_OF_DEEP =
  'System packages are known. Libraries and copied programs are known only for images that “scan deep” read.';

interface SoftwareStores {
  store: Pick<ScanStore, 'listInventories'>;
  filesystems: Pick<FilesystemStore, 'listImages' | 'findComponents'>;
  exposures: Pick<ExposureStore, 'findNames' | 'findNear'>;
}

export interface FoundSoftware extends Pick<SoftwareAnswer, 'name' | 'instances' | 'elsewhere'> {
  /** Names under which it may be installed; at least the one that was asked for. */
  names: string[];
  /** Packages of these containers are known, and none is of that name. */
  isNowhere: boolean;
  /** A package that is there and has a name that begins so, or nearly that name, where nobody has it; null for none. */
  near: string | null;
}

/**
 * Which of the containers have packages that are meant by a name, as `exposure` finds them: by their own name, that of
 * their source, libraries of a language or programs built from source among them, and in
 * which version; where none has it, which `others` do. A name that is nearly that of another package is
 * answered too: `dash` is no proof that `bash` was a slip.
 */
export async function findSoftware(
  stores: SoftwareStores,
  containers: readonly SurfaceOfContainer[],
  word: string,
  others: () => Promise<readonly SurfaceOfContainer[]>,
): Promise<FoundSoftware> {
  const asked = await stores.exposures.findNames(word);
  const names = [...new Set([...asked.names, ...asked.sources, ...asked.components])];
  const instances = await instancesNamed(stores, containers, asked);
  if (instances.length > 0) {
    const name = spelling(word, instances);
    return { name, names, instances, elsewhere: [], isNowhere: false, near: null };
  }
  const there = await instancesNamed(stores, await others(), asked);
  const elsewhere = byHost(there);
  const inventories = await stores.store.listInventories({ keys: inventoryKeys(containers) });
  const isNowhere = inventories.some(({ packages }) => packages.length > 0);
  const near =
    elsewhere.length > 0
      ? null
      : ((await nameBegun(stores, containers, word)) ?? nearName(word, inventories));
  return { name: spelling(word, there), names, instances: [], elsewhere, isNowhere, near };
}

const instancesNamed = async (
  { store, filesystems }: SoftwareStores,
  containers: readonly SurfaceOfContainer[],
  asked: AskedPackages,
): Promise<SoftwareInstance[]> => [
  ...instancesOf(
    containers,
    await store.listInventories({ keys: inventoryKeys(containers), software: asked }),
  ),
  ...(await componentsNamed(filesystems, containers, asked.components)),
];

/** The word in the letters that packages have, where one of them is called so. */
function spelling(word: string, instances: readonly SoftwareInstance[]): string {
  const names = instances.flatMap(({ software, packages }) => [
    software,
    ...packages.map(({ name }) => name),
  ]);
  if (names.includes(word)) return word;
  return names.find((name) => name.toLowerCase() === word.toLowerCase()) ?? word;
}

export function inventoryKeys(containers: readonly SurfaceOfContainer[]): string[] {
  const keys = containers.map(installedIn).flatMap((installed) => {
    return installed.state === 'read' ? [installed.value.key] : [];
  });
  return [...new Set(keys)];
}

function byHost(instances: readonly SoftwareInstance[]): FoundSoftware['elsewhere'] {
  const hosts = new Map<string, Set<string>>();
  for (const { host, id } of instances) hosts.set(host, (hosts.get(host) ?? new Set()).add(id));
  return [...hosts].map(([host, ids]) => ({ host, containers: ids.size }));
}

function instancesOf(
  containers: readonly SurfaceOfContainer[],
  inventories: readonly StoredInventory[],
): SoftwareInstance[] {
  const byKey = new Map(inventories.map((inventory) => [inventory.key, inventory]));
  return containers.flatMap((container) => {
    const installed = installedIn(container);
    const inventory = installed.state === 'read' ? byKey.get(installed.value.key) : undefined;
    if (inventory === undefined) return [];
    const { surface: _surface, ...shown } = container;
    const system = inventory.operatingSystem?.prettyName ?? '';
    return [...bySource(inventory.packages).values()].map((packages) => {
      const [{ sourceName: software, sourceVersion: version }] = packages;
      return { ...shown, software, version, packages, system, found: null };
    });
  });
}

/** What no package manager of the system installed, in the images of these containers. */
async function componentsNamed(
  filesystems: SoftwareStores['filesystems'],
  containers: readonly SurfaceOfContainer[],
  names: readonly string[],
): Promise<SoftwareInstance[]> {
  const images = await filesystems.listImages([...new Set(containers.map(({ host }) => host))]);
  const ids = images.flatMap(({ filesystemId }) => filesystemId ?? []);
  const found = await filesystems.findComponents([...new Set(ids)], names);
  const ofImage = new Map(
    images.map(({ host, id, filesystemId }) => [imageKey(host, id), found.get(filesystemId ?? 0)]),
  );
  return containers.flatMap((container) => {
    const { surface: _surface, ...shown } = container;
    const filesystem = ofImage.get(imageKey(container.host, container.imageId));
    return (filesystem?.components ?? []).map((component) => ({
      ...shown,
      ...instanceOf(component),
    }));
  });
}

function instanceOf({ ecosystem, name, version, purl, places }: FoundComponent) {
  const told = version ?? '';
  const one = { name, version: told, architecture: '', sourceName: name, sourceVersion: told };
  return {
    ...{ software: name, version: told, packages: [one], system: ecosystem ?? '' },
    found: { ecosystem, purl, paths: places.map(({ path }) => path) },
  };
}

type Packages = [PackageFacts, ...PackageFacts[]];

function bySource(packages: readonly PackageFacts[]): Map<string, Packages> {
  const groups = new Map<string, Packages>();
  for (const one of packages) {
    addTo(groups, `${one.sourceName} ${one.sourceVersion}`, one);
  }
  return groups;
}

/** The first of the packages and libraries that are there and may be meant, as `log4j-core` by `log4j`; null for none. */
async function nameBegun(
  stores: SoftwareStores,
  containers: readonly SurfaceOfContainer[],
  word: string,
): Promise<string | null> {
  const asked = { ...(await stores.exposures.findNear(word)), sources: [] };
  const there = await instancesNamed(stores, containers, asked);
  const names = there.flatMap(({ packages }) => packages.map(({ name }) => name));
  return names.sort()[0] ?? null;
}

/** The package that is there and has nearly that name; null for none. */
function nearName(word: string, inventories: readonly StoredInventory[]): string | null {
  const names = inventories.flatMap(({ packages }) =>
    packages.flatMap(({ name, sourceName }) => [name, sourceName]),
  );
  return nearest(word, new Set(names)) ?? null;
}

/** Position in the list: by software and version, so that equal ones stand together. */
export const softwareOrder = ({ software, version, host, name, id }: SoftwareInstance): string =>
  [software, version, host, name, id].join('\n');

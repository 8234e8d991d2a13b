import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import { languagePackage } from '../../src/inventory/language-package.ts';
import { read } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';

/** A library of npm in the folder of an application. */
export const npmPackage = (name: string, version: string) =>
  languagePackage('npm', name, version, `app/node_modules/${name}`);

/** A program that was built from source. */
export const foundProgram = (name: string, version: string) => ({
  ...{ name, version, path: `usr/local/bin/${name}`, evidence: `v=${version}` },
});

/** Reads the whole file systems of images of a host, by id; of those with null nothing was read. */
export async function haveLibraries(
  store: Pick<Store, 'filesystems'>,
  images: Readonly<Record<string, Partial<FilesystemInventory> | null>>,
  at: string,
  host = 'web-1',
): Promise<void> {
  const seen = Object.keys(images).map((id) => ({ id, name: id, layers: id }));
  for (const { id, layersKey } of await store.filesystems.seeImages(host, at, seen)) {
    const found = images[id];
    if (!found) continue;
    const nothing = { packages: [], programs: [], ownedBySystem: 0, unread: [], cut: null };
    const inventory = read({ ...nothing, ...found });
    const reading = { triedAt: at, readFrom: 'probe' as const, inventory };
    await store.filesystems.save(host, layersKey, reading);
  }
}

import { languagePackage } from '../src/inventory/language-package.ts';
import { read } from '../src/shared/reading.ts';
import { isoTime } from '../src/shared/time.ts';
import type { Store } from '../src/store/open-store.ts';
import { type SampleFilesystem, sampleFilesystems } from './sample/filesystems.ts';
import { sightings } from './sample/timeline.ts';

/**
 * Stores what the images of the sample fleet hold beside their systems, as it is made up, as if a scan at the
 * level `files` had read them whole. Rejects for an image that no scan saw.
 */
export async function storeSampleFilesystems(
  { filesystems, images }: Pick<Store, 'filesystems' | 'images'>,
  at: number,
): Promise<void> {
  const triedAt = isoTime(at);
  for (const { host, madeUp } of sightings) {
    if (madeUp === undefined) continue;
    const known = await filesystems.listImages([host]);
    const base = known.find(({ name }) => name === madeUp.base);
    const [below] = base === undefined ? [] : await images.listLayers([{ host, id: base.id }]);
    if (below === undefined) throw new Error(`no scan of ${host} saw ${madeUp.base}`);
    const layers = [...below.layers, madeUp.layer].join(' ');
    await filesystems.seeImages(host, triedAt, [
      { id: madeUp.imageId, name: madeUp.image, layers },
    ]);
  }
  for (const one of sampleFilesystems) {
    const { host, image } = one;
    const stored = (await filesystems.listImages([host])).find(({ name }) => name === image);
    if (stored === undefined) throw new Error(`no scan of ${host} saw ${image}`);
    const reading = { triedAt, readFrom: 'probe', inventory: read(inventoryOf(one)) } as const;
    await filesystems.save(host, stored.layersKey, reading);
  }
}

const inventoryOf = ({ libraries, programs }: SampleFilesystem) => ({
  packages: libraries.map((one) => languagePackage(...one)),
  programs: programs.map(([name, version, path, evidence]) => ({ name, version, path, evidence })),
  ...{ ownedBySystem: 0, unread: [], cut: null },
});

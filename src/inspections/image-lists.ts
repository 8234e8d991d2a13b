import { packagesOfList } from '../exposure/foreign-list.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import type { AskedPackages } from '../ports/exposure-store.ts';
import type { ImageListStore, StoredImageList } from '../ports/image-list-store.ts';
import { listed } from '../shared/text.ts';

/** What lists of others have of an image. */
export interface ListedHere {
  /** Whose they are, e.g. `syft 1.2.0’s file of 2026-11-20`. */
  by: string;
  /** Those that were asked for. */
  packages: InstalledPackage[];
}

/** Whose list it is, and of which day. */
export function authorOf(
  list: Pick<StoredImageList, 'tool' | 'toolVersion' | 'format' | 'madeAt'>,
): string {
  const { tool, toolVersion, format, madeAt } = list;
  const name = [tool || `a ${format}`, tool ? toolVersion : '']
    .filter((one) => one !== '')
    .join(' ');
  const day = madeAt === null ? 'of no date' : `of ${madeAt.slice(0, 10)}`;
  return tool ? `${name}’s file ${day}` : `${name} file ${day}`;
}

/** What lists have of the packages that are asked for, by id of the image; also of images without any of them. */
export async function readLists(
  store: Pick<ImageListStore, 'list' | 'findPackages'>,
  asked: AskedPackages,
): Promise<Map<string, ListedHere>> {
  const lists = await store.list();
  if (lists.length === 0) return new Map();
  const found = await store.findPackages(asked);
  return new Map(
    [...Map.groupBy(lists, ({ imageId }) => imageId)].map(([imageId, ofImage]) => [
      imageId,
      {
        by: listed(ofImage.map(authorOf), 2),
        packages: ofImage.flatMap((list) =>
          packagesOfList(found.get(list.key) ?? [], authorOf(list)),
        ),
      },
    ]),
  );
}

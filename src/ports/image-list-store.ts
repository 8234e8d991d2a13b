import type { ForeignList, ListedPackage } from '../exposure/foreign-list.ts';
import type { AskedPackages } from './exposure-store.ts';

/** A list of packages that another program made of an image. Times are ISO. */
export interface StoredImageList
  extends Pick<ForeignList, 'format' | 'tool' | 'toolVersion' | 'madeAt'> {
  key: number;
  imageId: string;
  /** As the image was called when the list was taken. */
  imageName: string;
  importedAt: string;
  importedBy: string;
  packages: number;
}

/** To which image a list belongs, and who says so. */
export interface BoundList {
  imageId: string;
  imageName: string;
  /** Epoch milliseconds. */
  at: number;
  by: string;
}

/** What others say is in images. */
export interface ImageListStore {
  /** Keeps a list in the place of an earlier one of the same image, program and format. */
  save(list: ForeignList, bound: BoundList): Promise<StoredImageList>;
  /** Every list, by image and program. */
  list(): Promise<StoredImageList[]>;
  /** Removes all lists of an image; gives them. */
  forget(imageId: string): Promise<StoredImageList[]>;
  /** What lists have of packages that are asked for, by key; those without any are left out. */
  findPackages(asked: AskedPackages): Promise<Map<number, ListedPackage[]>>;
}

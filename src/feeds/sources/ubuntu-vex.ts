import { UBUNTU_VEX } from '../../exposure/feed-covers.ts';
import { documentsOfTar } from '../feed-files.ts';
import { feedOfVendor } from '../make-feed.ts';
import { type FeedSource, type Place, wholeFile } from './source.ts';

/** What Ubuntu says of each vulnerability, release and package, also without a fix: some 70 MB, taken whole. */
export const ubuntuVex = {
  url: 'https://security-metadata.canonical.com/vex/vex-all.tar.xz',
  feedsAt: (place: Place): FeedSource[] => {
    if (!place.ecosystems.some((one) => one.startsWith('Ubuntu:'))) return [];
    const file = /\.tar(\.\w+)?$/.exec(place.url)?.[0] ?? '.tar.xz';
    const of = { name: UBUNTU_VEX, url: place.url, file: `vex${file}`, bytesMax: 1024 ** 3 };
    return [
      wholeFile(place, of, (path, onRefused) =>
        feedOfVendor(UBUNTU_VEX, documentsOfTar(path, onRefused), onRefused),
      ),
    ];
  },
};

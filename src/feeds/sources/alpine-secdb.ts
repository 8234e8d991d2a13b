import { type Place, wholeFile } from './source.ts';

const REPOSITORIES = ['main', 'community'];

/** In which version Alpine repaired what, for each release that somebody here has. */
export const alpineSecdb = {
  url: 'https://secdb.alpinelinux.org/',
  feedsAt: (place: Place) =>
    place.ecosystems
      .filter((one) => one.startsWith('Alpine:'))
      .map((one) => one.slice('Alpine:'.length))
      .flatMap((release) =>
        REPOSITORIES.map((repository) =>
          wholeFile(place, {
            name: `alpine-secdb/${release}/${repository}`,
            url: `${place.url}${release}/${repository}.json`,
            file: 'secdb.json',
            bytesMax: 64 * 1024 ** 2,
          }),
        ),
      ),
};

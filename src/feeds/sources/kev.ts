import { type Place, wholeFile } from './source.ts';

/** CISA’s catalogue of what is exploited. */
export const kev = {
  url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  feedsAt: (place: Place) => [
    wholeFile(place, { name: 'kev', url: place.url, file: 'kev.json', bytesMax: 64 * 1024 ** 2 }),
  ],
};

import { type Place, wholeFile } from './source.ts';

/** FIRST’s probabilities of exploitation, which are computed anew each day. */
export const epss = {
  url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  feedsAt: (place: Place) => {
    const file = place.url.endsWith('.gz') ? 'epss.csv.gz' : 'epss.csv';
    return [wholeFile(place, { name: 'epss', url: place.url, file, bytesMax: 64 * 1024 ** 2 })];
  },
};

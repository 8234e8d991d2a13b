import { type Place, wholeFile } from './source.ts';

/** What Debian says of each package and release: what is open, and what was never affected. */
export const debianTracker = {
  url: 'https://security-tracker.debian.org/tracker/data/json',
  feedsAt: (place: Place) => {
    if (!place.ecosystems.some((one) => one.startsWith('Debian:'))) return [];
    const of = { name: 'debian-tracker', url: place.url, file: 'tracker.json' };
    return [wholeFile(place, { ...of, bytesMax: 256 * 1024 ** 2 })];
  },
};

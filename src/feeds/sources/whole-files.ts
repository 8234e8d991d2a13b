import { UBUNTU_VEX } from '../../exposure/feed-covers.ts';
import { readDebianTracker } from '../../exposure/parse-debian-tracker.ts';
import type { FeedLoad } from '../../ports/feed-store.ts';
import { documentsOfTar } from '../feed-files.ts';
import { feedOfParsed, feedOfVendor, type OnRefused } from '../make-feed.ts';
import { membersOf } from '../read-file.ts';
import { type FeedSource, type Place, wholeFile } from './source.ts';

/** CISA’s catalogue of what is exploited. */
export const kev = {
  url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  feedsAt: (place: Place) => [
    wholeFile(place, { name: 'kev', url: place.url, file: 'kev.json', bytesMax: 64 * 1024 ** 2 }),
  ],
};

/** FIRST’s probabilities of exploitation, which are computed anew each day. */
export const epss = {
  url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  feedsAt: (place: Place) => {
    const file = place.url.endsWith('.gz') ? 'epss.csv.gz' : 'epss.csv';
    return [wholeFile(place, { name: 'epss', url: place.url, file, bytesMax: 64 * 1024 ** 2 })];
  },
};

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

/** What Debian says of each package and release: what is open, and what was never affected. */
export const debianTracker = {
  url: 'https://security-tracker.debian.org/tracker/data/json',
  feedsAt: (place: Place) => {
    if (!place.ecosystems.some((one) => one.startsWith('Debian:'))) return [];
    const of = { name: 'debian-tracker', url: place.url, file: 'tracker.json' };
    return [wholeFile(place, { ...of, bytesMax: 256 * 1024 ** 2 }, openTracker)];
  },
};

async function openTracker(path: string, onRefused: OnRefused): Promise<FeedLoad> {
  const reader = readDebianTracker();
  for await (const [name, vulnerabilities] of membersOf(path)) reader.add(name, vulnerabilities);
  return feedOfParsed(reader.end(), onRefused);
}

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

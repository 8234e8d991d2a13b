import { readDebianTracker } from '../../exposure/parse-debian-tracker.ts';
import type { FeedLoad } from '../../ports/feed-store.ts';
import { feedOfParsed, type OnRefused } from '../make-feed.ts';
import { membersOf } from '../read-file.ts';
import { type Place, wholeFile } from './source.ts';

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

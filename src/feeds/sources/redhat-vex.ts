import { REDHAT_VEX } from '../../exposure/feed-covers.ts';
import { parseRedhatVex } from '../../exposure/parse-redhat-vex.ts';
import { upstreamEcosystem } from '../../exposure/upstream-word.ts';
import { OutsideError } from '../../shared/errors.ts';
import { visible } from '../../shared/text.ts';
import { documentsOfTar } from '../feed-files.ts';
import { feedOfVendor } from '../make-feed.ts';
import { type Change, fetchListed, type ListedFeed } from './changed-since.ts';
import { type FeedSource, type FetchParts, fetchWhole, missing, type Place } from './source.ts';

/** Some 300 MB. */
const ARCHIVE_BYTES_MAX = 2 * 1024 ** 3;
/** That of a busy week; each is a document of some 100 KB. */
const CHANGES_MAX = 20_000;

/**
 * What Red Hat says of each vulnerability, release and package, also without a fix: the archive that is made each
 * week, then what changed since its day.
 */
export const redhatVex = {
  url: 'https://security.access.redhat.com/data/csaf/v2/vex/',
  feedsAt: (place: Place): FeedSource[] =>
    place.ecosystems.some((one) => one.startsWith('Red Hat:') || upstreamEcosystem(one) !== null)
      ? [
          {
            name: REDHAT_VEX,
            isMirror: place.isMirror,
            fetch: (mark, parts) => fetchListed(listed(place.url, parts), mark, parts),
          },
        ]
      : [],
};

const listed = (folder: string, parts: FetchParts): ListedFeed => ({
  ...{ name: REDHAT_VEX, folder, list: 'changes.csv', readLine, changesMax: CHANGES_MAX },
  parse: parseRedhatVex,
  async fetchAll(mark) {
    const { url, day } = await newestArchive(folder, parts);
    const archive = { name: REDHAT_VEX, url, file: 'vex.tar.zst', bytesMax: ARCHIVE_BYTES_MAX };
    const found = await fetchWhole(archive, mark, parts, (path) =>
      feedOfVendor(REDHAT_VEX, documentsOfTar(path, parts.onRefused), parts.onRefused),
    );
    return { found, newestAt: day };
  },
});

/** The archive that `archive_latest.txt` names, and the beginning of its day in epoch milliseconds. */
async function newestArchive(folder: string, { downloads }: FetchParts) {
  const from = new URL('archive_latest.txt', folder).href;
  const text = await downloads.text(from, 1_024);
  if (text === null) throw missing(from);
  const name = text.trim();
  const day = Date.parse(/^csaf_vex_(\d{4}-\d\d-\d\d)\.tar\.zst$/.exec(name)?.[1] ?? '');
  if (Number.isNaN(day)) {
    throw new OutsideError('feed-unreadable', `“${visible(name.slice(0, 80))}” is no archive`);
  }
  return { url: new URL(name, folder).href, day };
}

/** `"2021/cve-2021-47265.json","2024-11-08T18:28:22+00:00"`. */
function readLine(line: string): Change | null {
  const [, file = '', cve = '', time = ''] =
    /^"?(\d{4}\/(cve-\d{4}-\d{4,10})\.json)"?,"?([\d-]{10}T[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d))"?$/.exec(
      line,
    ) ?? [];
  const at = Date.parse(time);
  return Number.isNaN(at) ? null : { at, id: `REDHAT-${cve.toUpperCase()}`, file };
}

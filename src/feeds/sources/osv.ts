import { parseOsv } from '../../exposure/parse-osv.ts';
import { recordsOfZip } from '../feed-files.ts';
import { feedOfRecords } from '../make-feed.ts';
import { type Change, fetchListed } from './changed-since.ts';
import { type FeedSource, fetchWhole, type Place } from './source.ts';

/** That of npm has some 210 MB. */
const ARCHIVE_BYTES_MAX = 1024 ** 3;

/** OSV’s records of each ecosystem that somebody here has: once all of them, then what changed. */
export const osv = {
  url: 'https://osv-vulnerabilities.storage.googleapis.com/',
  feedsAt: (place: Place): FeedSource[] =>
    [...new Set(place.ecosystems.map((one) => one.split(':', 1)[0] ?? one))].map((ecosystem) =>
      sourceOf(`osv/${ecosystem}`, `${place.url}${encodeURIComponent(ecosystem)}/`, place.isMirror),
    ),
};

const sourceOf = (name: string, folder: string, isMirror: boolean): FeedSource => ({
  name,
  isMirror,
  fetch(mark, parts) {
    const archive = {
      ...{ name, url: `${folder}all.zip`, file: 'all.zip' },
      bytesMax: ARCHIVE_BYTES_MAX,
    };
    const openArchive = (path: string) =>
      feedOfRecords(recordsOfZip(path, parts.onRefused), parts.onRefused, name);
    return fetchListed(
      {
        ...{ name, folder, list: 'modified_id.csv', readLine, changesMax: 1_000 },
        parse: (value) => parseOsv(name, value),
        fetchAll: async (of) => ({
          found: await fetchWhole(archive, of, parts, openArchive),
          newestAt: null,
        }),
      },
      mark,
      parts,
    );
  },
});

/** `2026-11-20T08:00:00Z,DEBIAN-CVE-2026-1`. */
function readLine(line: string): Change | null {
  const [time = '', path = ''] = line.split(',', 2);
  const at = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(Z|\+00:00)$/.test(time) ? Date.parse(time) : Number.NaN;
  // In the list of all ecosystems their name stands before it.
  const id = path.slice(path.lastIndexOf('/') + 1);
  if (Number.isNaN(at) || !/^[A-Za-z][\w.:-]{1,120}$/.test(id)) return null;
  return { at, id, file: `${encodeURIComponent(id)}.json` };
}

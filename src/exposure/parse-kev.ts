import { type Reading, read, unread } from '../shared/reading.ts';
import { type Foreign, field, isAbsent, list, wrongShape } from '../snapshot/foreign.ts';
import type { ExploitPrediction, KnownExploited } from './advisory.ts';
import { readForeign, readItems, word } from './read-foreign.ts';

/**
 * CISA’s catalogue of known exploited vulnerabilities, and which of its entries could not be read. Unread where it has
 * another shape, and where it holds another number of entries than it says: what it leaves out would count as not exploited.
 */
export const parseKev = (
  value: unknown,
): Reading<{ entries: KnownExploited[]; refused: string[] }> =>
  readForeign('kev', value, (found) => {
    const held = list(field(found, 'vulnerabilities'));
    const said = field(found, 'count');
    if (!isAbsent(said) && said.value !== held.length) {
      throw wrongShape(said, `${held.length}, the number of entries that it holds`);
    }
    const { all: entries, refused } = readItems('kev', held, entryOf);
    return { entries, refused };
  });

/** What is exploited is so whoever made it, and whatever else the catalogue says of it. */
const entryOf = (one: Foreign): KnownExploited => ({
  cve: cveOf(field(one, 'cveID')),
  vendor: told(field(one, 'vendorProject')).slice(0, 300),
  product: told(field(one, 'product')).slice(0, 300),
  dateAdded: DAY.exec(told(field(one, 'dateAdded')))?.[0] ?? '',
  isUsedByRansomware: told(field(one, 'knownRansomwareCampaignUse')) === 'Known',
});

const told = ({ value }: Foreign): string => (typeof value === 'string' ? value : '');
const DAY = /^\d{4}-\d\d-\d\d/;

function cveOf(found: Foreign): string {
  const cve = word(found, 40).trim().toUpperCase();
  if (!/^CVE-\d{4}-\d+$/.test(cve)) throw wrongShape(found, 'a CVE');
  return cve;
}

/** `CVE-…,0.00042,0.05`; a fourth column, which old files have, is left alone. */
const ROW =
  /^(CVE-\d{4}-\d{1,19}),(\d(?:\.\d{1,20})?(?:e-\d{1,3})?),(\d(?:\.\d{1,20})?(?:e-\d{1,3})?)(?:,[^,]{0,40})?$/;

/** One line of FIRST’s file of scores; null for its comment, its heading and an empty line. */
export function parseEpssLine(line: string): Reading<ExploitPrediction> | null {
  const written = line.trim();
  if (written === '' || written.startsWith('#') || written.startsWith('cve,')) return null;
  const [, cve, probability, percentile] = ROW.exec(written.slice(0, 200)) ?? [];
  if (cve === undefined) return unread('epss: a line that is no score');
  const score = { cve, probability: Number(probability), percentile: Number(percentile) };
  if (score.probability > 1 || score.percentile > 1) return unread(`epss: ${cve} has more than 1`);
  return read(score);
}

/** The day of the scores, from the comment that begins the file: `#model_version:…,score_date:…`. */
export const epssDay = (line: string): string | null =>
  /^#.{0,80}score_date:(\d{4}-\d\d-\d\d)/.exec(line)?.[1] ?? null;

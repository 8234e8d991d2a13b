import type { Reading } from '../shared/reading.ts';
import { type Foreign, field, isAbsent, list, wrongShape } from '../snapshot/foreign.ts';
import type { KnownExploited } from './advisory.ts';
import { readForeign, word } from './read-foreign.ts';

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
    const read = held.map((one) => readForeign(`kev ${one.path}`, one.value, entryOf));
    return {
      entries: read.flatMap((one) => (one.state === 'read' ? [one.value] : [])),
      refused: read.flatMap((one) => (one.state === 'unread' ? [one.reason] : [])),
    };
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

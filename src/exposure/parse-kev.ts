import type { Reading } from '../shared/reading.ts';
import { type Foreign, field, list, textOrEmpty } from '../snapshot/foreign.ts';
import type { KnownExploited } from './advisory.ts';
import { beginning, readForeign, word } from './read-foreign.ts';

/**
 * CISA’s catalogue of known exploited vulnerabilities, and which of its entries could not be read. Unread where it has
 * another shape.
 */
export const parseKev = (
  value: unknown,
): Reading<{ entries: KnownExploited[]; refused: string[] }> =>
  readForeign('kev', value, (found) => {
    const read = list(field(found, 'vulnerabilities')).map((one) =>
      readForeign(`kev ${one.path}`, one.value, entryOf),
    );
    return {
      entries: read.flatMap((one) => (one.state === 'read' ? [one.value] : [])),
      refused: read.flatMap((one) => (one.state === 'unread' ? [one.reason] : [])),
    };
  });

/** What is exploited is so whoever made it. */
const entryOf = (one: Foreign): KnownExploited => ({
  cve: word(field(one, 'cveID'), 40),
  vendor: beginning(field(one, 'vendorProject'), 300),
  product: beginning(field(one, 'product'), 300),
  dateAdded: word(field(one, 'dateAdded'), 10),
  isUsedByRansomware: textOrEmpty(field(one, 'knownRansomwareCampaignUse')) === 'Known',
});

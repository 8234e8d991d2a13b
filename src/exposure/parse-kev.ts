import type { Reading } from '../shared/reading.ts';
import { field, list, text } from '../snapshot/foreign.ts';
import type { KnownExploited } from './advisory.ts';
import { readForeign, word } from './read-foreign.ts';

/** CISA’s catalogue of known exploited vulnerabilities. Unread where it has another shape. */
export const parseKev = (value: unknown): Reading<KnownExploited[]> =>
  readForeign('kev', value, (found) =>
    list(field(found, 'vulnerabilities')).map((one) => ({
      cve: word(field(one, 'cveID'), 40),
      vendor: word(field(one, 'vendorProject')),
      product: word(field(one, 'product')),
      dateAdded: word(field(one, 'dateAdded'), 10),
      isUsedByRansomware: text(field(one, 'knownRansomwareCampaignUse')) === 'Known',
    })),
  );

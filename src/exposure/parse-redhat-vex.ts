import type { Reading } from '../shared/reading.ts';
import {
  type Foreign,
  field,
  isAbsent,
  text,
  textOrEmpty,
  wrongShape,
} from '../snapshot/foreign.ts';
import type { AdvisoryRecord, AdvisorySeverity, Affected, VendorStatus } from './advisory.ts';
import { type CsafProduct, readProductTree } from './csaf-products.ts';
import { type PackageUrl, parsePackageUrl, versionOf } from './package-url.ts';
import { csafNames, readCsafHead, reasonsBy } from './parse-csaf.ts';
import { atMost, beginning, fieldWithin, readForeign, word } from './read-foreign.ts';
import { compareVersions } from './versions/version-order.ts';

/** The name of the feed. */
export const REDHAT_VEX = 'redhat-vex';

const PRODUCTS_MAX = 200_000;
const NOTE_CHARACTERS = 500;

/**
 * A document of Red Hat’s CSAF VEX, one for each CVE, as a record: for each release of Red Hat Enterprise Linux
 * what is fixed, affected without a fix, not affected or looked at, with Red Hat’s own words. Other
 * products and extended support are left out. Unread where it has another shape.
 */
export const parseRedhatVex = (value: unknown): Reading<AdvisoryRecord> =>
  readForeign(REDHAT_VEX, value, (found) => {
    const { at } = readCsafHead(found);
    const products = readProductTree(field(found, 'product_tree'));
    const [vulnerability] = atMost(1, field(found, 'vulnerabilities'));
    if (vulnerability === undefined) {
      throw wrongShape(field(found, 'vulnerabilities'), 'a vulnerability');
    }
    const [cve = ''] = csafNames(vulnerability);
    return {
      advisory: {
        ...{ id: `REDHAT-${cve}`, aliases: [], upstream: [cve], related: [] },
        ...{ kind: 'vulnerability', published: null, modified: at, withdrawn: null },
        summary: beginning(field(vulnerability, 'title'), 1_000),
        ...{ severities: severitiesOf(vulnerability), source: REDHAT_VEX, licence: 'CC-BY-4.0' },
      },
      affected: affectedOf(vulnerability, products),
    };
  });

function severitiesOf(vulnerability: Foreign): AdvisorySeverity[] {
  const vectors = atMost(100, field(vulnerability, 'scores')).flatMap((one) => {
    const vector = fieldWithin(one, 'cvss_v3', 'vectorString');
    return isAbsent(vector) ? [] : [word(vector)];
  });
  return [...new Set(vectors)].map((score) => ({ type: 'CVSS_V3', score }));
}

/** A package of a release, as a product of a document names it. */
interface Named {
  id: string;
  ecosystem: string;
  url: PackageUrl;
}

function affectedOf(
  vulnerability: Foreign,
  products: ReadonlyMap<string, CsafProduct>,
): Affected[] {
  const named = (status: string): Named[] =>
    atMost(PRODUCTS_MAX, fieldWithin(vulnerability, 'product_status', status)).flatMap((one) => {
      const id = word(one, 500);
      const product = products.get(id);
      const ecosystem = product?.platform?.release ?? null;
      const url = product?.url ? parsePackageUrl(product.url) : null;
      const isRpm = url?.type === 'rpm' && url.namespace === 'redhat';
      return ecosystem !== null && isRpm ? [{ id, ecosystem, url }] : [];
    });
  const groups = new Map<string, string[]>();
  const remedies = reasonsBy(
    field(vulnerability, 'remediations'),
    groups,
    (one) =>
      `${text(field(one, 'category'))}\n${beginning(field(one, 'details'), NOTE_CHARACTERS)}`,
  );
  // Of the category `impact` it writes how severe it is.
  const reasons = reasonsBy(field(vulnerability, 'threats'), groups, (one) =>
    textOrEmpty(field(one, 'category')) === 'impact'
      ? ''
      : beginning(field(one, 'details'), NOTE_CHARACTERS),
  );
  const flags = reasonsBy(field(vulnerability, 'flags'), groups, (one) =>
    word(field(one, 'label')),
  );
  const found = new Map<string, Affected>();
  const add = (one: Affected) => {
    const key = `${one.ecosystem} ${one.nameKind} ${one.name} ${one.stream}`;
    const known = found.get(key);
    if (known === undefined || isLater(one, known)) found.set(key, one);
  };
  for (const { ecosystem, url } of named('fixed')) {
    const fixed = versionOf(url);
    if (isSource(url) || fixed === null) continue;
    add({ ...rowOf(ecosystem, url, 'binary'), intervals: until(fixed) });
  }
  for (const { id, ecosystem, url } of named('known_affected')) {
    const [category = '', note = ''] = remedies.get(id)?.split('\n', 2) ?? [];
    const status = openAs(category, note);
    add({ ...rowOf(ecosystem, url, 'source'), status, statusNote: note, intervals: until(null) });
  }
  for (const { ecosystem, url } of named('under_investigation')) {
    add({ ...rowOf(ecosystem, url, 'source'), status: 'undetermined' });
  }
  for (const { id, ecosystem, url } of named('known_not_affected')) {
    // Of single builds nothing follows for others.
    if (url.version !== null) continue;
    const statusNote = [flags.get(id), reasons.get(id)].filter(Boolean).join(', ');
    add({ ...rowOf(ecosystem, url, 'source'), status: 'not-affected', statusNote });
  }
  return [...found.values()];
}

const isSource = ({ qualifiers }: PackageUrl): boolean => qualifiers.get('arch') === 'src';
const until = (fixed: string | null) => [{ introduced: null, fixed, lastAffected: null }];

/** `fixed` says versions, the others name what packages are built from. */
const rowOf = (ecosystem: string, url: PackageUrl, nameKind: 'binary' | 'source'): Affected => ({
  ...{ ecosystem, name: url.name, nameKind, scheme: 'rpm', intervals: [], versions: [] },
  ...{ status: 'affected', statusNote: '', isOlderUnclear: false, imports: [] },
  stream: url.qualifiers.get('rpmmod')?.split(':').slice(0, 2).join(':') ?? null,
});

/** Of several builds with a fix the newest counts: an older one may be of another minor release. */
function isLater({ intervals: [a] }: Affected, { intervals: [b] }: Affected): boolean {
  if (!a?.fixed || !b?.fixed) return false;
  return (compareVersions('rpm', a.fixed, b.fixed) ?? 0) > 0;
}

/** `no_fix_planned`: "Will not fix", "Out of support scope"; `none_available`: "Affected", "Fix deferred". */
function openAs(category: string, note: string): VendorStatus {
  if (category === 'no_fix_planned') return 'ignored';
  return /defer/i.test(note) ? 'postponed' : 'open';
}

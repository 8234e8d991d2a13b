import type { Reading } from '../shared/reading.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
  textOrEmpty,
  wrongShape,
} from '../snapshot/foreign.ts';
import type { AdvisoryRecord, AdvisorySeverity, Affected, VendorStatus } from './advisory.ts';
import { type CsafProduct, readProductTree } from './csaf-products.ts';
import { REDHAT_VEX } from './feed-covers.ts';
import { advisoryOn, NO_VERSIONS, until } from './gather-records.ts';
import { type PackageUrl, parsePackageUrl, versionOf } from './package-url.ts';
import { csafNames, readCsafHead, reasonsBy } from './parse-csaf.ts';
import { atMost, beginning, readForeign, word } from './read-foreign.ts';
import { minorReleaseOf } from './versions/minor-release.ts';
import { compareVersions } from './versions/version-order.ts';

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
      advisory: advisoryOn(cve, 'REDHAT-', {
        ...{ source: REDHAT_VEX, licence: 'CC-BY-4.0', modified: at },
        summary: beginning(field(vulnerability, 'title'), 1_000),
        severities: severitiesOf(vulnerability),
      }),
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
    // Each minor release has a fix of its own.
    const minor = minorReleaseOf(one.intervals[0]?.fixed ?? '');
    const key = `${keyOf(one)} ${minor}`;
    const known = found.get(key);
    if (known === undefined || isStricter(one, known)) found.set(key, one);
  };
  const repaired = new Set<string>();
  for (const one of named('fixed')) {
    const row = rowOf(one);
    const fixed = versionOf(one.url);
    repaired.add(keyOf(row));
    if (row.nameKind === 'source' || fixed === null) continue;
    add({ ...row, intervals: until(fixed) });
  }
  for (const one of named('known_affected')) {
    const [category = '', note = ''] = remedies.get(one.id)?.split('\n', 2) ?? [];
    const status = openAs(category, note);
    add({ ...rowOf(one), status, statusNote: note, intervals: until(null) });
  }
  for (const one of named('under_investigation')) add({ ...rowOf(one), status: 'undetermined' });
  for (const one of named('known_not_affected')) {
    const row = rowOf(one);
    // Of single builds nothing follows for others, and what was repaired was affected.
    if (one.url.version !== null || repaired.has(keyOf(row))) continue;
    const statusNote = [flags.get(one.id), reasons.get(one.id)].filter(Boolean).join(', ');
    add({ ...row, status: 'not-affected', statusNote });
  }
  return [...found.values()];
}

const keyOf = ({ ecosystem, nameKind, name, stream }: Affected): string =>
  `${ecosystem} ${nameKind} ${name} ${stream}`;

/** `red_hat_enterprise_linux_8:nodejs:16/nodejs`. */
const STREAM_IN_ID = /:([\w.+-]{1,60}:[\w.+-]{1,60})\/[^/:]{1,200}$/;

/** Sources have `arch=src`, what is installed has another architecture or none. */
const rowOf = ({ id, ecosystem, url }: Named): Affected => ({
  ...{ ...NO_VERSIONS, ecosystem, name: url.name, scheme: 'rpm' },
  nameKind: url.qualifiers.get('arch') === 'src' ? 'source' : 'binary',
  stream:
    url.qualifiers.get('rpmmod')?.split(':').slice(0, 2).join(':') ??
    STREAM_IN_ID.exec(id)?.[1] ??
    null,
});

/**
 * Of several builds with a fix the newest counts: an older one may be of another minor release. What is affected in one
 * repository of a release is not cleared by the fix in another.
 */
function isStricter(one: Affected, known: Affected): boolean {
  const [a, b] = [one.intervals[0]?.fixed, known.intervals[0]?.fixed];
  if (a && b) return (compareVersions('rpm', a, b) ?? 0) > 0;
  const isOpen = !['affected', 'not-affected', 'undetermined'].includes(one.status);
  return isOpen && known.status === 'affected';
}

/** `no_fix_planned`: "Will not fix", "Out of support scope"; `none_available`: "Affected", "Fix deferred". */
function openAs(category: string, note: string): VendorStatus {
  if (category === 'no_fix_planned') return 'ignored';
  return /defer/i.test(note) ? 'postponed' : 'open';
}

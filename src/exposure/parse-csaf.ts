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
import { type CsafProduct, readProductTree } from './csaf-products.ts';
import { parsePackageUrl } from './package-url.ts';
import { PRODUCTS_MAX, type VexDocument } from './parse-openvex.ts';
import { atMost, beginning, readForeign, readItems, timeOrNull, word } from './read-foreign.ts';
import { parseVers } from './vers-range.ts';
import {
  STATEMENTS_OF,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './vex-statement.ts';

const VULNERABILITIES_MAX = 5_000;
const NOTES_MAX = 20_000;
const NOTE_CHARACTERS = 500;

/** Statuses of CSAF 2.0, 3.2.3.9; what is recommended is none. */
const statuses: readonly [name: string, status: VexStatus][] = [
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['under_investigation', 'under_investigation'],
];

/**
 * A document of CSAF 2.0 with statuses of products, as its profile VEX has them,
 * https://docs.oasis-open.org/csaf/csaf/v2.0/. Unread where it is a draft, names one product twice or has
 * another shape.
 */
export const parseCsaf = (value: unknown): Reading<VexDocument> =>
  readForeign('CSAF', value, (found) => {
    const head = readCsafHead(found);
    const products = readProductTree(field(found, 'product_tree'));
    const groups = groupsOf(fieldWithin(found, 'product_tree', 'product_groups'));
    const named = atMost(VULNERABILITIES_MAX, field(found, 'vulnerabilities'));
    const { all, refused } = readItems('CSAF', named, (one) =>
      statementsOf(one, { head, products, groups }),
    );
    const { document: id, ...rest } = head;
    return { id, ...rest, statements: all.flat(), refused };
  });

/** Who wrote a document, and when. */
export type CsafHead = Pick<VexStatement, 'author' | 'document' | 'source' | 'at'>;

/** Reads what stands before the products. Throws for a draft. */
export function readCsafHead(found: Foreign): CsafHead {
  const document = field(found, 'document');
  const tracking = field(document, 'tracking');
  if (text(field(tracking, 'status')) === 'draft') {
    throw wrongShape(field(tracking, 'status'), 'no draft');
  }
  const at = timeOrNull(field(tracking, 'current_release_date'));
  if (at === null) throw wrongShape(field(tracking, 'current_release_date'), 'a time');
  const id = `${word(field(document, 'publisher', 'namespace'))} ${word(field(tracking, 'id'))}`;
  const author = word(field(document, 'publisher', 'name'));
  return { document: id, source: `${STATEMENTS_OF}${id}`, author, at };
}

function groupsOf(found: Foreign): Map<string, string[]> {
  return new Map(
    atMost(PRODUCTS_MAX, found).map((one) => [
      word(field(one, 'group_id'), 500),
      atMost(PRODUCTS_MAX, field(one, 'product_ids')).map((id) => word(id, 500)),
    ]),
  );
}

interface Material {
  head: CsafHead;
  products: ReadonlyMap<string, CsafProduct>;
  groups: ReadonlyMap<string, readonly string[]>;
}

/** Ids of a vulnerability, in upper case. */
export function csafNames(found: Foreign): string[] {
  const cve = field(found, 'cve');
  const ids = atMost(100, field(found, 'ids')).map((one) => word(field(one, 'text'), 128));
  const names = [...(isAbsent(cve) ? [] : [word(cve, 128)]), ...ids];
  if (names.length === 0) throw wrongShape(cve, 'an id');
  return [...new Set(names.map((one) => one.toUpperCase()))];
}

/** One for each status and reason, with all products that have both. */
function statementsOf(found: Foreign, { head, products, groups }: Material): VexStatement[] {
  const vulnerabilities = csafNames(found);
  const flags = reasonsBy(field(found, 'flags'), groups, (one) => word(field(one, 'label'), 100));
  const why = reasonsBy(field(found, 'threats'), groups, (one) =>
    textOrEmpty(field(one, 'category')) === 'impact'
      ? beginning(field(one, 'details'), NOTE_CHARACTERS)
      : '',
  );
  const what = reasonsBy(field(found, 'remediations'), groups, (one) =>
    beginning(field(one, 'details'), NOTE_CHARACTERS),
  );
  const made = new Map<string, VexStatement>();
  for (const [name, status] of statuses) {
    for (const one of atMost(PRODUCTS_MAX, fieldWithin(found, 'product_status', name))) {
      const id = word(one, 500);
      const justification = (status === 'not_affected' && flags.get(id)) || '';
      const note =
        (status === 'not_affected' ? why.get(id) : status === 'affected' ? what.get(id) : '') ?? '';
      const key = [status, justification, note].join('\n');
      const statement = made.get(key) ?? {
        ...head,
        vulnerabilities,
        status,
        justification,
        note,
        products: [],
      };
      made.set(key, statement);
      statement.products.push(productOf(id, products.get(id)));
    }
  }
  return [...made.values()];
}

/**
 * The first text that stands beside a product, by its id or that of its group. Whoever named a group first spoke for all
 * of it: gone through again for each who names it, a document of some kilobytes would take all memory.
 */
export function reasonsBy(
  found: Foreign,
  groups: ReadonlyMap<string, readonly string[]>,
  textOf: (one: Foreign) => string,
): Map<string, string> {
  const reasons = new Map<string, string>();
  const left = new Map(groups);
  for (const one of atMost(NOTES_MAX, found)) {
    const said = textOf(one);
    if (said === '') continue;
    const say = (ids: readonly string[]) => {
      for (const id of ids) if (!reasons.has(id)) reasons.set(id, said);
    };
    say(atMost(PRODUCTS_MAX, field(one, 'product_ids')).map((id) => word(id, 500)));
    for (const group of atMost(PRODUCTS_MAX, field(one, 'group_ids'))) {
      const name = word(group, 500);
      say(left.get(name) ?? []);
      left.delete(name);
    }
  }
  return reasons;
}

function productOf(id: string, found: CsafProduct | undefined): VexProduct {
  const written = id.slice(0, 500);
  const nothing = { written, package: null, image: null, release: null };
  if (found === undefined || found.url === null) return { ...nothing, trouble: 'not-understood' };
  const { url, platform } = found;
  const said = versionsMeant(found.versions, url);
  // Whoever names versions that are not understood does not mean all.
  if (said === 'unclear') return { ...nothing, package: url, trouble: 'part-of-package' };
  const meant = { ...nothing, package: url, ...(said !== null && { versions: said }) };
  const isImage = (one: string | null) => one !== null && /^pkg:(?:oci|docker)\//.test(one);
  if (isImage(url)) {
    const trouble = said === null ? null : 'part-of-package';
    return { ...nothing, image: url, trouble };
  }
  if (platform === null) return { ...meant, trouble: null };
  if (isImage(platform.url)) return { ...meant, image: platform.url, trouble: null };
  const { release } = platform;
  // A platform that nobody knows here limits what is meant in a way that nobody knows either.
  if (release === null) return { ...meant, trouble: 'part-of-package' };
  return { ...meant, release, trouble: null };
}

const ALL_VERSIONS = /^(?:\*|all|any)(?: versions?)?$/i;
const ONE_VERSION = /^v?\d[\w.+~:^-]{0,200}$/i;

/** The versions that the tree names for a package URL; null where the URL says them, or all are meant. */
function versionsMeant(said: string | null, text: string): string | null {
  const url = parsePackageUrl(text);
  if (said === null || url === null || url.version !== null) return null;
  if (url.qualifiers.has('tag')) return null;
  if (said.startsWith('vers:')) {
    const range = parseVers(said);
    if (range === null || range.type !== url.type) return 'unclear';
    return range.constraints.length === 0 ? null : said;
  }
  // Some write the name there, alone or before the version.
  const rest = said.startsWith(url.name)
    ? said.slice(url.name.length).replace(/^[ @:-]/, '')
    : said;
  if (rest === '' || ALL_VERSIONS.test(rest)) return null;
  return ONE_VERSION.test(rest) ? rest : 'unclear';
}

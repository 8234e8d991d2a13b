import type { Reading } from '../shared/reading.ts';
import {
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
  textOrEmpty,
  wrongShape,
} from '../snapshot/foreign.ts';
import { atMost, beginning, readForeign, readItems, timeOrNull, word } from './read-foreign.ts';
import {
  STATEMENTS_OF,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  vexStatuses,
} from './vex-statement.ts';

/** What one document may hold. */
export const STATEMENTS_MAX = 50_000;
export const PRODUCTS_MAX = 20_000;
const ALIASES_MAX = 100;
const NOTE_CHARACTERS = 500;
const ID_CHARACTERS = 2_000;
/** It names a feed, and stands in an index. */
const DOCUMENT_ID_CHARACTERS = 500;
const NAME_CHARACTERS = 128;

/** A document of statements. */
export interface VexDocument {
  id: string;
  /** Its name as a feed. */
  source: string;
  author: string;
  /** ISO time of its last change. */
  at: string;
  statements: VexStatement[];
  /** What of it could not be read. */
  refused: string[];
}

/**
 * A document of OpenVEX, https://github.com/openvex/spec, of any version up to 0.2. A statement of another
 * shape is refused and the others are read; Ubuntu puts who wrote it into a record of its own. Unread where it
 * has no author, id or time.
 */
export const parseOpenVex = (value: unknown): Reading<VexDocument> =>
  readForeign('OpenVEX', value, (found) => {
    const metadata = field(found, 'metadata');
    const head = isAbsent(metadata) ? found : metadata;
    const id = word(field(head, '@id'), DOCUMENT_ID_CHARACTERS);
    const source = `${STATEMENTS_OF}${id}`;
    const author = word(field(head, 'author'));
    const at = timeOf(head, timeOf(head, null, 'timestamp'), 'last_updated');
    if (at === null) throw wrongShape(field(head, 'timestamp'), 'a time');
    const said = atMost(STATEMENTS_MAX, field(found, 'statements'));
    const common = { author, document: id, source, at };
    const { all: statements, refused } = readItems('OpenVEX', said, (one) =>
      statementOf(one, common),
    );
    return { id, source, author, at, statements, refused };
  });

/** Ubuntu leaves the zone out, or writes it in letters: it is UTC. */
function timeOf(found: Foreign, otherwise: string | null, name: string): string | null {
  const time = field(found, name);
  const { value } = time;
  if (typeof value !== 'string' || value.length > 40) return timeOrNull(time) ?? otherwise;
  const zoned = /[Z+]|-\d\d:\d\d$/.test(value) ? value : `${value.replace(/ UTC$/, '')}Z`;
  return timeOrNull({ ...time, value: zoned }) ?? otherwise;
}

function statementOf(
  found: Foreign,
  { at, ...common }: Pick<VexStatement, 'author' | 'document' | 'source' | 'at'>,
): VexStatement {
  const status = statusOf(field(found, 'status'));
  const own = timeOf(found, timeOf(found, at, 'timestamp'), 'last_updated');
  const impact = beginning(field(found, 'impact_statement'), NOTE_CHARACTERS);
  const action = beginning(field(found, 'action_statement'), NOTE_CHARACTERS);
  return {
    ...common,
    at: own ?? at,
    vulnerabilities: namesOf(field(found, 'vulnerability')),
    status,
    justification: isAbsent(field(found, 'justification'))
      ? ''
      : word(field(found, 'justification'), 100),
    note: impact || action || beginning(field(found, 'status_notes'), NOTE_CHARACTERS),
    products: productsOf(found),
  };
}

function statusOf(found: Foreign): VexStatus {
  const written = text(found);
  const status = vexStatuses.find((one) => one === written);
  if (status === undefined) throw wrongShape(found, 'a status of OpenVEX');
  return status;
}

/** Until 0.0.1 it was the name itself. */
function namesOf(found: Foreign): string[] {
  if (typeof found.value === 'string') return [word(found, NAME_CHARACTERS).toUpperCase()];
  const aliases = atMost(ALIASES_MAX, field(found, 'aliases')).map((one) =>
    word(one, ID_CHARACTERS),
  );
  const name = word(field(found, 'name'), NAME_CHARACTERS);
  // Some put addresses of pages among them, which name nothing.
  const names = [
    name,
    ...aliases.filter((one) => one.length <= NAME_CHARACTERS && !one.includes('://')),
  ];
  return [...new Set(names.map((one) => one.toUpperCase()))];
}

function productsOf(found: Foreign): VexProduct[] {
  const ofStatement = field(found, 'subcomponents');
  const products = atMost(PRODUCTS_MAX, field(found, 'products')).flatMap((one) => {
    const isText = typeof one.value === 'string';
    const parts = isText ? ofStatement : field(one, 'subcomponents');
    return productOf(namesIn(one), atMost(PRODUCTS_MAX, parts).map(namesIn));
  });
  if (products.length === 0) throw wrongShape(field(found, 'products'), 'a product');
  if (products.length > PRODUCTS_MAX) throw wrongShape(found, `at most ${PRODUCTS_MAX} products`);
  return products;
}

/** Every way in which a product is named, the plainest last. */
function namesIn(found: Foreign): string[] {
  if (typeof found.value === 'string') return [word(found, ID_CHARACTERS)];
  const url = fieldWithin(found, 'identifiers', 'purl');
  const purl = isAbsent(url) ? [] : [word(url, ID_CHARACTERS)];
  const hashes = entriesOrEmpty(field(found, 'hashes')).flatMap(([name, hash]) =>
    name === 'sha-256' ? [`sha256:${textOrEmpty(hash).toLowerCase()}`] : [],
  );
  const id = field(found, '@id');
  const names = [...purl, ...(isAbsent(id) ? [] : [word(id, ID_CHARACTERS)]), ...hashes];
  if (names.length === 0) throw wrongShape(id, 'a name');
  return names;
}

const isPackage = (name: string): boolean =>
  name.startsWith('pkg:') && !/^pkg:(?:oci|docker)\//.test(name);
const isImage = (name: string): boolean =>
  /^pkg:(?:oci|docker)\//.test(name) || /^sha256:[0-9a-f]{64}$/.test(name) || isReference(name);
const isReference = (name: string): boolean =>
  /^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+|@sha256:[0-9a-f]{64})$/.test(name);

/** What a product with its parts speaks of: packages of an image, an image, or packages wherever they are. */
function productOf(names: readonly string[], parts: readonly (readonly string[])[]): VexProduct[] {
  const image = names.find(isImage) ?? null;
  const own = names.find(isPackage) ?? null;
  const written = names[0] ?? '';
  if (parts.length === 0) {
    const trouble = image === null && own === null ? 'not-understood' : null;
    return [{ written, package: image === null ? own : null, image, release: null, trouble }];
  }
  return parts.map((part) => {
    const inside = part.find(isPackage) ?? null;
    // Which copy of a library is that of another package is not known here.
    const trouble =
      inside === null || (image === null && own === null)
        ? 'not-understood'
        : image === null
          ? 'part-of-package'
          : null;
    return {
      ...{ written: `${written} ${part[0] ?? ''}`.slice(0, 600), package: inside, image },
      ...{ release: null, trouble },
    };
  });
}

import {
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  textOrEmpty,
  wrongShape,
} from '../snapshot/foreign.ts';
import { atMost, word } from './read-foreign.ts';

/** Deeper trees, and more products, are of no document that we know. */
const DEPTH_MAX = 20;
const PRODUCTS_MAX = 200_000;
/** Whose names say a version, CSAF 2.0, 3.1.2.2. */
const VERSION_CATEGORIES: readonly string[] = ['product_version', 'product_version_range'];

/** A product as the tree of a document has it. */
export interface CsafProduct {
  /** Its package URL; null without one. */
  url: string | null;
  /** What the tree says of its version: one, a range, or words; null where it says nothing. */
  versions: string | null;
  /** What it is a part of; null where nothing is said. */
  platform: { id: string; url: string | null; release: string | null } | null;
  /** The release of a system that it is itself, e.g. `Red Hat:enterprise_linux:9`; null for anything else. */
  release: string | null;
  /** The id of the product that it is, where it is one as a part of another. */
  component: string | null;
}

/**
 * The products of a document by id. Throws for a tree that is too deep or too large, and where two have the
 * same id: what is said of it could then mean either.
 */
export function readProductTree(tree: Foreign): Map<string, CsafProduct> {
  const products = new Map<string, CsafProduct>();
  if (isAbsent(tree)) return products;
  const add = (
    holder: Foreign,
    product: Omit<CsafProduct, 'url' | 'release'> & { url?: string | null },
  ) => {
    const id = word(field(holder, 'product_id'), 500);
    if (products.has(id)) throw wrongShape(field(holder, 'product_id'), 'an id that is there once');
    if (products.size >= PRODUCTS_MAX) throw wrongShape(tree, `at most ${PRODUCTS_MAX} products`);
    const helper = field(holder, 'product_identification_helper');
    products.set(id, {
      ...product,
      url: urlIn(helper) ?? product.url ?? null,
      release: releaseIn(helper),
    });
  };
  const plain = { platform: null, component: null };
  const walk = (branches: Foreign, depth: number, above: string | null): void => {
    if (depth > DEPTH_MAX) throw wrongShape(branches, `at most ${DEPTH_MAX} levels`);
    for (const branch of atMost(PRODUCTS_MAX, branches)) {
      const versions = VERSION_CATEGORIES.includes(textOrEmpty(field(branch, 'category')))
        ? word(field(branch, 'name'), 2_000)
        : above;
      const product = field(branch, 'product');
      if (!isAbsent(product)) add(product, { ...plain, versions });
      walk(field(branch, 'branches'), depth + 1, versions);
    }
  };
  walk(field(tree, 'branches'), 1, null);
  for (const one of atMost(PRODUCTS_MAX, field(tree, 'full_product_names'))) {
    add(one, { ...plain, versions: null });
  }
  const related = atMost(PRODUCTS_MAX, field(tree, 'relationships')).map((one) => ({
    name: field(one, 'full_product_name'),
    component: word(field(one, 'product_reference'), 500),
    id: word(field(one, 'relates_to_product_reference'), 500),
  }));
  for (const { name, component, id } of inOrder(related, products)) {
    const whole = products.get(id);
    // What it is a part of may be a part itself, as of a module in a release, or of a layer in an image.
    const platform = {
      id,
      url: whole?.platform?.url ?? whole?.url ?? null,
      release: whole?.release ?? whole?.platform?.release ?? null,
    };
    const { url = null, versions = null } = products.get(component) ?? {};
    add(name, { platform, component, url, versions });
  }
  return products;
}

/** Relationships behind those that make the products which they are between; the order of a document says nothing. */
function* inOrder<T extends { component: string; id: string }>(
  related: readonly T[],
  made: ReadonlyMap<string, unknown>,
): Generator<T> {
  let left = related;
  for (let depth = 0; left.length > 0 && depth < DEPTH_MAX; depth += 1) {
    const isReady = ({ component, id }: T) => made.has(component) && made.has(id);
    const { ready = [], later = [] } = Object.groupBy(left, (one) =>
      isReady(one) ? 'ready' : 'later',
    );
    if (ready.length === 0) break;
    yield* ready;
    left = later;
  }
  yield* left;
}

const urlIn = (helper: Foreign): string | null => {
  const url = fieldWithin(helper, 'purl');
  return isAbsent(url) ? null : word(url, 2_000);
};

/** Red Hat names its releases by CPE: `cpe:/o:redhat:enterprise_linux:9`, `cpe:/a:redhat:enterprise_linux:9::appstream`. */
function releaseIn(helper: Foreign): string | null {
  const found = fieldWithin(helper, 'cpe');
  if (isAbsent(found)) return null;
  const cpe = word(found, 500);
  const major = /^cpe:(?:\/|2\.3:)[ao]:redhat:enterprise_linux:(\d{1,2})(?:[.:]|$)/.exec(cpe)?.[1];
  return major === undefined ? null : `Red Hat:enterprise_linux:${major}`;
}

import type { UnmatchedReason, UnmatchedStatements } from '../answers/exposure-answer.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import {
  asFound,
  type InstalledPackage,
  packagesOfComponents,
  packagesOfSystem,
} from '../exposure/installed.ts';
import { isFixedOfAll, type Said } from '../exposure/vex-index.ts';
import {
  comparePackage,
  type ImageNames,
  isImage,
  type Miss,
  misses,
  namesInUrl,
  type ReadProduct,
  readProduct,
} from '../exposure/vex-product.ts';
import type { VexStatement } from '../exposure/vex-statement.ts';
import type { Stores } from '../ports/stores.ts';
import { addTo } from '../shared/add-to.ts';
import { GONE_MS } from './look-at-exposure.ts';
import { imageKey } from './named-images.ts';

/** The one that is told where several hold comes first. */
const reasonsInOrder: readonly UnmatchedReason[] = [
  'unknown-vulnerability',
  'fixed-of-all',
  'version-differs',
  'architecture-differs',
  'release-differs',
  'release-not-understood',
  'other-package',
  'image-not-inventoried',
  'no-image',
  'image-unclear',
  'part-of-package',
  'not-understood',
];

/** Statements that are looked for; the others are counted. */
const STATEMENTS_MAX = 20_000;
const SHOWN = 200;

/**
 * The statements (VEX) of which nothing here is what they speak of, each with the nearest reason; null where no
 * document was taken. `hosts` are those whose images and containers count.
 */
export async function unmatchedStatements(
  stores: Pick<Stores, 'feeds' | 'exposures' | 'filesystems' | 'images'>,
  { hosts, at }: { hosts: readonly string[]; at: number },
): Promise<UnmatchedStatements | null> {
  const { statements, total } = await stores.feeds.listStatements(STATEMENTS_MAX);
  if (total === 0) return null;
  const read = statements.map((statement) => ({
    statement,
    products: statement.products.map(readProduct),
  }));
  const products = read.flatMap((one) => one.products);
  const here = await readHere(stores, products, { hosts, at });
  const named = statements.flatMap(({ vulnerabilities }) => vulnerabilities);
  const known = await stores.feeds.namedAmong(named);
  const newest = newestOf(read);
  const found: UnmatchedStatements = {
    ...{ total, looked: statements.length, matched: 0, superseded: 0, unmatched: 0 },
    ...{ reasons: {}, shown: [] },
  };
  for (const { statement, products } of read) {
    if (products.every((one) => newest.get(keyOf(statement, one)) !== statement)) {
      found.superseded += 1;
      continue;
    }
    const reason = reasonOf(statement, products, { here, known });
    if (reason === null) {
      found.matched += 1;
      continue;
    }
    found.unmatched += 1;
    found.reasons[reason] = (found.reasons[reason] ?? 0) + 1;
    if (found.shown.length >= SHOWN) continue;
    const { vulnerabilities, author, at: madeAt, status, document } = statement;
    found.shown.push({
      ...{ author, at: madeAt, status, document, reason },
      vulnerability: vulnerabilities[0] ?? '',
      product: statement.products[0]?.written ?? '',
      products: statement.products.length,
    });
  }
  return found;
}

/** The newest statement of each author, vulnerability and product. */
function newestOf(
  read: readonly { statement: VexStatement; products: readonly ReadProduct[] }[],
): Map<string, VexStatement> {
  const newest = new Map<string, VexStatement>();
  for (const { statement, products } of read) {
    for (const product of products) {
      const key = keyOf(statement, product);
      const known = newest.get(key);
      if (known === undefined || statement.at > known.at) newest.set(key, statement);
    }
  }
  return newest;
}

const keyOf = ({ author, vulnerabilities }: VexStatement, { product }: ReadProduct): string =>
  JSON.stringify([
    author.trim().toLowerCase(),
    vulnerabilities[0],
    ...[product.package ?? '', product.image ?? '', product.release ?? ''],
    product.trouble === null ? '' : product.written,
  ]);

interface Here {
  /** Packages wherever they are, by name. */
  packages: ReadonlyMap<string, readonly InstalledPackage[]>;
  images: readonly { names: ImageNames; packages: readonly InstalledPackage[] | null }[];
}

function reasonOf(
  statement: VexStatement,
  products: readonly ReadProduct[],
  { here, known }: { here: Here; known: ReadonlySet<string> },
): UnmatchedReason | null {
  const reasons = new Set(products.map((read) => ofProduct({ statement, read }, here)));
  if (reasons.has('here')) {
    const isKnown = statement.vulnerabilities.some((id) => known.has(id));
    // What somebody calls affected is told whether others know of it or not.
    const isOwnWord = statement.status === 'affected' || statement.status === 'under_investigation';
    return isKnown || isOwnWord ? null : 'unknown-vulnerability';
  }
  return reasonsInOrder.find((one) => reasons.has(one)) ?? 'not-understood';
}

function ofProduct({ statement, read }: Said, here: Here): UnmatchedReason | 'here' {
  if (read.trouble !== null) return read.trouble;
  if (isFixedOfAll(statement, read)) return 'fixed-of-all';
  const { image } = read;
  if (image === null) return nearest(read, packagesNamed(here.packages, read));
  const images = here.images.filter(({ names }) => isImage(image, names));
  if (images.length === 0) return 'no-image';
  if (read.url === null) return 'here';
  const packages = images.flatMap((one) => one.packages ?? []);
  const found = nearest(read, packages);
  const isOpen = found === 'other-package' && images.some((one) => one.packages === null);
  return isOpen ? 'image-not-inventoried' : found;
}

const packagesNamed = (packages: Here['packages'], read: ReadProduct): InstalledPackage[] =>
  namesInUrl(read).flatMap((name) => packages.get(name) ?? []);

function nearest(read: ReadProduct, packages: readonly InstalledPackage[]): 'here' | Miss {
  const found = new Set(packages.map((one) => comparePackage(read, one)));
  if (found.has('same')) return 'here';
  return misses.find((miss) => found.has(miss)) ?? 'other-package';
}

/** All that is here, and was within the time that is looked back, of what the products name. */
async function readHere(
  { exposures, filesystems, images }: Pick<Stores, 'exposures' | 'filesystems' | 'images'>,
  products: readonly ReadProduct[],
  { hosts, at }: { hosts: readonly string[]; at: number },
): Promise<Here> {
  const names = [...new Set(products.flatMap(namesInUrl))];
  const spans = await exposures.listSpans({ hosts, since: at - GONE_MS });
  const seen = await filesystems.listImages(hosts);
  const inventories = await exposures.findPackages(
    [...new Set([...spans, ...seen].flatMap(({ inventoryId }) => inventoryId ?? []))],
    { names, sources: names, components: names },
  );
  const files = await filesystems.findComponents(
    [...new Set(seen.flatMap(({ filesystemId }) => filesystemId ?? []))],
    names,
  );
  const ofSystem = new Map(
    [...inventories].map(([id, inventory]) => {
      const ecosystem = ecosystemOf(inventory.operatingSystem);
      const name = ecosystem.state === 'read' ? ecosystem.value : '';
      return [id, packagesOfSystem(inventory, name)] as const;
    }),
  );
  const ofFiles = new Map(
    [...files].map(([id, { components }]) => [
      id,
      [...packagesOfComponents(components), ...components.map(asFound)],
    ]),
  );
  const byName = new Map<string, InstalledPackage[]>();
  for (const one of [...ofSystem.values(), ...ofFiles.values()].flat()) {
    for (const name of new Set([one.name, one.sourceName])) addTo(byName, name, one);
  }
  const found = new Map<string, { names: ImageNames; packages: InstalledPackage[] | null }>();
  const called = new Map(
    (await images.listNames(hosts)).map((one) => [imageKey(one.host, one.id), one]),
  );
  const add = (host: string, id: string, name: string, packages: InstalledPackage[] | null) => {
    const key = imageKey(host, id);
    const known = found.get(key) ?? {
      names: called.get(key) ?? { id, tags: [name], digests: [] },
      packages: null,
    };
    if (packages !== null) known.packages = [...(known.packages ?? []), ...packages];
    found.set(key, known);
  };
  for (const { host, id, tags } of called.values()) add(host, id, tags[0] ?? id, null);
  for (const { host, id, name, filesystemId, inventoryId } of seen) {
    add(host, id, name, filesystemId === null ? null : (ofFiles.get(filesystemId) ?? null));
    add(host, id, name, inventoryId === null ? null : (ofSystem.get(inventoryId) ?? null));
  }
  for (const { host, imageId, image, inventoryId } of spans) {
    add(host, imageId, image, inventoryId === null ? null : (ofSystem.get(inventoryId) ?? null));
  }
  return { packages: byName, images: [...found.values()] };
}

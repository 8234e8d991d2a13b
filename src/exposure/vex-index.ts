import { addTo } from '../shared/add-to.ts';
import { compareText } from '../shared/text.ts';
import type { InstalledPackage } from './installed.ts';
import { isAffected, type Verdict, type VerdictRecord } from './verdict.ts';
import {
  comparePackage,
  type ImageNames,
  isImage,
  type NamedImage,
  namesInUrl,
  type ReadProduct,
  readProduct,
} from './vex-product.ts';
import { type VexStatement, vexStatuses } from './vex-statement.ts';

/** A statement, and the one of its products that is meant. */
export interface Said {
  statement: VexStatement;
  read: ReadProduct;
}

/** What statements say of one image, or of packages wherever they are. */
export interface StatementsHere {
  /** What decides of a package, or of the image as a whole (null); null where nobody says anything. */
  about(vulnerabilities: readonly string[], installed: InstalledPackage | null): Said | null;
  /** False where nobody says of a package of that name that it is affected. */
  mayAffect(installed: InstalledPackage): boolean;
}

/** Finds what statements say. */
export interface StatementIndex {
  /** True where a statement names images. */
  namesImages: boolean;
  /** Every product of these vulnerabilities, for who looks for their packages. */
  products(vulnerabilities: readonly string[]): Said[];
  /** True where one names this image. */
  names(image: ImageNames): boolean;
  /** Every vulnerability that one is about, in capitals. */
  vulnerabilities: ReadonlySet<string>;
  /** Vulnerabilities of which somebody says more than that a "no" is right, in capitals. */
  doubted: ReadonlySet<string>;
  /** Of an image, by its names; null: where nobody knows which image it is, so that only packages are found. */
  of(image: ImageNames | null): StatementsHere;
}

/** Reads statements once for many questions. */
export function indexStatements(statements: Iterable<VexStatement>): StatementIndex {
  const byVulnerability = new Map<string, Said[]>();
  const images: NamedImage[] = [];
  const affected = new Set<string>();
  const doubted = new Set<string>();
  for (const statement of statements) {
    for (const product of statement.products) {
      const read = readProduct(product);
      if (read.trouble !== null || isFixedOfAll(statement, read)) continue;
      if (read.image !== null) images.push(read.image);
      if (statement.status === 'affected') {
        for (const name of namesInUrl(read)) affected.add(name);
      }
      for (const id of statement.vulnerabilities) {
        if (!isNo(statement)) doubted.add(id.toUpperCase());
        addTo(byVulnerability, id, { statement, read });
      }
    }
  }
  const saidOf = (ids: readonly string[]): Said[] =>
    byVulnerability.size === 0
      ? []
      : [...new Set(ids.flatMap((id) => byVulnerability.get(id.toUpperCase()) ?? []))];
  const isHere = ({ read }: Said, image: ImageNames | null): boolean =>
    read.image === null || (image !== null && isImage(read.image, image));
  return {
    namesImages: images.length > 0,
    names: (image) => images.some((one) => isImage(one, image)),
    vulnerabilities: new Set(byVulnerability.keys()),
    doubted,
    products: saidOf,
    of: (image) => ({
      about: (ids, installed) =>
        decisive(saidOf(ids).filter((one) => isHere(one, image) && isAbout(one.read, installed))),
      mayAffect: ({ name, sourceName }) => affected.has(name) || affected.has(sourceName),
    }),
  };
}

const isNo = ({ status }: VexStatement): boolean => status === 'not_affected' || status === 'fixed';

/** What is fixed in every version was never released with it; who writes so means one that is not named. */
export const isFixedOfAll = (
  { status }: VexStatement,
  { url, image, versions }: ReadProduct,
): boolean =>
  status === 'fixed' &&
  (url === null ? image?.digest == null && image?.tag == null : versions === null);

const isAbout = (read: ReadProduct, installed: InstalledPackage | null): boolean =>
  read.url === null || (installed !== null && comparePackage(read, installed) === 'same');

/**
 * The newest word of each author counts. Where one of them says affected, it is; else the newest of all
 * decides.
 */
function decisive(said: readonly Said[]): Said | null {
  const ofAuthors = new Map<string, Said>();
  for (const one of said) {
    const author = one.statement.author.trim().toLowerCase();
    const known = ofAuthors.get(author);
    if (known === undefined || isNewer(one.statement, known.statement)) ofAuthors.set(author, one);
  }
  const all = [...ofAuthors.values()];
  const affected = all.find(({ statement }) => statement.status === 'affected');
  return affected ?? all.sort((a, b) => (isNewer(a.statement, b.statement) ? -1 : 1))[0] ?? null;
}

/** Of two of one moment the worse counts. */
function isNewer(a: VexStatement, b: VexStatement): boolean {
  const order = compareText(a.at, b.at);
  if (order !== 0) return order > 0;
  return vexStatuses.indexOf(a.status) < vexStatuses.indexOf(b.status);
}

/** The worst of an image, with what is said of the image as a whole: that clears no package that is affected. */
export function withWordOnImage(
  worst: Verdict,
  here: StatementsHere,
  vulnerabilities: readonly string[],
): Verdict {
  return isAffected(worst.state) ? worst : withStatement(worst, here.about(vulnerabilities, null));
}

/**
 * A verdict with what is said beside it. A statement clears what records call affected or leave open, and is
 * named; that nobody knows yet takes a "no" away and never an "affected".
 */
export function withStatement<V extends Verdict | undefined>(
  verdict: V,
  said: Said | null,
  ecosystem = '',
): V | Verdict {
  if (said === null) return verdict;
  const { statement, read } = said;
  // Of a whole image nothing follows for packages that no record names.
  if (read.url === null && verdict === undefined) return verdict;
  const state = verdict?.state;
  const record: VerdictRecord = {
    ...{ id: statement.document, source: statement.source, modified: statement.at },
    ...{ package: read.product.written, ecosystem, through: 'statement' },
  };
  const { author, at, justification, note, status } = statement;
  const by = { author, at, justification, note };
  if (status === 'affected') {
    if (isAffected(state)) return verdict;
    return { state: 'affected-no-fix', status: 'affected', note, introduced: null, record, by };
  }
  if (status === 'under_investigation') {
    if (isAffected(state)) return verdict;
    return { state: 'unknown', reason: 'under-investigation', record, note: author, by };
  }
  if (state === 'vendor-says-not-affected' || state === 'not-present') return verdict;
  const because = status === 'fixed' ? 'fixed' : 'never-affected';
  return { state: 'vendor-says-not-affected', because, fixed: null, note, record, by };
}

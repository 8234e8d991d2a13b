import type { InstalledPackage } from './installed.ts';
import { osvEcosystem, packageKey } from './osv-ecosystems.ts';
import { namedByUrl, type PackageUrl, parsePackageUrl, versionOf } from './package-url.ts';
import { isInVers, parseVers, type VersRange } from './vers-range.ts';
import { compareVersions } from './versions/version-order.ts';
import type { VexProduct } from './vex-statement.ts';

/** How an image is called. */
export interface ImageNames {
  id: string;
  /** As `docker images` shows them, e.g. `nginx:1.27`. */
  tags: readonly string[];
  /** E.g. `nginx@sha256:…`. */
  digests: readonly string[];
}

/** Why a product is not what is there, the nearest miss first. */
export const misses = [
  'version-differs',
  'architecture-differs',
  'release-differs',
  'release-not-understood',
  'other-package',
] as const;
export type Miss = (typeof misses)[number];

/** A product, read once for all that it is compared with. */
export interface ReadProduct {
  product: VexProduct;
  /** Null for an image as a whole. */
  url: PackageUrl | null;
  image: NamedImage | null;
  /** The version, or a range of them, that it is about; null for all. */
  versions: string | VersRange | null;
  /** Why nothing can be found by it. */
  trouble: VexProduct['trouble'] | 'image-unclear' | null;
}

/** An image as somebody names it. */
export interface NamedImage {
  digest: string | null;
  /** With its registry, e.g. `docker.io/library/nginx`; null where only a digest says which. */
  repository: string | null;
  tag: string | null;
}

/** Reads what a product names. */
export function readProduct(product: VexProduct): ReadProduct {
  const url = product.package === null ? null : parsePackageUrl(product.package);
  const image = product.image === null ? null : namedImage(product.image);
  const isUnread =
    (product.package !== null && (url === null || namedByUrl(url).kind === 'unknown')) ||
    (product.image !== null && image === null) ||
    (product.package === null && product.image === null);
  // Of a part nothing follows for the rest of its package.
  const isPart = url !== null && (url.subpath !== '' || isOfSomeBuilds(url));
  const isUnclear = image !== null && image.digest === null && image.repository === null;
  const trouble =
    product.trouble ??
    (isUnread ? 'not-understood' : isPart ? 'part-of-package' : isUnclear ? 'image-unclear' : null);
  return { product, url, image, versions: versionsIn(product, url), trouble };
}

/** What tells builds of one version apart, which nobody here does, and the value that says nothing. */
const OF_BUILDS: readonly [name: string, plain: string][] = [
  ['classifier', ''],
  ['platform', 'ruby'],
  ['repository_url', ''],
  ['vcs_url', ''],
];

const isOfSomeBuilds = (url: PackageUrl): boolean =>
  namedByUrl(url).kind === 'language' &&
  OF_BUILDS.some(([name, plain]) => (url.qualifiers.get(name) ?? plain) !== plain);

/** Every version where neither the URL nor what stands beside it names one. */
function versionsIn({ versions }: VexProduct, url: PackageUrl | null): ReadProduct['versions'] {
  if (url === null) return null;
  const one = versionOf(url);
  if (one !== null) return one;
  const said = versions ?? url.qualifiers.get('vers') ?? null;
  return said?.startsWith('vers:') ? (parseVers(said) ?? said) : said;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The image that a package URL or a reference names; null for what is neither. */
export function namedImage(text: string): NamedImage | null {
  const url = parsePackageUrl(text);
  if (url === null) return text.startsWith('pkg:') ? null : ofReference(text);
  const { type, namespace, name, version, qualifiers } = url;
  if (type !== 'oci' && type !== 'docker') return null;
  const isDigest = version !== null && DIGEST.test(version);
  const path = [namespace, name].filter((one) => one !== '').join('/');
  const where = qualifiers.get('repository_url')?.replace(/^[a-z]+:\/\//, '') ?? '';
  // OCI has no registry of its own: by a name alone it could be anybody’s.
  const from = where === '' ? (type === 'docker' ? path : '') : withName(where, path);
  return {
    digest: isDigest ? version : null,
    repository: from === '' ? null : repositoryOf(from),
    tag: isDigest || version === null ? (qualifiers.get('tag') ?? null) : version,
  };
}

/** The repository with the name of the image, which some leave out. */
const withName = (where: string, name: string): string =>
  where.endsWith(`/${name}`) || where === name ? where : `${where}/${name}`;

function ofReference(text: string): NamedImage | null {
  if (DIGEST.test(text)) return { digest: text, repository: null, tag: null };
  if (text.length > 500 || !/^[\w.-][\w./:@-]*$/.test(text)) return null;
  const [before = '', digest = null] = text.split('@');
  if (digest !== null && !DIGEST.test(digest)) return null;
  const at = before.lastIndexOf(':');
  const hasTag = at > before.lastIndexOf('/');
  return {
    digest,
    repository: repositoryOf(hasTag ? before.slice(0, at) : before),
    tag: hasTag ? before.slice(at + 1) : null,
  };
}

/** With the registry that Docker adds. */
function repositoryOf(name: string): string {
  const [first = ''] = name.split('/', 1);
  const isHost = name.includes('/') && /[.:]|^localhost$/.test(first);
  const full = isHost ? name.replace(/^index\.docker\.io\//, 'docker.io/') : `docker.io/${name}`;
  return full.replace(/^docker\.io\/([^/]+)$/, 'docker.io/library/$1');
}

/** True where an image is the one that is named: by its digest, else by its repository and tag. */
export function isImage({ digest, repository, tag }: NamedImage, image: ImageNames): boolean {
  if (digest !== null) {
    return image.id === digest || image.digests.some((one) => one.endsWith(`@${digest}`));
  }
  if (repository === null) return false;
  const names = [...image.tags, ...image.digests].map(ofReference);
  return names.some((one) => one?.repository === repository && (tag === null || one.tag === tag));
}

/** Whether a package is the one of a URL; why not, where it is not. */
export function comparePackage(read: ReadProduct, installed: InstalledPackage): 'same' | Miss {
  const { url, product, versions } = read;
  const named = url === null ? null : namedByUrl(url);
  if (url === null || named === null) return 'other-package';
  if (named.kind === 'language') return compareComponent(url, named.ecosystem, versions, installed);
  if (named.kind !== 'system') return 'other-package';
  const isSource = ['source', 'src'].includes(url.qualifiers.get('arch') ?? '');
  const [name, version] = isSource
    ? [installed.sourceName, installed.sourceVersion]
    : [installed.name, installed.version];
  const [base = ''] = installed.ecosystem.split(':', 1);
  if (installed.found || base !== named.base || name !== url.name) return 'other-package';
  if (named.release?.state === 'unread') return 'release-not-understood';
  const releases = [named.release?.value ?? null, product.release].filter((one) => one !== null);
  if (releases.some((one) => one !== installed.ecosystem)) return 'release-differs';
  if (!isAmong(versions, installed.ecosystem, version)) return 'version-differs';
  return isSource || isSameArchitecture(url, installed) ? 'same' : 'architecture-differs';
}

/** Names under which an inventory may have what a URL names; none for an image as a whole. */
export function namesInUrl({ url }: ReadProduct): string[] {
  if (url === null) return [];
  const { namespace, name } = url;
  const isOfSystem = namedByUrl(url).kind === 'system';
  if (isOfSystem || namespace === '') return [...new Set([name, packageKey('PyPI', name)])];
  return [name, `${namespace}/${name}`, `${namespace}:${name}`];
}

function isAmong(asked: ReadProduct['versions'], ecosystem: string, version: string): boolean {
  if (asked === null || asked === version) return true;
  const scheme = osvEcosystem(ecosystem)?.scheme ?? 'semver';
  if (typeof asked === 'string') return compareVersions(scheme, asked, version) === 0;
  return isInVers(asked, scheme, version) === true;
}

const ANY_ARCHITECTURE = ['', 'all', 'noarch'];

function isSameArchitecture({ qualifiers }: PackageUrl, { architecture }: InstalledPackage) {
  const asked = qualifiers.get('arch') ?? '';
  return ANY_ARCHITECTURE.includes(asked) || asked === architecture;
}

function compareComponent(
  url: PackageUrl,
  ecosystem: string,
  versions: ReadProduct['versions'],
  installed: InstalledPackage,
): 'same' | Miss {
  if (!installed.found) return 'other-package';
  // What a program is called elsewhere is not what a URL of it names.
  const own = parsePackageUrl(installed.found.purl);
  if (own === null || own.type !== url.type) return 'other-package';
  const nameOf = ({ namespace, name }: PackageUrl) =>
    packageKey(ecosystem, [namespace, name].filter((one) => one !== '').join('/'));
  if (nameOf(own) !== nameOf(url)) return 'other-package';
  return isAmong(versions, ecosystem, installed.version) ? 'same' : 'version-differs';
}

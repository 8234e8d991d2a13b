import { type Reading, unread } from '../shared/reading.ts';
import { table } from '../shared/table.ts';
import { ecosystemOf } from './ecosystem.ts';
import { cutAt } from './versions/order.ts';

/** A package URL in its parts, each decoded; see https://github.com/package-url/purl-spec. */
export interface PackageUrl {
  /** In lower case, e.g. `deb`. */
  type: string;
  /** Empty where there is none. */
  namespace: string;
  name: string;
  /** Null where it speaks of every version. */
  version: string | null;
  /** By name in lower case. */
  qualifiers: ReadonlyMap<string, string>;
  /** The part of the package that is meant; empty for all of it. */
  subpath: string;
}

const CHARACTERS_MAX = 2_000;

/** Reads a package URL; null for what is none, or has more than 2,000 characters. */
export function parsePackageUrl(text: string): PackageUrl | null {
  if (text.length > CHARACTERS_MAX || !/^pkg:/i.test(text)) return null;
  const [whole, subpath] = cutAt(text.slice('pkg:'.length).replace(/^\/+/, ''), '#');
  const asked = whole.indexOf('?');
  const path = asked < 0 ? whole : whole.slice(0, asked);
  const qualifiers = new Map<string, string>();
  for (const pair of asked < 0 ? [] : whole.slice(asked + 1).split('&')) {
    const at = pair.indexOf('=');
    const value = at < 0 ? null : decoded(pair.slice(at + 1));
    if (value === null) return null;
    qualifiers.set(pair.slice(0, at).toLowerCase(), value);
  }
  const at = path.lastIndexOf('@');
  // That of `npm/@scope/name` belongs to the name.
  const hasVersion = at > 0 && path.charAt(at - 1) !== '/';
  const version = hasVersion ? decoded(path.slice(at + 1)) : null;
  const parts = (hasVersion ? path.slice(0, at) : path).split('/').filter((one) => one !== '');
  const names = parts.slice(1).map(decoded);
  const name = names.at(-1);
  if (name == null || names.includes(null) || (hasVersion && !version)) return null;
  const type = (parts[0] ?? '').toLowerCase();
  const namespace = names.slice(0, -1).join('/');
  return { type, namespace, name, version, qualifiers, subpath: subpath ?? '' };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What a package URL names: a package of a system, of a language (empty for a program), or an image. */
export type NamedByUrl =
  | { kind: 'system'; base: string; release: Reading<string> | null }
  | { kind: 'language'; ecosystem: string }
  | { kind: 'image' }
  | { kind: 'unknown' };

const distributions = table<string>({
  'deb/debian': 'Debian',
  'deb/ubuntu': 'Ubuntu',
  'apk/alpine': 'Alpine',
  'apk/wolfi': 'Wolfi',
  'apk/chainguard': 'Chainguard',
  'rpm/almalinux': 'AlmaLinux',
  'rpm/alma': 'AlmaLinux',
  'rpm/rocky': 'Rocky Linux',
  'rpm/rockylinux': 'Rocky Linux',
  'rpm/redhat': 'Red Hat',
  'rpm/rhel': 'Red Hat',
});

const languages = table<string>({
  npm: 'npm',
  pypi: 'PyPI',
  gem: 'RubyGems',
  maven: 'Maven',
  golang: 'Go',
  cargo: 'crates.io',
  composer: 'Packagist',
  generic: '',
});

/** What a package URL names, with the release that its qualifier `distro` says. */
export function namedByUrl({ type, namespace, qualifiers }: PackageUrl): NamedByUrl {
  if (type === 'oci' || type === 'docker') return { kind: 'image' };
  const base = distributions.get(`${type}/${namespace.toLowerCase()}`);
  if (base !== undefined) {
    const distro = qualifiers.get('distro') ?? '';
    return { kind: 'system', base, release: distro === '' ? null : releaseOf(base, distro) };
  }
  const ecosystem = languages.get(type);
  return ecosystem === undefined ? { kind: 'unknown' } : { kind: 'language', ecosystem };
}

/** Names of releases; a version with more parts is cut to those that a release has. */
const codeNames = table<string>({
  ...{ buster: '10', bullseye: '11', bookworm: '12', trixie: '13', forky: '14' },
  ...{ trusty: '14.04', xenial: '16.04', bionic: '18.04', focal: '20.04', jammy: '22.04' },
  ...{ noble: '24.04', oracular: '24.10', plucky: '25.04', questing: '25.10' },
});

const ids = table<string>({
  ...{ Debian: 'debian', Ubuntu: 'ubuntu', Alpine: 'alpine', Wolfi: 'wolfi' },
  ...{
    Chainguard: 'chainguard',
    AlmaLinux: 'almalinux',
    'Rocky Linux': 'rocky',
    'Red Hat': 'rhel',
  },
});

/**
 * `debian-12.5`, `bookworm`, `3.20.3`, `el9`: the ecosystem with its release, as OSV writes it. Unread for another
 * archive of the release, as `fips/jammy` is.
 */
function releaseOf(base: string, distro: string): Reading<string> {
  const id = ids.get(base) ?? '';
  const word = distro.toLowerCase();
  const rest = word.startsWith(id) ? word.slice(id.length).replace(/^[-/ ]/, '') : word;
  if (rest.includes('/')) return unread('it is of another archive of the release');
  const named = codeNames.get(rest);
  const versionId = named ?? /(?:^|[a-z][-/ ]?)v?(\d{1,4}(?:\.\d{1,4}){0,2})/.exec(word)?.[1] ?? '';
  const cut = base === 'Debian' ? versionId.split('.', 1)[0] : versionId;
  const system = { id, versionId: cut ?? '', prettyName: '' };
  return ecosystemOf(system);
}

/** The version with the epoch, which rpm keeps beside it, and some tools for deb too; null without one. */
export function versionOf({ version, qualifiers }: PackageUrl): string | null {
  const epoch = qualifiers.get('epoch') ?? '';
  if (version === null || !/^[1-9]\d{0,8}$/.test(epoch) || /^\d+:/.test(version)) return version;
  return `${epoch}:${version}`;
}

import { table } from '../shared/table.ts';
import type { PackageNameKind, VersionScheme } from './advisory.ts';

interface OsvEcosystem {
  scheme: VersionScheme;
  nameKind: PackageNameKind;
}

const ofSources = { nameKind: 'source' } as const;
const ofBinaries = { scheme: 'rpm', nameKind: 'binary' } as const;
const ofPackages = { nameKind: 'package' } as const;

/** By what stands before the first colon. */
const ecosystems = table<OsvEcosystem>({
  Debian: { scheme: 'deb', ...ofSources },
  Ubuntu: { scheme: 'deb', ...ofSources },
  Alpine: { scheme: 'apk', ...ofSources },
  Wolfi: { scheme: 'apk', ...ofSources },
  Chainguard: { scheme: 'apk', ...ofSources },
  AlmaLinux: ofBinaries,
  'Rocky Linux': ofBinaries,
  'Red Hat': ofBinaries,
  npm: { scheme: 'semver', ...ofPackages },
  PyPI: { scheme: 'pep440', ...ofPackages },
  Maven: { scheme: 'maven', ...ofPackages },
  RubyGems: { scheme: 'rubygems', ...ofPackages },
  'crates.io': { scheme: 'semver', ...ofPackages },
  Go: { scheme: 'go', ...ofPackages },
  Bitnami: { scheme: 'semver', ...ofPackages },
  Packagist: { scheme: 'packagist', ...ofPackages },
});

/** How an ecosystem orders versions and names packages; null for one that Seawall does not match. */
export function osvEcosystem(ecosystem: string): OsvEcosystem | null {
  const [base = ''] = ecosystem.split(':', 1);
  return ecosystems.get(base) ?? null;
}

/**
 * Systems, which an image is or is not, and what lies in no image. The kernel is that of the host.
 */
const NOT_IN_IMAGES: ReadonlySet<string> = new Set([
  ...['Alpaquita', 'Azure Linux', 'BellSoft Hardened Containers', 'CleanStart', 'Echo', 'FreeBSD'],
  ...['Docker Hardened Images', 'Mageia', 'MinimOS', 'openEuler', 'openSUSE', 'Photon OS', 'SUSE'],
  ...['Android', 'GitHub Actions', 'Linux', 'Root', 'TuxCare'],
]);

/**
 * The name of an ecosystem whose packages an image of any system may have and Seawall does not look for, e.g.
 * `NuGet`; null for one that it matches, and for what lies in no image.
 */
export function unseenEcosystem(ecosystem: string): string | null {
  const [base = ''] = ecosystem.split(':', 1);
  return ecosystems.has(base) || NOT_IN_IMAGES.has(base) ? null : base;
}

/**
 * An ecosystem as images are asked for it: Red Hat’s names the repository of the package too, and that of a language may
 * have the address of a registry (`Packagist:https://packages.drupal.org/8`), which no image says.
 */
export function ecosystemKey(ecosystem: string): string {
  if (osvEcosystem(ecosystem)?.nameKind === 'package') return ecosystem.split(':', 1)[0] ?? '';
  return ecosystem.replace(/^(Red Hat:enterprise_linux:\d{1,4})(?:::[\w-]{1,40})?$/, '$1');
}

/** A name as its ecosystem compares it: PyPI’s are in lower case with single hyphens, Packagist’s in lower case. */
export function packageKey(ecosystem: string, name: string): string {
  if (ecosystem === 'PyPI') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return ecosystem === 'Packagist' ? name.toLowerCase() : name;
}

const licences: readonly [prefix: string, licence: string][] = [
  ['GHSA-', 'CC-BY-4.0'],
  ['GO-', 'CC-BY-4.0'],
  ['PYSEC-', 'CC-BY-4.0'],
  ['RUSTSEC-', 'CC0-1.0'],
  ['ALSA-', 'MIT'],
  ['ALBA-', 'MIT'],
  ['ALEA-', 'MIT'],
  ['BIT-', 'Apache-2.0'],
  ['MAL-', 'Apache-2.0'],
  ['RLSA-', 'BSD-3-Clause'],
  ['UBUNTU-', 'CC-BY-SA-4.0'],
  ['USN-', 'CC-BY-SA-4.0'],
];

/** The licence of a record by its id, as OSV lists its sources; empty where it lists none. */
export const licenceOf = (id: string): string =>
  licences.find(([prefix]) => id.startsWith(prefix))?.[1] ?? '';

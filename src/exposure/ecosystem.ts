import { type Reading, read, unread } from '../shared/reading.ts';
import { table } from '../shared/table.ts';
import type { OsRelease, PackageInventory } from '../snapshot/facts/packages.ts';
import { osvEcosystem } from './osv-ecosystems.ts';

const major = (versionId: string): string | null => /^\d{1,4}(?=\.|$)/.exec(versionId)?.[0] ?? null;
const only = (pattern: RegExp, versionId: string): string | null =>
  pattern.exec(versionId)?.[0] ?? null;

/** The part after the name of the distribution; null where the release says too little. */
const releaseOf = table<(versionId: string) => string | null>({
  // Testing and unstable have no VERSION_ID.
  debian: (versionId) => prefixed('Debian:', only(/^\d{1,4}$/, versionId)),
  ubuntu: (versionId) => ubuntu(only(/^\d{1,2}\.\d{2}$/, versionId)),
  // Edge says the next release with a suffix, e.g. `3.21.0_alpha20240807`.
  alpine: (versionId) =>
    prefixed('Alpine:v', /^(\d{1,4}\.\d{1,4})(?:\.\d{1,4})?$/.exec(versionId)?.[1] ?? null),
  almalinux: (versionId) => prefixed('AlmaLinux:', major(versionId)),
  rocky: (versionId) => prefixed('Rocky Linux:', major(versionId)),
  rhel: (versionId) => prefixed('Red Hat:enterprise_linux:', major(versionId)),
  // These roll and have no releases.
  wolfi: () => 'Wolfi',
  chainguard: () => 'Chainguard',
});

/** AlmaLinux Kitten is built from CentOS Stream, and says that it is AlmaLinux 10. */
const UNRELEASED = /\b(?:kitten|beta|sid)\b/i;

const prefixed = (prefix: string, release: string | null): string | null =>
  release === null ? null : `${prefix}${release}`;

function ubuntu(release: string | null): string | null {
  if (release === null) return null;
  const [year, month] = release.split('.');
  // Every second April has a release with long support; the first one, of June 2006, is no image.
  const hasLongSupport = month === '04' && Number(year) % 2 === 0;
  return `Ubuntu:${release}${hasLongSupport ? ':LTS' : ''}`;
}

/**
 * The ecosystem with its release as OSV writes it, e.g. `Debian:12`. Unread where `os-release` is
 * missing, says too little or names a distribution that no feed knows: there is no release to fall
 * back to.
 */
export function ecosystemOf(system: OsRelease | null): Reading<string> {
  if (system === null) return unread('the image says nothing of its operating system');
  const name = releaseOf.get(system.id);
  if (name === undefined) return unread('no feed is known for this operating system');
  if (UNRELEASED.test(system.prettyName))
    return unread('it is what becomes a release, and no release');
  const ecosystem = name(system.versionId);
  if (ecosystem === null) return unread('the image does not say which release it is');
  return read(ecosystem);
}

const schemes = { dpkg: 'deb', apk: 'apk', rpm: 'rpm' } as const;

/** The same of an inventory. Unread also where its packages are of a manager that the distribution does not use. */
export function ecosystemOfInventory({
  manager,
  operatingSystem,
}: Pick<PackageInventory, 'manager' | 'operatingSystem'>): Reading<string> {
  const ecosystem = ecosystemOf(operatingSystem);
  if (ecosystem.state === 'unread' || manager === null) return ecosystem;
  if (osvEcosystem(ecosystem.value)?.scheme === schemes[manager]) return ecosystem;
  return unread(`its packages are of ${manager}, which ${operatingSystem?.id ?? ''} does not use`);
}

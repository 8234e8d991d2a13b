import type { OsRelease, PackageFacts, PackageManager } from '../snapshot/facts/packages.ts';

const types: Readonly<Record<PackageManager, string>> = { dpkg: 'deb', rpm: 'rpm', apk: 'apk' };

/**
 * The package URL of a package of a system, with its architecture and release, see
 * https://github.com/package-url/purl-spec. The epoch of rpm is a qualifier of its own, that of deb a part
 * of the version. Without a system it is `generic`, since nobody says whose package it is.
 */
export function packageUrl(
  { name, version, architecture }: PackageFacts,
  manager: PackageManager,
  system: OsRelease | null,
): string {
  const [, epoch, rest] = manager === 'rpm' ? (/^(\d+):(.*)$/s.exec(version) ?? []) : [];
  const qualifiers = [
    ...(architecture === '' ? [] : [['arch', architecture]]),
    ...(system === null ? [] : [['distro', `${system.id}-${system.versionId}`]]),
    ...(epoch === undefined ? [] : [['epoch', epoch]]),
  ].map(([key, value = '']) => `${key}=${encoded(value)}`);
  const type =
    system === null || system.id === ''
      ? 'generic'
      : `${types[manager]}/${encoded(system.id.toLowerCase())}`;
  const suffix = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`;
  return `pkg:${type}/${encoded(name)}@${encoded(rest ?? version)}${suffix}`;
}

/** The package URL of an image by the digest of one of its names; null where it has none. */
export function imageUrl(digests: readonly string[]): string | null {
  const [, repository, digest] = /^(.+)@(sha256:[0-9a-f]{64})$/.exec(digests[0] ?? '') ?? [];
  if (repository === undefined || digest === undefined) return null;
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return `pkg:oci/${encoded(name.toLowerCase())}@${encoded(digest)}?repository_url=${encoded(repository)}`;
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

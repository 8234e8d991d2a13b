import type { ExposedPackage } from '../answers/exposure-answer.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import { table } from '../shared/table.ts';

const purlTypes = table<string>({
  Debian: 'deb/debian',
  Ubuntu: 'deb/ubuntu',
  Alpine: 'apk/alpine',
  Wolfi: 'apk/wolfi',
  Chainguard: 'apk/chainguard',
  AlmaLinux: 'rpm/almalinux',
  'Rocky Linux': 'rpm/rocky',
  'Red Hat': 'rpm/redhat',
});

/** A package with its purl, https://github.com/package-url/purl-spec; empty where its kind is not told. */
export function exposedPackage(installed: InstalledPackage): ExposedPackage {
  const { name, version, ecosystem, sourceName: source, found } = installed;
  const [path = null] = found?.paths ?? [];
  const { toldBy = null } = installed;
  const places = { path, paths: [...(found?.paths ?? [])], toldBy };
  if (found) return { name, version, ecosystem, purl: found.purl, source, ...places };
  const [base = ''] = ecosystem.split(':', 1);
  const type = purlTypes.get(base);
  const purl =
    type === undefined
      ? ''
      : `pkg:${type}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return { name, version, ecosystem, purl, source, ...places };
}

/** A release of Debian writes its number into what it repairs: `1.1.1w-0+deb11u1`. */
const OF_DEBIAN = /[+~]deb(\d{1,2})u\d/;
/**
 * One of Ubuntu does so since 18.04: `0ubuntu0.22.04.1`, `1~24.04.1`. Before the revision, and before a day, stands what it
 * was first made for: `16.04.1+18.10.20180917-0ubuntu8` is of every release since.
 */
const OF_UBUNTU = /(?:ubuntu\d{0,3}\.|[~+])(\d{2}\.(?:04|10))(?=[.~+]|ubuntu|$)(?!\.\d{8})/g;
/** What Ubuntu certifies comes from archives of its own: `1ubuntu2.fips.2.8`, `0ubuntu0.1+Fips2.1`, `2fips3`. */
const OF_UBUNTU_FIPS = /[.+~\d]fips/i;
/** rpm’s `.el9_4`, `.module_el8.9.0` and `.module+el8.9.0`. */
const OF_ENTERPRISE_LINUX = /[._+]el(\d{1,2})(?!\d)/;

/**
 * Which other release a package is of by its version, e.g. `Debian 11` on Debian 12, or of which other archive of it: fixes
 * of one say nothing of the versions of another. Null where it is of this release, or says nothing.
 */
export function otherReleaseIn(ecosystem: string, version: string): string | null {
  const [, distribution = '', own = ''] =
    /^(Debian|Ubuntu|AlmaLinux|Rocky Linux|Red Hat):(?:enterprise_linux:)?([\d.]+)/.exec(
      ecosystem,
    ) ?? [];
  if (distribution === '') return null;
  if (distribution === 'Debian' && /\dubuntu\d/.test(version)) return 'Ubuntu';
  if (distribution === 'Ubuntu' && OF_UBUNTU_FIPS.test(version)) return 'Ubuntu FIPS';
  const isOfEnterpriseLinux = distribution !== 'Debian' && distribution !== 'Ubuntu';
  const pattern = isOfEnterpriseLinux ? OF_ENTERPRISE_LINUX : OF_DEBIAN;
  const release = distribution === 'Ubuntu' ? releaseOfUbuntu(version) : pattern.exec(version)?.[1];
  if (release === undefined || release === own) return null;
  return `${isOfEnterpriseLinux ? 'Enterprise Linux' : distribution} ${release}`;
}

function releaseOfUbuntu(version: string): string | undefined {
  const revision = version.lastIndexOf('-');
  const [first] = [...version.matchAll(OF_UBUNTU)].filter(
    ({ 0: mark, index }) => !mark.startsWith('+') || index > revision,
  );
  return first?.[1];
}

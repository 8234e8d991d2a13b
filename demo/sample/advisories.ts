/**
 * A few vulnerabilities in the form of Debian's tracker, written by hand and true to what Debian says of
 * them: one that a release did not repair yet, one that was ignored, one that no release ever had.
 */
export const sampleAdvisories = {
  openssl: {
    'CVE-2024-5535': {
      releases: {
        bullseye: {
          status: 'resolved',
          fixed_version: '1.1.1w-0+deb11u2',
          urgency: 'not yet assigned',
        },
        bookworm: {
          status: 'resolved',
          fixed_version: '3.0.15-1~deb12u1',
          urgency: 'not yet assigned',
        },
        trixie: { status: 'resolved', fixed_version: '3.3.2-1', urgency: 'not yet assigned' },
      },
    },
  },
  zlib: {
    'CVE-2023-45853': {
      releases: {
        bullseye: {
          ...{ status: 'open', urgency: 'not yet assigned', nodsa_reason: 'ignored' },
          nodsa: 'contrib/minizip not built and src:zlib not producing binary packages',
        },
        bookworm: {
          ...{ status: 'open', urgency: 'not yet assigned', nodsa_reason: 'ignored' },
          nodsa: 'contrib/minizip not built and src:zlib not producing binary packages',
        },
        trixie: { status: 'resolved', fixed_version: '1:1.3.dfsg-2', urgency: 'not yet assigned' },
      },
    },
  },
  'apache-log4j2': {
    'CVE-2021-44228': {
      releases: {
        bullseye: {
          ...{ status: 'resolved', urgency: 'not yet assigned' },
          fixed_version: '2.15.0-1~deb11u1',
        },
        bookworm: { status: 'resolved', fixed_version: '2.15.0-1', urgency: 'not yet assigned' },
        trixie: { status: 'resolved', fixed_version: '2.15.0-1', urgency: 'not yet assigned' },
      },
    },
  },
  'xz-utils': {
    'CVE-2024-3094': {
      releases: {
        bullseye: { status: 'resolved', fixed_version: '0', urgency: 'not yet assigned' },
        bookworm: { status: 'resolved', fixed_version: '0', urgency: 'not yet assigned' },
        trixie: {
          status: 'resolved',
          fixed_version: '5.6.1+really5.4.5-1',
          urgency: 'not yet assigned',
        },
      },
    },
  },
};

/** When the records were as they are here; what was found out since stands in none of them. */
const modified = '2025-08-29T00:00:00Z';
const licence = { database_specific: { note: 'written by hand for the demo' } };
const until = (fixed: string | null, introduced = '0') => ({
  ...{ type: 'ECOSYSTEM' },
  events: [{ introduced }, ...(fixed === null ? [] : [{ fixed }])],
});
const affected = (ecosystem: string, name: string, ...ranges: ReturnType<typeof until>[]) => ({
  package: { ecosystem, name },
  ranges,
});
const cvss = (score: string) => [{ type: 'CVSS_V3', score }];

/**
 * Others in the form of OSV: libraries, a program that was built from source, and one of the system that is
 * exploited, as Debian had it when CISA listed it.
 */
export const sampleRecords = [
  {
    ...{ id: 'GHSA-jfh8-c2jp-5v3q', aliases: ['CVE-2021-44228'], modified, ...licence },
    summary: 'Remote code injection in Log4j',
    severity: cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'),
    affected: [
      affected(
        'Maven',
        'org.apache.logging.log4j:log4j-core',
        until('2.3.1', '2.0-beta9'),
        until('2.12.2', '2.4'),
        until('2.15.0', '2.13.0'),
      ),
    ],
  },
  {
    ...{ id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'], modified, ...licence },
    summary: 'Command Injection in lodash',
    severity: cvss('CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H'),
    affected: [affected('npm', 'lodash', until('4.17.21'))],
  },
  {
    ...{ id: 'GHSA-h75v-3vvj-5mfj', aliases: ['CVE-2024-34064'], modified, ...licence },
    summary:
      'Jinja vulnerable to HTML attribute injection when passing user input as keys to xmlattr filter',
    severity: cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:L/A:L'),
    affected: [affected('PyPI', 'jinja2', until('3.1.4'))],
  },
  {
    ...{ id: 'BIT-node-2024-21892', aliases: ['CVE-2024-21892'], modified, ...licence },
    summary: 'On Linux, Node.js ignores certain environment variables with elevated privileges',
    severity: cvss('CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'),
    affected: [affected('Bitnami', 'node', until('18.19.1', '18.0.0'), until('20.11.1', '20.0.0'))],
  },
  {
    ...{ id: 'DEBIAN-CVE-2025-48384', upstream: ['CVE-2025-48384'], modified, ...licence },
    summary: 'Git runs a hook of a submodule whose path ends with a carriage return',
    severity: cvss('CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:C/C:H/I:H/A:H'),
    affected: [
      affected('Debian:12', 'git', until(null)),
      affected('Debian:13', 'git', until('1:2.47.3-0+deb13u1')),
    ],
  },
];

/** What comes with the next morning: PostgreSQL’s quoting, which the archive’s and a gone container’s version has. */
export const nextRecords = [
  {
    ...{ id: 'DEBIAN-CVE-2025-1094', upstream: ['CVE-2025-1094'], modified, ...licence },
    summary:
      'PostgreSQL quoting APIs miss neutralizing quoting syntax in text that fails encoding validation',
    severity: cvss('CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H'),
    affected: [
      affected('Debian:11', 'postgresql-13', until('13.20-0+deb11u1')),
      affected('Debian:12', 'postgresql-15', until('15.11-0+deb12u1')),
      affected('Debian:13', 'postgresql-17', until('17.3-1')),
    ],
  },
];

/** In the form of CISA’s catalogue. */
export const sampleExploited = {
  catalogVersion: 'sample',
  vulnerabilities: [
    {
      ...{ cveID: 'CVE-2021-44228', vendorProject: 'Apache', product: 'Log4j2' },
      ...{ dateAdded: '2021-12-10', knownRansomwareCampaignUse: 'Known' },
    },
    {
      ...{ cveID: 'CVE-2025-48384', vendorProject: 'Git', product: 'Git' },
      ...{ dateAdded: '2025-08-25', knownRansomwareCampaignUse: 'Unknown' },
    },
  ],
};

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

// Documents of Ubuntu and Red Hat, shortened from published ones to what decides, and true to their form.

const ubuntuHead = (cve: string) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': `https://github.com/canonical/ubuntu-security-notices/blob/main/vex/cve/2024/${cve}`,
  author: 'Canonical Ltd.',
  timestamp: '2025-07-01T05:45:05.213607',
  version: 4,
});
const ubuntuName = (cve: string) => ({
  '@id': `https://nvd.nist.gov/vuln/detail/${cve}`,
  name: cve,
  aliases: [`https://www.cve.org/CVERecord?id=${cve}`, `https://ubuntu.com/security/${cve}`],
});
const opening = 'This package (for the given release)';

/** Of the backdoor in xz, in which no release of Ubuntu ever had it. */
export const ubuntuXz = () => ({
  metadata: ubuntuHead('CVE-2024-3094'),
  statements: [
    {
      ...{ vulnerability: ubuntuName('CVE-2024-3094'), timestamp: '2024-03-29 17:15:00 UTC' },
      products: [
        'xz-utils@5.1.1alpha+20120614-2ubuntu2.16.04.1+esm1?arch=source&distro=esm-infra/xenial',
        'xz-utils@5.2.4-1ubuntu1.1?arch=source&distro=focal',
        'liblzma5@5.2.4-1ubuntu1.1?arch=amd64',
        'xz-utils@5.6.1+really5.4.5-1ubuntu0.2?arch=source&distro=noble',
      ].map((one) => ({ '@id': `pkg:deb/ubuntu/${one}` })),
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      impact_statement: `${opening}, while related to the CVE in some way, is not affected by the issue. CVE Notes / justification: The affected version of xz-utils was only in noble-proposed, and was removed before migrating to noble itself. No released versions of Ubuntu were affected by this issue.`,
    },
  ],
});

/** One CVE with each word that Ubuntu has. */
export const ubuntuMany = () => ({
  metadata: ubuntuHead('CVE-2024-2000'),
  statements: (
    [
      [
        'curl@7.81.0-1ubuntu1.16?arch=source&distro=jammy',
        'fixed',
        `${opening} was vulnerable, but an update has been uploaded and published.`,
      ],
      [
        'curl@7.68.0-1ubuntu2.25?arch=source&distro=focal',
        'affected',
        `${opening} is vulnerable to the CVE, the problem is understood, but the Ubuntu Security Team decided to not fix it. CVE Notes: `,
      ],
      [
        'curl@8.5.0-2ubuntu10.1?arch=source&distro=noble',
        'affected',
        `${opening} is vulnerable to the CVE and needs fixing.`,
      ],
      ['curl?arch=source&distro=plucky', 'under_investigation', ''],
    ] as const
  ).map(([product, status, action_statement]) => ({
    ...{ vulnerability: ubuntuName('CVE-2024-2000'), timestamp: '2024-04-01 00:00:00 UTC' },
    products: [{ '@id': `pkg:deb/ubuntu/${product}` }],
    ...{ status, action_statement },
  })),
});

const rhel = (release: string, cpe: string) => ({
  ...{ category: 'product_name', name: release },
  product: { product_id: release, name: release, product_identification_helper: { cpe } },
});
const component = (id: string, purl: string) => ({
  ...{ category: 'product_version', name: id },
  product: { product_id: id, name: id, product_identification_helper: { purl } },
});
const within = (platform: string, part: string) => ({
  category: 'default_component_of',
  ...{ product_reference: part, relates_to_product_reference: platform },
  full_product_name: { product_id: `${platform}:${part}`, name: `${part} in ${platform}` },
});
const red9 = 'red_hat_enterprise_linux_9';
const app = 'AppStream-9.6.0.GA';
const eus = 'AppStream-9.2.0.Z.EUS';
const parts = [
  ['openssl-libs-1:3.0.7-27.el9.x86_64', 'openssl-libs@3.0.7-27.el9?arch=x86_64&epoch=1'],
  ['openssl-1:3.0.7-27.el9.src', 'openssl@3.0.7-27.el9?arch=src&epoch=1'],
  ['openssl-libs-1:3.0.7-18.el9_2.x86_64', 'openssl-libs@3.0.7-18.el9_2?arch=x86_64&epoch=1'],
  ['gcc', 'gcc?arch=src'],
  ['emacs', 'emacs?arch=src'],
  ['nano', 'nano?arch=src'],
  ['vim', 'vim?arch=src'],
] as const;

/** One CVE of Red Hat with each word that it has. */
export const redhatMany = (difference: Record<string, unknown> = {}) => ({
  document: {
    ...{ category: 'csaf_vex', csaf_version: '2.0' },
    publisher: {
      ...{ category: 'vendor', name: 'Red Hat Product Security' },
      namespace: 'https://www.redhat.com',
    },
    tracking: {
      ...{ id: 'CVE-2024-2000', status: 'final', version: '3' },
      ...{ initial_release_date: '2024-04-01T00:00:00+00:00' },
      current_release_date: '2026-11-18T03:00:00+00:00',
    },
  },
  product_tree: {
    branches: [
      {
        ...{ category: 'vendor', name: 'Red Hat' },
        branches: [
          rhel(red9, 'cpe:/o:redhat:enterprise_linux:9'),
          rhel(app, 'cpe:/a:redhat:enterprise_linux:9::appstream'),
          rhel(eus, 'cpe:/a:redhat:rhel_eus:9.2::appstream'),
          ...parts.map(([id, purl]) => component(id, `pkg:rpm/redhat/${purl}`)),
        ],
      },
    ],
    relationships: [
      ...[parts[0][0], parts[1][0]].map((one) => within(app, one)),
      within(eus, parts[2][0]),
      ...['gcc', 'emacs', 'nano', 'vim'].map((one) => within(red9, one)),
    ],
  },
  vulnerabilities: [
    {
      ...{ cve: 'CVE-2024-2000', title: 'openssl: a flaw' },
      flags: [{ label: 'vulnerable_code_not_present', product_ids: [`${red9}:nano`] }],
      product_status: {
        fixed: [`${app}:${parts[0][0]}`, `${app}:${parts[1][0]}`, `${eus}:${parts[2][0]}`],
        known_affected: [`${red9}:gcc`, `${red9}:emacs`],
        known_not_affected: [`${red9}:nano`],
        under_investigation: [`${red9}:vim`],
      },
      remediations: [
        { category: 'vendor_fix', details: 'Update.', product_ids: [`${app}:${parts[0][0]}`] },
        { category: 'no_fix_planned', details: 'Will not fix', product_ids: [`${red9}:emacs`] },
        { category: 'none_available', details: 'Fix deferred', product_ids: [`${red9}:gcc`] },
      ],
      threats: [{ category: 'impact', details: 'Moderate', product_ids: [`${red9}:gcc`] }],
      scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' } }],
    },
  ],
  ...difference,
});

/**
 * One CVE of Red Hat in one release, by status: packages as their URLs have them behind `pkg:rpm/redhat/`; `before` stands
 * before their ids.
 */
export function redhatOf(
  major: number,
  statuses: Readonly<Record<string, readonly string[]>>,
  before = '',
) {
  const release = `red_hat_enterprise_linux_${major}`;
  const named = Object.entries(statuses).flatMap(([status, purls]) =>
    purls.map((purl) => ({
      purl,
      id: `${before}${status} ${purl.split('?', 1)[0]}`.replace(' ', '-'),
    })),
  );
  const ids = new Map(named.map(({ purl, id }) => [purl, id]));
  return redhatMany({
    product_tree: {
      branches: [
        rhel(release, `cpe:/o:redhat:enterprise_linux:${major}`),
        ...named.map(({ id, purl }) => component(id, `pkg:rpm/redhat/${purl}`)),
      ],
      relationships: named.map(({ id }) => within(release, id)),
    },
    vulnerabilities: [
      {
        cve: 'CVE-2024-2000',
        product_status: Object.fromEntries(
          Object.entries(statuses).map(([status, purls]) => [
            status,
            purls.map((purl) => `${release}:${ids.get(purl)}`),
          ]),
        ),
      },
    ],
  });
}

import { makerInVersion, makerOfDeb, makerOfRpm } from '../../src/shared/package-maker.ts';

// Versions and maintainers as these packages have them.
it.each([
  ['nginx', '1.25.3-1~bookworm', 'NGINX Packaging <nginx-packaging@f5.com>', 'nginx.org'],
  ['nodejs', '20.9.0-1nodesource1', 'Ivan Iguaran <ivan.iguaran@nodesource.com>', 'NodeSource'],
  ['docker-ce', '5:24.0.7-1~debian.12~bookworm', 'Docker <support@docker.com>', 'Docker'],
  ['gh', '2.40.1', 'GitHub', 'GitHub'],
  ['elasticsearch', '8.11.3', 'Elasticsearch Team <info@elastic.co>', 'Elastic'],
  ['terraform', '1.6.6-1', 'HashiCorp <support@hashicorp.com>', 'HashiCorp'],
  ['mysql-server', '8.0.35-1debian12', 'MySQL RE <mysql-build@oss.oracle.com>', 'Oracle'],
  [
    'google-chrome-stable',
    '120.0.6099.109-1',
    'Chrome Linux Team <chromium-dev@chromium.org>',
    'Google',
  ],
  ['google-osconfig-agent', '20231130.00-g1', 'Google Cloud Team <gc-team@google.com>', 'Google'],
  ['cuda-toolkit-12-3', '12.3.1-1', 'cudatools <cudatools@nvidia.com>', 'NVIDIA'],
  ['nvidia-container-toolkit', '1.14.3-1', 'NVIDIA CORPORATION <cudatools@nvidia.com>', 'NVIDIA'],
  ['code', '1.85.1-1702462158', 'Microsoft Corporation <vscode-linux@microsoft.com>', 'Microsoft'],
  ['azure-cli', '2.55.0-1~bookworm', 'Azure Python CLI Team <azpycli@microsoft.com>', 'Microsoft'],
  ['kubectl', '1.29.0-1.1', 'Kubernetes Authors <dev@kubernetes.io>', 'Kubernetes'],
  ['mongodb-org-server', '7.0.4', 'MongoDB Packaging <packaging@mongodb.com>', 'MongoDB'],
  ['gitlab-runner', '16.6.1', 'GitLab Inc. <support@gitlab.com>', 'GitLab'],
  ['grafana', '10.2.2', 'contact@grafana.com <contact@grafana.com>', 'Grafana'],
  ['datadog-agent', '1:7.49.1-1', 'Datadog Packages <package@datadoghq.com>', 'Datadog'],
])('knows who built %s %s', (_, version, maintainer, maker) => {
  expect(makerOfDeb({ version, maintainer, origin: undefined })).toBe(maker);
});

// Packages of Debian 13 itself, and names of such people.
it.each([
  ['0.7.0-2', 'Brandon Weeks <bweeks@google.com>'],
  ['3.0.0-1', 'Alex Doyle <adoyle@nvidia.com>'],
  ['1.0-1', 'Jane Roe <jane@microsoft.com>'],
  ['1.0-1', 'Jane Roe <jr@oss.oracle.com>'],
])(
  'takes %s of somebody who works for a vendor for one of the distribution: %s',
  (version, maintainer) => {
    expect(makerOfDeb({ version, maintainer, origin: undefined })).toBeNull();
  },
);

it.each([
  ['16.1-1.pgdg120+1', 'PostgreSQL (PGDG)'],
  ['1:10.11.6+maria~deb12', 'MariaDB'],
  ['8.2.13-1+0~20231124.17+debian12~1.gbp5f5d5d', 'Ondřej Surý'],
  ['8.2.12-1+ubuntu22.04.1+deb.sury.org+1', 'Ondřej Surý'],
  ['6:7.2.3-1rl1~bookworm1', 'somebody else for this release'],
  ['1:2.39.5-0ppa1~ubuntu22.04.1', 'a PPA'],
  ['6.1.0-1~bpo12+1', 'backports'],
  ['2:8.0.1-1~pve1', 'Proxmox'],
  ['1:6.6.20-1+rpt1', 'Raspberry Pi OS'],
])('sees by %s alone who built it', (version, maker) => {
  expect(makerInVersion(version)).toBe(maker);
});

// Of Debian 12 and Ubuntu 24.04 themselves.
it.each([
  ...['1.22.1-9+deb12u1', '18.19.0+dfsg-6~deb12u1', '1:9.2p1-2+deb12u2', '5.6.1+really5.4.5-1'],
  ...[
    '1:153.7.0esr-1~deb12u1',
    '3.0.13-0ubuntu3.4',
    '2.7.14build2',
    '24.04.1~22.04',
    '1.2.13.dfsg-1',
  ],
  ...['2.36-9+deb12u10', '0~20230312-1', '1.0+0~20200101-2'],
])('takes %s for one of the distribution', (version) => {
  const maintainer = 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>';
  expect(makerOfDeb({ version, maintainer, origin: undefined })).toBeNull();
  expect(makerOfDeb({ version, maintainer: undefined, origin: 'Debian' })).toBeNull();
  expect(makerOfDeb({ version, maintainer, origin: 'Acme GmbH' })).toBe('Acme GmbH');
});

it.each([
  ...['Red Hat, Inc.', 'AlmaLinux', 'Rocky Enterprise Software Foundation', 'Fedora Project'],
  ...['Amazon Linux', 'Oracle America', 'SUSE LLC <https://www.suse.com/>', 'CentOS', 'openEuler'],
])('takes %s for a distribution', (vendor) => {
  expect(makerOfRpm(vendor)).toBeNull();
});

it('takes any other vendor for somebody else, and none for nobody known', () => {
  expect(makerOfRpm('NGINX Packaging')).toBe('NGINX Packaging');
  expect(makerOfRpm('Oracle and/or its affiliates')).toBe('Oracle and/or its affiliates');
  expect(makerOfRpm(`\u202e${'x'.repeat(500)}\n`)).toBe('x'.repeat(60));
  expect(makerOfRpm('(none)')).toBeNull();
  expect(makerOfRpm(undefined)).toBeNull();
});

// Lists of packages of one image of Debian 12, by hand, with the fields that each program writes.

export const listedId = `sha256:${'1'.repeat(64)}`;
export const listedDigest = `sha256:${'2'.repeat(64)}`;
const layers = [`sha256:${'3'.repeat(64)}`, `sha256:${'4'.repeat(64)}`];
const ssl = 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12';
const lodash = 'pkg:npm/lodash@4.17.20';
const made = '2026-11-20T09:00:00Z';

/** As `syft -o syft-json` writes it. */
export const syftList = () => ({
  artifacts: [
    {
      ...{
        id: 'a',
        name: 'libssl3',
        version: '3.0.11-1',
        type: 'deb',
        purl: `${ssl}&upstream=openssl`,
      },
      locations: [{ path: '/var/lib/dpkg/status' }],
      metadata: { package: 'libssl3', source: 'openssl', sourceVersion: '' },
    },
    {
      ...{ id: 'b', name: 'lodash', version: '4.17.20', type: 'npm', purl: lodash },
      locations: [{ path: '/app/node_modules/lodash/package.json' }],
      metadata: { name: 'lodash' },
    },
    { id: 'c', name: 'notes', version: '', type: 'UnknownPackage', purl: '' },
  ],
  source: {
    ...{ id: 'x', name: 'shop', version: '1.2', type: 'image' },
    metadata: {
      ...{ userInput: 'shop:1.2', imageID: listedId, manifestDigest: listedDigest },
      tags: ['shop:1.2'],
      repoDigests: [`registry.example/shop@${listedDigest}`],
      layers: layers.map((digest) => ({ mediaType: 'x', digest, size: 1 })),
    },
  },
  distro: { prettyName: 'Debian 12', name: 'Debian', id: 'debian', versionID: '12' },
  descriptor: { name: 'syft', version: '1.2.0' },
  schema: { version: '16.0.15' },
});

/** As `trivy image --format json --list-all-pkgs` writes it. */
export const trivyList = () => ({
  SchemaVersion: 2,
  Trivy: { Version: '0.68.1' },
  CreatedAt: '2026-11-20T10:00:00.123456789+01:00',
  ArtifactName: 'shop:1.2',
  ArtifactType: 'container_image',
  Metadata: {
    OS: { Family: 'debian', Name: '12.5' },
    ...{ ImageID: listedId, DiffIDs: layers, RepoTags: ['shop:1.2'] },
    RepoDigests: [`registry.example/shop@${listedDigest}`],
  },
  Results: [
    {
      ...{ Target: 'shop:1.2 (debian 12.5)', Class: 'os-pkgs', Type: 'debian' },
      Packages: [
        {
          ...{ ID: 'libssl3@3.0.11-1', Name: 'libssl3', Version: '3.0.11', Release: '1' },
          Identifier: { PURL: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5' },
          ...{ SrcName: 'openssl', SrcVersion: '3.0.11', SrcRelease: '1', Arch: 'amd64' },
        },
        {
          ...{ ID: 'bsdutils', Name: 'bsdutils', Version: '2.38.1', Release: '5', Epoch: 1 },
          Identifier: {
            PURL: 'pkg:deb/debian/bsdutils@2.38.1-5?arch=amd64&distro=debian-12.5&epoch=1',
          },
          ...{ SrcName: 'util-linux', SrcVersion: '2.38.1', SrcRelease: '5' },
        },
      ],
    },
    {
      ...{ Target: 'Node.js', Class: 'lang-pkgs', Type: 'node-pkg' },
      Packages: [
        {
          ...{
            Name: 'lodash',
            Version: '4.17.20',
            FilePath: 'app/node_modules/lodash/package.json',
          },
          Identifier: { PURL: lodash },
        },
      ],
    },
  ],
});

/** As Grype writes what it found. */
export const grypeList = () => ({
  matches: [
    {
      vulnerability: { id: 'CVE-2021-23337' },
      artifact: { ...syftList().artifacts[1], upstreams: [] },
    },
    {
      vulnerability: { id: 'CVE-2026-1000' },
      artifact: {
        ...{ name: 'libssl3', version: '3.0.11-1', type: 'deb', purl: ssl, metadata: null },
        ...{ locations: [], upstreams: [{ name: 'openssl' }] },
      },
    },
  ],
  source: { type: 'image', target: syftList().source.metadata },
  distro: { name: 'debian', version: '12', idLike: [] },
  descriptor: { name: 'grype', version: '0.90.0', timestamp: made },
});

/** CycloneDX 1.6 as Trivy writes it. */
export const cyclonedxList = () => ({
  ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
  metadata: {
    timestamp: made,
    tools: { components: [{ type: 'application', name: 'trivy', version: '0.68.1' }] },
    component: {
      ...{ type: 'container', name: 'shop:1.2', 'bom-ref': 'x' },
      purl: `pkg:oci/shop@${listedDigest}?repository_url=registry.example%2Fshop`,
      properties: [
        { name: 'aquasecurity:trivy:ImageID', value: listedId },
        ...layers.map((value) => ({ name: 'aquasecurity:trivy:DiffID', value })),
      ],
    },
  },
  components: [
    { type: 'operating-system', name: 'debian', version: '12.5' },
    {
      ...{ type: 'library', name: 'libssl3', version: '3.0.11-1' },
      purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5',
      properties: [
        { name: 'aquasecurity:trivy:SrcName', value: 'openssl' },
        { name: 'aquasecurity:trivy:SrcVersion', value: '3.0.11' },
        { name: 'aquasecurity:trivy:SrcRelease', value: '1' },
      ],
    },
    {
      ...{ type: 'application', name: 'shop' },
      components: [
        {
          ...{ type: 'library', name: 'lodash', version: '4.17.20', purl: lodash },
          properties: [
            { name: 'aquasecurity:trivy:FilePath', value: 'app/node_modules/lodash/package.json' },
          ],
        },
      ],
    },
  ],
});

/** SPDX 2.3 as Syft writes it. */
export const spdxList = () => ({
  ...{ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'shop' },
  creationInfo: { created: made, creators: ['Organization: Anchore, Inc', 'Tool: syft-1.2.0'] },
  packages: [
    {
      ...{ SPDXID: 'SPDXRef-1', name: 'libssl3', versionInfo: '3.0.11-1' },
      sourceInfo: 'acquired package info from DPKG DB: /var/lib/dpkg/status',
      externalRefs: [
        {
          referenceCategory: 'SECURITY',
          referenceType: 'cpe23Type',
          referenceLocator: 'cpe:2.3:a',
        },
        {
          ...{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl' },
          referenceLocator: `${ssl}&upstream=openssl`,
        },
      ],
    },
    {
      ...{ SPDXID: 'SPDXRef-2', name: 'lodash', versionInfo: '4.17.20' },
      externalRefs: [{ referenceType: 'purl', referenceLocator: lodash }],
    },
    {
      ...{ SPDXID: 'SPDXRef-3', name: 'shop', versionInfo: listedDigest },
      primaryPackagePurpose: 'CONTAINER',
      checksums: [{ algorithm: 'SHA256', checksumValue: '2'.repeat(64) }],
    },
  ],
});

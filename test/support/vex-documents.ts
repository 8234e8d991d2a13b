import type { VexDocument } from '../../src/exposure/parse-openvex.ts';
import { parseOpenVex } from '../../src/exposure/parse-openvex.ts';
import type { VexStatement } from '../../src/exposure/vex-statement.ts';

// Documents by hand, in the words of https://github.com/openvex/spec and of CSAF 2.0.

export const noon = '2026-11-20T12:00:00Z';

/** One statement as OpenVEX writes it, that `xz-utils` of Debian 12 is not affected where nothing else is said. */
export const said = (difference: Record<string, unknown> = {}) => ({
  vulnerability: { name: 'CVE-2026-1000' },
  products: [{ '@id': 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12' }],
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  ...difference,
});

/** A document of OpenVEX 0.2. */
export const openVex = (
  statements: readonly unknown[],
  difference: Record<string, unknown> = {},
) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  author: 'Acme Security',
  timestamp: noon,
  version: 1,
  statements,
  ...difference,
});

/** The statements of a document that is right. */
export function statementsOf(value: unknown): VexStatement[] {
  return documentOf(value).statements;
}

export function documentOf(value: unknown): VexDocument {
  const parsed = parseOpenVex(value);
  if (parsed.state === 'unread') throw new Error(parsed.reason);
  return parsed.value;
}

const digest = `sha256:${'a'.repeat(64)}`;
export const shopImage = `pkg:oci/shop@${digest}?repository_url=registry.example/team/shop`;
export const shopDigest = digest;

/** A document of CSAF 2.0, with the tree of one distribution and one image. */
export const csaf = (difference: Record<string, unknown> = {}) => ({
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    publisher: { category: 'vendor', name: 'Acme PSIRT', namespace: 'https://acme.example' },
    title: 'Acme on CVE-2026-1000',
    tracking: {
      ...{ id: 'ACME-2026-1', status: 'final', version: '2', initial_release_date: noon },
      current_release_date: '2026-11-21T12:00:00Z',
    },
  },
  product_tree: {
    branches: [
      {
        ...{ category: 'vendor', name: 'Acme' },
        branches: [
          {
            ...{ category: 'product_version', name: 'libssl3' },
            product: {
              ...{ product_id: 'libssl3', name: 'libssl3' },
              product_identification_helper: { purl: 'pkg:deb/debian/libssl3@3.0.11-1' },
            },
          },
          {
            ...{ category: 'product_version', name: 'zlib1g' },
            product: {
              ...{ product_id: 'zlib', name: 'zlib' },
              product_identification_helper: { purl: 'pkg:deb/debian/zlib1g' },
            },
          },
          {
            ...{ category: 'product_name', name: 'shop' },
            product: {
              ...{ product_id: 'shop', name: 'shop' },
              product_identification_helper: { purl: shopImage },
            },
          },
        ],
      },
    ],
    relationships: [
      {
        category: 'default_component_of',
        ...{ product_reference: 'zlib', relates_to_product_reference: 'shop' },
        full_product_name: { product_id: 'shop:zlib', name: 'zlib in shop' },
      },
    ],
    product_groups: [{ group_id: 'all', product_ids: ['libssl3', 'shop:zlib'] }],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-1000',
      product_status: { known_not_affected: ['libssl3', 'shop:zlib'] },
      flags: [{ label: 'vulnerable_code_not_present', group_ids: ['all'] }],
      threats: [{ category: 'impact', details: 'It is not built.', product_ids: ['libssl3'] }],
    },
  ],
  ...difference,
});

/** A statement of in-toto that carries a document about the image of the shop. */
export const attestationOf = (predicate: unknown, difference: object = {}) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'shop', digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://openvex.dev/ns/v0.2.0',
  predicate,
  ...difference,
});

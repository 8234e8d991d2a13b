import fc from 'fast-check';
import { namedByUrl, parsePackageUrl } from '../../src/exposure/package-url.ts';
import { parseCsaf } from '../../src/exposure/parse-csaf.ts';
import { parseOpenVex } from '../../src/exposure/parse-openvex.ts';
import type { Verdict } from '../../src/exposure/verdict.ts';
import { indexStatements, withStatement } from '../../src/exposure/vex-index.ts';
import {
  comparePackage,
  type ImageNames,
  isImage,
  namedImage,
  readProduct,
} from '../../src/exposure/vex-product.ts';
import { installed } from '../support/exposure-records.ts';
import { processorMs } from '../support/processor-ms.ts';
import {
  csaf,
  documentOf,
  noon,
  openVex,
  said,
  shopDigest,
  shopImage,
  statementsOf,
} from '../support/vex-documents.ts';

const ssl = (difference: Partial<ReturnType<typeof installed>> = {}) =>
  installed('Debian:12', 'libssl3', '3.0.11-1', {
    ...{ sourceName: 'openssl', sourceVersion: '3.0.11-1', architecture: 'amd64' },
    ...difference,
  });
const record = {
  ...{ id: 'DEBIAN-CVE-2026-1000', source: 'osv/Debian', modified: null, package: 'openssl' },
  ...{ ecosystem: 'Debian:12', through: 'source' as const },
};
const affected: Verdict = {
  state: 'affected-fix-available',
  fixed: '3.0.13',
  introduced: null,
  record,
};
const open: Verdict = { state: 'unknown', reason: 'no-record', record: null, note: '' };
const repaired: Verdict = {
  ...{ state: 'vendor-says-not-affected', because: 'fixed', fixed: '3.0.11', note: '', record },
};

/** What becomes of a verdict by documents. */
function judged(
  verdict: Verdict,
  statements: readonly Record<string, unknown>[],
  { one = ssl(), image = null }: { one?: ReturnType<typeof ssl>; image?: ImageNames | null } = {},
): Verdict {
  const index = indexStatements(statementsOf(openVex(statements)));
  return withStatement(verdict, index.of(image).about(['CVE-2026-1000'], one), one.ecosystem);
}
const compared = (url: string, one = ssl()) =>
  comparePackage(
    readProduct({ written: url, package: url, image: null, release: null, trouble: null }),
    one,
  );

describe('a product', () => {
  it.each([
    ['pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12', 'same'],
    ['pkg:deb/debian/libssl3', 'same'],
    ['pkg:deb/debian/libssl3?distro=bookworm', 'same'],
    ['pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12.5', 'same'],
    ['pkg:deb/debian/openssl@3.0.11-1?arch=source', 'same'],
    ['pkg:deb/debian/libssl3@3.0.11-1?arch=arm64', 'architecture-differs'],
    ['pkg:deb/debian/libssl3@3.0.11-2', 'version-differs'],
    ['pkg:deb/debian/libssl3@1%3A3.0.11-1', 'version-differs'],
    ['pkg:deb/debian/libssl3@3.0.11-1?epoch=1', 'version-differs'],
    ['pkg:deb/debian/libssl3@3.0.11-1?distro=trixie', 'release-differs'],
    ['pkg:deb/debian/libssl3@3.0.11-1?distro=cupcake', 'release-not-understood'],
    ['pkg:deb/debian/openssl@3.0.11-1', 'other-package'],
    ['pkg:deb/ubuntu/libssl3@3.0.11-1', 'other-package'],
    ['pkg:npm/libssl3@3.0.11-1', 'other-package'],
  ])('%s is %s', (url, outcome) => {
    expect(compared(url)).toBe(outcome);
  });

  it.each([
    [
      'pkg:rpm/almalinux/openssl-libs@3.0.7-27.el9?epoch=1&arch=x86_64&distro=almalinux-9.4',
      'same',
    ],
    ['pkg:rpm/almalinux/openssl-libs@3.0.7-27.el9?arch=x86_64', 'version-differs'],
    ['pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?epoch=1&arch=x86_64', 'other-package'],
  ])('the epoch of rpm stands beside its version: %s is %s', (url, outcome) => {
    const one = installed('AlmaLinux:9', 'openssl-libs', '1:3.0.7-27.el9', {
      architecture: 'x86_64',
    });
    expect(compared(url, one)).toBe(outcome);
  });

  const found = (purl: string) => ({ found: { paths: ['app'], purl } });
  it.each([
    ['npm', '@scope/lib', '1.2.0', 'pkg:npm/%40scope/lib@1.2.0', 'pkg:npm/@scope/lib', 'same'],
    [
      'npm',
      '@scope/lib',
      '1.2.0',
      'pkg:npm/%40scope/lib@1.2.0',
      'pkg:npm/%40scope/lib@1.2.1',
      'version-differs',
    ],
    [
      'npm',
      '@scope/lib',
      '1.2.0',
      'pkg:npm/%40scope/lib@1.2.0',
      'pkg:npm/lib@1.2.0',
      'other-package',
    ],
    ['PyPI', 'my-lib', '1.0', 'pkg:pypi/my-lib@1.0', 'pkg:pypi/My_Lib@1.0.0', 'same'],
    ['Maven', 'org.a:b', '2.1', 'pkg:maven/org.a/b@2.1', 'pkg:maven/org.a/b@2.1', 'same'],
    ['Maven', 'org.a:b', '2.1', 'pkg:maven/org.a/b@2.1', 'pkg:maven/org.c/b@2.1', 'other-package'],
  ])(
    'a library of %s, %s %s, by %s against %s is %s',
    (ecosystem, name, version, own, url, outcome) => {
      expect(compared(url, installed(ecosystem, name, version, found(own)))).toBe(outcome);
    },
  );

  it('is read in all forms that the specification allows, and in no other', () => {
    expect(parsePackageUrl('pkg://NPM/@a/b@1.0?x=y#path')).toMatchObject({
      ...{ type: 'npm', namespace: '@a', name: 'b', version: '1.0' },
    });
    for (const text of [
      'npm/a',
      'pkg:',
      'pkg:npm',
      'pkg:npm/%E0%A4%A',
      'pkg:npm/a@',
      `pkg:npm/${'a'.repeat(3_000)}`,
    ]) {
      expect(parsePackageUrl(text)).toBeNull();
    }
    const ubuntu = parsePackageUrl('pkg:deb/ubuntu/curl@7?distro=ubuntu-22.04');
    expect(ubuntu && namedByUrl(ubuntu)).toMatchObject({
      release: { value: 'Ubuntu:22.04:LTS' },
    });
  });
});

describe('an image', () => {
  const image: ImageNames = {
    ...{ id: `sha256:${'b'.repeat(64)}`, tags: ['registry.example/team/shop:1.2'] },
    digests: [`registry.example/team/shop@${shopDigest}`],
  };
  const hub: ImageNames = { id: 'sha256:1', tags: ['nginx:1.27'], digests: [] };
  it.each([
    [shopImage, image, true],
    [`sha256:${'b'.repeat(64)}`, image, true],
    ['pkg:oci/shop?repository_url=registry.example/team&tag=1.2', image, true],
    ['pkg:oci/shop?repository_url=registry.example/team/shop&tag=1.3', image, false],
    ['pkg:oci/shop?repository_url=other.example/team/shop', image, false],
    [
      `pkg:oci/shop@sha256:${'c'.repeat(64)}?repository_url=registry.example/team/shop`,
      image,
      false,
    ],
    ['registry.example/team/shop:1.2', image, true],
    ['pkg:docker/nginx@1.27', hub, true],
    ['pkg:docker/library/nginx@1.27', hub, true],
    ['docker.io/library/nginx:1.27', hub, true],
    ['nginx:1.26', hub, false],
    ['pkg:docker/evil/nginx@1.27', hub, false],
  ])('%s against one', (text, names, isIt) => {
    const named = namedImage(text);
    expect(named && isImage(named, names)).toBe(isIt);
  });

  it('of a name alone is nobody’s', () => {
    const product = {
      written: '',
      package: null,
      image: 'pkg:oci/nginx',
      release: null,
      trouble: null,
    };
    expect(readProduct(product).trouble).toBe('image-unclear');
  });

  it('is cleared as a whole, or in the packages that are named', () => {
    const whole = [said({ products: [{ '@id': shopImage }] })];
    const part = [
      said({
        products: [{ '@id': shopImage, subcomponents: [{ '@id': 'pkg:deb/debian/libssl3' }] }],
      }),
    ];
    const zlib = installed('Debian:12', 'zlib1g', '1');

    expect(judged(affected, whole, { image }).state).toBe('vendor-says-not-affected');
    expect(judged(affected, whole).state).toBe('affected-fix-available');
    expect(judged(affected, whole, { image: hub }).state).toBe('affected-fix-available');
    expect(judged(affected, part, { image }).state).toBe('vendor-says-not-affected');
    expect(judged(affected, part, { image, one: zlib }).state).toBe('affected-fix-available');
  });
});

describe('a statement', () => {
  it('clears what records call affected or leave open, and says by whom', () => {
    for (const verdict of [affected, open]) {
      expect(judged(verdict, [said()])).toMatchObject({
        state: 'vendor-says-not-affected',
        record: { source: 'vex/https://acme.example/vex/1', through: 'statement' },
        by: {
          ...{ author: 'Acme Security', at: '2026-11-20T12:00:00.000Z', note: '' },
          justification: 'vulnerable_code_not_in_execute_path',
        },
      });
    }
    expect(judged(repaired, [said()])).toEqual(repaired);
  });

  it('says affected where records say no, and open never takes an affected away', () => {
    const products = [{ '@id': 'pkg:deb/debian/libssl3' }];
    expect(
      judged(repaired, [said({ status: 'affected', action_statement: 'Update.' })]),
    ).toMatchObject({
      ...{ state: 'affected-no-fix', note: 'Update.', by: { author: 'Acme Security' } },
    });
    expect(judged(affected, [said({ status: 'affected' })])).toEqual(affected);
    expect(judged(affected, [said({ status: 'under_investigation', products })])).toEqual(affected);
    expect(judged(repaired, [said({ status: 'under_investigation' })])).toMatchObject({
      ...{ state: 'unknown', reason: 'under-investigation' },
    });
  });

  it('that says fixed clears the version that it names, and without one none', () => {
    expect(judged(affected, [said({ status: 'fixed' })])).toMatchObject({ because: 'fixed' });
    const of = (id: string) =>
      judged(affected, [said({ status: 'fixed', products: [{ '@id': id }] })]);
    expect(of('pkg:deb/debian/libssl3').state).toBe('affected-fix-available');
  });

  it('gives way to a newer one of its author, and to anybody who says affected', () => {
    const later = { timestamp: '2026-11-21T00:00:00Z' };
    const products = [{ '@id': 'pkg:deb/debian/libssl3' }];
    expect(
      judged(affected, [said(), said({ status: 'under_investigation', ...later, products })]),
    ).toEqual(affected);
    expect(judged(affected, [said(later), said({ status: 'affected' })]).state).toBe(
      'vendor-says-not-affected',
    );
    // Of one moment the worse counts.
    expect(judged(repaired, [said(), said({ status: 'affected' })]).state).toBe('affected-no-fix');
    const other = documentOf(
      openVex([said({ status: 'affected' })], { author: 'Somebody', '@id': 'x:2' }),
    );
    const index = indexStatements([...statementsOf(openVex([said(later)])), ...other.statements]);
    expect(withStatement(affected, index.of(null).about(['CVE-2026-1000'], ssl()))).toEqual(
      affected,
    );
    expect(withStatement(repaired, index.of(null).about(['CVE-2026-1000'], ssl()))).toMatchObject({
      by: { author: 'Somebody' },
    });
  });

  it('about another product, version, release or vulnerability never clears', () => {
    const word = fc.constantFrom('libssl3', 'openssl', 'zlib1g', 'libssl3t64');
    const version = fc.constantFrom(
      '3.0.11-1',
      '3.0.11',
      '3.0.11-1+b1',
      '1:3.0.11-1',
      '3.0.11-1~',
      null,
    );
    const distro = fc.constantFrom(
      '',
      'debian-12',
      'bookworm',
      'trixie',
      'debian-13',
      'jammy',
      '12',
      'x',
    );
    const arch = fc.constantFrom('', 'amd64', 'arm64', 'source', 'all');
    const space = fc.constantFrom('deb/debian', 'deb/ubuntu', 'npm', 'rpm/redhat');
    const id = fc.constantFrom('CVE-2026-1000', 'CVE-2026-10', 'CVE-2026-2');
    const status = fc.constantFrom('not_affected', 'fixed');
    fc.assert(
      fc.property(fc.record({ word, version, distro, arch, space, id, status }), (one) => {
        const asked = [
          ...(one.arch ? [`arch=${one.arch}`] : []),
          ...(one.distro ? [`distro=${one.distro}`] : []),
        ];
        const url = `pkg:${one.space}/${one.word}${one.version === null ? '' : `@${encodeURIComponent(one.version)}`}${asked.length ? `?${asked.join('&')}` : ''}`;
        const { state } = judged(affected, [
          said({ vulnerability: { name: one.id }, status: one.status, products: [{ '@id': url }] }),
        ]);
        const isName = one.word === (one.arch === 'source' ? 'openssl' : 'libssl3');
        const isMeant =
          one.id === 'CVE-2026-1000' &&
          isName &&
          one.space === 'deb/debian' &&
          (one.version === '3.0.11-1' || (one.version === null && one.status === 'not_affected')) &&
          ['', 'debian-12', 'bookworm', '12'].includes(one.distro) &&
          one.arch !== 'arm64';
        expect(state).toBe(isMeant ? 'vendor-says-not-affected' : 'affected-fix-available');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('OpenVEX', () => {
  it('is read in the forms of 0.0.1 and 0.2, with the times and names of each statement', () => {
    const first = openVex(
      [
        {
          vulnerability: 'cve-2026-1000',
          products: ['pkg:deb/debian/zlib1g'],
          status: 'fixed',
          status_notes: 'x',
        },
      ],
      { last_updated: '2026-11-22T00:00:00+02:00' },
    );
    expect(documentOf(first)).toMatchObject({
      ...{ source: 'vex/https://acme.example/vex/1', at: '2026-11-21T22:00:00.000Z' },
      statements: [
        {
          ...{ vulnerabilities: ['CVE-2026-1000'], at: '2026-11-21T22:00:00.000Z', note: 'x' },
          products: [
            { written: 'pkg:deb/debian/zlib1g', package: 'pkg:deb/debian/zlib1g', image: null },
          ],
        },
      ],
    });
    const second = said({
      vulnerability: { name: 'GHSA-x', aliases: ['CVE-2026-1000'] },
      products: [
        { '@id': 'https://acme.example/shop', identifiers: { purl: shopImage } },
        { '@id': 'https://acme.example/y', hashes: { 'sha-256': 'A'.repeat(64) } },
        { '@id': 'https://acme.example/z' },
        { '@id': 'pkg:npm/app@1', subcomponents: [{ '@id': 'pkg:npm/lodash@4' }] },
      ],
    });
    expect(statementsOf(openVex([second]))[0]).toMatchObject({
      vulnerabilities: ['GHSA-X', 'CVE-2026-1000'],
      products: [
        { image: shopImage, package: null },
        { image: `sha256:${'a'.repeat(64)}`, package: null },
        { trouble: 'not-understood' },
        { trouble: 'part-of-package', package: 'pkg:npm/lodash@4' },
      ],
    });
  });

  it('refuses what has another shape and takes the rest; the same statement twice is one word', () => {
    const bad = [
      null,
      7,
      {},
      said({ status: 'perhaps' }),
      said({ products: [] }),
      said({ products: [{}] }),
      said({ vulnerability: {} }),
      said({ timestamp: 'yesterday' }),
      said({ vulnerability: { name: 'x'.repeat(200) } }),
      said({ justification: 'x'.repeat(2_000) }),
      said({ products: [{ '@id': `pkg:npm/${'x'.repeat(9_000)}` }] }),
    ];
    const { statements, refused } = documentOf(openVex([...bad, said(), said()]));
    expect([statements.length, refused.length]).toEqual([2, bad.length]);
    expect(judged(affected, [said(), said()]).state).toBe('vendor-says-not-affected');
    for (const value of [
      null,
      [],
      'x',
      {},
      openVex([], { author: '' }),
      openVex([], { timestamp: '' }),
      openVex([], { '@id': undefined }),
    ]) {
      expect(parseOpenVex(value).state).toBe('unread');
    }
  });
});

describe('CSAF', () => {
  const read = (value: unknown) => {
    const parsed = parseCsaf(value);
    return parsed.state === 'read' ? parsed.value : parsed.reason;
  };

  it('is read with products by its tree, and reasons by product and group', () => {
    expect(read(csaf())).toMatchObject({
      ...{ source: 'vex/https://acme.example ACME-2026-1', author: 'Acme PSIRT' },
      at: '2026-11-21T12:00:00.000Z',
      statements: [
        {
          ...{
            vulnerabilities: ['CVE-2026-1000'],
            status: 'not_affected',
            note: 'It is not built.',
          },
          justification: 'vulnerable_code_not_present',
          products: [
            { written: 'libssl3', package: 'pkg:deb/debian/libssl3@3.0.11-1', image: null },
          ],
        },
        {
          note: '',
          products: [{ written: 'shop:zlib', package: 'pkg:deb/debian/zlib1g', image: shopImage }],
        },
      ],
    });
  });

  it.each([
    [
      'a draft',
      {
        document: {
          ...csaf().document,
          tracking: { ...csaf().document.tracking, status: 'draft' },
        },
      },
      /no draft/,
    ],
    [
      'one id for two products',
      {
        product_tree: {
          full_product_names: [
            { product_id: 'a', name: 'a' },
            { product_id: 'a', name: 'b' },
          ],
        },
      },
      /there once/,
    ],
    ['a tree without an end', { product_tree: { branches: deep(40) } }, /at most 20 levels/],
    [
      'no time',
      { document: { ...csaf().document, tracking: { id: 'x', status: 'final' } } },
      /a time/,
    ],
  ])('refuses %s', (_what, difference, reason) => {
    expect(read(csaf(difference))).toMatch(reason);
  });

  it('does not understand products that the tree has not, and platforms that nobody knows', () => {
    const value = csaf({
      product_tree: {
        full_product_names: [
          {
            product_id: 'p',
            name: 'p',
            product_identification_helper: { purl: 'pkg:rpm/redhat/xz' },
          },
          {
            product_id: 'eus',
            name: 'e',
            product_identification_helper: { cpe: 'cpe:/a:redhat:rhel_eus:9.2' },
          },
        ],
        relationships: [
          {
            ...{ category: 'default_component_of', product_reference: 'p' },
            relates_to_product_reference: 'eus',
            full_product_name: { product_id: 'eus:p', name: 'x' },
          },
        ],
      },
      vulnerabilities: [{ cve: 'CVE-1-1', product_status: { fixed: ['nobody', 'eus:p'] } }],
    });
    expect(read(value)).toMatchObject({
      statements: [{ products: [{ trouble: 'not-understood' }, { trouble: 'part-of-package' }] }],
    });
  });

  it('knows what a part of a part is in, in whatever order relations stand', () => {
    const helper = (id: string, about: Record<string, string>) => ({
      ...{ product_id: id, name: id, product_identification_helper: about },
    });
    const within = (whole: string, part: string) => ({
      ...{ category: 'default_component_of', product_reference: part },
      ...{ relates_to_product_reference: whole },
      full_product_name: { product_id: `${whole}:${part}`, name: 'x' },
    });
    const relationships = [
      within('rhel:module', 'node'),
      within('shop:layer', 'node'),
      within('eus:module', 'node'),
      ...[within('rhel', 'module'), within('shop', 'layer'), within('eus', 'module')],
    ];
    for (const some of [relationships, relationships.toReversed()]) {
      const value = csaf({
        product_tree: {
          full_product_names: [
            helper('node', { purl: 'pkg:rpm/redhat/nodejs' }),
            helper('rhel', { cpe: 'cpe:/a:redhat:enterprise_linux:8::appstream' }),
            helper('eus', { cpe: 'cpe:/a:redhat:rhel_eus:8.4::appstream' }),
            helper('shop', { purl: shopImage }),
            ...[
              { product_id: 'module', name: 'm' },
              { product_id: 'layer', name: 'l' },
            ],
          ],
          relationships: some,
        },
        vulnerabilities: [
          {
            cve: 'CVE-1-1',
            product_status: {
              known_affected: ['rhel:module:node', 'shop:layer:node', 'eus:module:node'],
            },
          },
        ],
      });
      expect(read(value)).toMatchObject({
        statements: [
          {
            products: [
              { release: 'Red Hat:enterprise_linux:8', trouble: null },
              { image: shopImage, trouble: null },
              { release: null, trouble: 'part-of-package' },
            ],
          },
        ],
      });
    }
  });

  function deep(levels: number): unknown[] {
    return levels === 0 ? [] : [{ category: 'vendor', name: 'x', branches: deep(levels - 1) }];
  }
});

it('takes no longer than its size for texts that are made to be slow', () => {
  const long = `pkg:oci/${'a/'.repeat(900)}@`;
  for (let round = 0; round < 200; round += 1) namedImage(long);
  expect(namedImage('x'.repeat(100_000))).toBeNull();
  expect(noon).toMatch(/Z$/);
});

it('takes no longer than its size for a group that everybody names again', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `p${index}`);
  const document = (flags: unknown) =>
    csaf({
      product_tree: {
        full_product_names: [
          {
            ...{ product_id: 'p7', name: 'x' },
            product_identification_helper: { purl: 'pkg:npm/left-pad@1.0.0' },
          },
        ],
        product_groups: [{ group_id: 'all', product_ids: ids }],
      },
      vulnerabilities: [
        { cve: 'CVE-2026-1', product_status: { known_not_affected: ['p7'] }, flags },
      ],
    });
  const label = 'component_not_present';
  const values = [
    document([{ label, group_ids: Array(20_000).fill('all') }]),
    document(ids.map((id) => ({ label: id === 'p0' ? label : id, group_ids: ['all'] }))),
  ];

  for (const value of values) {
    let parsed: ReturnType<typeof parseCsaf> | undefined;
    const [ms] = processorMs(() => {
      parsed = parseCsaf(value);
    });
    expect(parsed).toMatchObject({ value: { statements: [{ justification: label }] } });
    expect(ms).toBeLessThan(2_000);
  }
});

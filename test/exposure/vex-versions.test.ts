import { parseCsaf } from '../../src/exposure/parse-csaf.ts';
import { isInVers, parseVers } from '../../src/exposure/vers-range.ts';
import { indexStatements } from '../../src/exposure/vex-index.ts';
import { readProduct } from '../../src/exposure/vex-product.ts';
import { installed } from '../support/exposure-records.ts';
import { csaf, openVex, said, statementsOf } from '../support/vex-documents.ts';

// What a statement names is what it is about, and nothing more: a "no" never grows.

const lodash = (version: string) =>
  installed('npm', 'lodash', version, { found: { paths: [], purl: `pkg:npm/lodash@${version}` } });

describe('a product of CSAF whose version stands in the tree', () => {
  const about = (category: string, name: string, purl = 'pkg:npm/lodash') => {
    const product = {
      ...{ product_id: 'p', name: 'p', product_identification_helper: { purl } },
    };
    const parsed = parseCsaf(
      csaf({
        product_tree: {
          // The version may stand above an architecture.
          branches: [
            { category, name, branches: [{ category: 'architecture', name: 'x', product }] },
          ],
        },
        vulnerabilities: [{ cve: 'CVE-2026-1000', product_status: { known_not_affected: ['p'] } }],
      }),
    );
    if (parsed.state === 'unread') throw new Error(parsed.reason);
    return parsed.value.statements;
  };
  const clears = (statements: ReturnType<typeof about>, version: string) =>
    indexStatements(statements).of(null).about(['CVE-2026-1000'], lodash(version)) !== null;

  it.each([
    ['product_version_range', 'vers:npm/>=4.17.21', ['4.17.21', '4.18.0'], ['4.17.20']],
    ['product_version_range', 'vers:npm/>=4.0.0|<4.17.21', ['4.17.20'], ['4.17.21', '3.9.9']],
    ['product_version', '4.17.21', ['4.17.21', 'v4.17.21'], ['4.17.20', '4.17.22']],
    ['product_version', 'lodash 4.17.21', ['4.17.21'], ['4.17.20']],
    ['product_version', 'lodash', ['4.17.20', '4.17.21'], []],
    ['product_version_range', 'vers:npm/*', ['4.17.20'], []],
    ['product_name', '4.17.21', ['4.17.20'], []],
  ])('%s %s', (category, name, own, others) => {
    const statements = about(category, name);
    expect(own.filter((one) => !clears(statements, one))).toEqual([]);
    expect(others.filter((one) => clears(statements, one))).toEqual([]);
  });

  it.each([
    ['product_version_range', '< 4.17.21'],
    ['product_version_range', 'vers:pypi/>=4.17.21'],
    ['product_version_range', 'vers:npm/>>4'],
    ['product_version', 'latest'],
    ['product_version', 'dash'],
    ['product_version', 'lodash dash'],
    ['product_version', '4'.repeat(500)],
  ])('that is not understood is about none: %s %s', (category, name) => {
    const statements = about(category, name);
    expect(statements[0]?.products[0]?.trouble).toBe('part-of-package');
    expect(clears(statements, '4.17.21')).toBe(false);
  });

  it('gives way to that of the URL', () => {
    const statements = about('product_version', '4.17.21', 'pkg:npm/lodash@4.17.20');
    expect(clears(statements, '4.17.20')).toBe(true);
    expect(clears(statements, '4.17.21')).toBe(false);
  });

  it('limits an image too', () => {
    const url = 'pkg:oci/shop?repository_url=registry.example/team/shop';
    const [product] = about('product_version', '1.2.3', url)[0]?.products ?? [];
    expect(product?.trouble).toBe('part-of-package');
  });
});

describe('a package URL', () => {
  const clears = (url: string, version: string) => {
    const statements = statementsOf(openVex([said({ products: [{ '@id': url }] })]));
    return indexStatements(statements).of(null).about(['CVE-2026-1000'], lodash(version)) !== null;
  };

  it('of a part of a package clears nothing else', () => {
    expect(clears('pkg:npm/lodash@4.17.20', '4.17.20')).toBe(true);
    expect(clears('pkg:npm/lodash@4.17.20#fp', '4.17.20')).toBe(false);
  });

  it('of some builds of a version clears none of the others', () => {
    for (const part of ['repository_url=https://npm.acme.example', 'vcs_url=git%2Bhttps://x']) {
      expect(clears(`pkg:npm/lodash@4.17.20?${part}`, '4.17.20')).toBe(false);
    }
    const of = (package_: string) =>
      readProduct({
        ...{ written: '', package: package_, image: null },
        release: null,
        trouble: null,
      });
    expect(of('pkg:gem/nokogiri@1.16.0?platform=java').trouble).toBe('part-of-package');
    expect(of('pkg:maven/a/b@1.0?classifier=sources').trouble).toBe('part-of-package');
    expect(of('pkg:gem/nokogiri@1.16.0?platform=ruby').trouble).toBeNull();
    expect(of('pkg:maven/a/b@1.0?type=jar').trouble).toBeNull();
  });

  it('may have a range', () => {
    expect(clears('pkg:npm/lodash?vers=vers:npm/%3E%3D4.17.21', '4.17.20')).toBe(false);
    expect(clears('pkg:npm/lodash?vers=vers:npm/%3E%3D4.17.21', '4.17.22')).toBe(true);
    expect(clears('pkg:npm/lodash?vers=whatever', '4.17.20')).toBe(false);
  });
});

// By hand, after the specification of VERS.
it.each([
  ['vers:npm/1.0.0|2.0.0', ['1.0.0', '2.0.0'], ['1.5.0']],
  ['vers:npm/!=1.5.0', ['1.0.0', '2.0.0'], ['1.5.0']],
  ['vers:npm/>=1.0.0|!=1.5.0|<2.0.0', ['1.0.0', '1.9.9'], ['1.5.0', '2.0.0', '0.9.0']],
  ['vers:npm/<1.0.0|>=2.0.0', ['0.9.0', '2.0.0', '3.0.0'], ['1.0.0', '1.5.0']],
  [
    'vers:npm/>1.0.0|<=2.0.0|>3.0.0|<4.0.0',
    ['1.1.0', '2.0.0', '3.5.0'],
    ['1.0.0', '2.5.0', '4.0.0'],
  ],
  [
    'vers:npm/<4.0.0|>3.0.0|<=2.0.0|>1.0.0',
    ['1.1.0', '2.0.0', '3.5.0'],
    ['1.0.0', '2.5.0', '4.0.0'],
  ],
  ['vers:npm/1.0.0|>=2.0.0|<3.0.0', ['1.0.0', '2.5.0'], ['1.5.0', '0.1.0', '3.0.0']],
  ['vers:npm/1.0.0%2Bx', ['1.0.0'], ['1.0.1']],
])('the range %s', (text, inside, outside) => {
  const range = parseVers(text);
  if (range === null) throw new Error('it is none');
  const isIn = (version: string) => isInVers(range, 'semver', version);
  expect(inside.filter((one) => isIn(one) !== true)).toEqual([]);
  expect(outside.filter((one) => isIn(one) !== false)).toEqual([]);
  expect(isIn('what?')).toBeNull();
});

it.each([
  '',
  'vers:',
  'npm/1',
  'vers:npm/',
  'vers:npm/1|',
  'vers:npm/%zz',
  `vers:npm/${'1|'.repeat(900)}1`,
])('is no range: %s', (text) => {
  expect(parseVers(text)).toBeNull();
});

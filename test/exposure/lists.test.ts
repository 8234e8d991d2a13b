import { type ForeignList, packagesOfList } from '../../src/exposure/foreign-list.ts';
import { readList } from '../../src/exposure/read-list.ts';
import {
  cyclonedxList,
  grypeList,
  listedDigest,
  listedId,
  spdxList,
  syftList,
  trivyList,
} from '../support/image-lists.ts';
import { processorMs } from '../support/processor-ms.ts';

function read(value: unknown): ForeignList {
  const list = readList(value);
  if (list.state === 'unread') throw new Error(list.reason);
  return list.value;
}
const shown = ({ packages }: ForeignList) =>
  packages.map(({ ecosystem, name, version, sourceName, sourceVersion, path }) =>
    [
      ecosystem,
      name,
      version,
      ...(sourceName === name ? [] : [`${sourceName} ${sourceVersion}`]),
      ...(path ? [path] : []),
    ].join(' | '),
  );
const ssl = 'Debian:12 | libssl3 | 3.0.11-1 | openssl 3.0.11-1';
const lodash = 'npm | lodash | 4.17.20';
const inApp = `${lodash} | app/node_modules/lodash/package.json`;

it.each([
  ['syft', syftList(), 'syft', '1.2.0', null, [ssl, inApp]],
  [
    'trivy',
    trivyList(),
    'trivy',
    '0.68.1',
    '2026-11-20T09:00:00.123Z',
    [ssl, 'Debian:12 | bsdutils | 1:2.38.1-5 | util-linux 2.38.1-5', inApp],
  ],
  ['grype', grypeList(), 'grype', '0.90.0', '2026-11-20T09:00:00.000Z', [inApp, ssl]],
  ['cyclonedx', cyclonedxList(), 'trivy', '0.68.1', '2026-11-20T09:00:00.000Z', [ssl, inApp]],
  ['spdx', spdxList(), 'syft', '1.2.0', '2026-11-20T09:00:00.000Z', [ssl, lodash]],
] as const)('reads what %s writes', (format, value, tool, toolVersion, madeAt, packages) => {
  const list = read(value);
  expect(list).toMatchObject({ format, tool, toolVersion, madeAt, refused: [] });
  expect(shown(list)).toEqual(packages);
  const { image } = list;
  if (format !== 'spdx') expect(image.id).toBe(listedId);
  expect([...image.digests, ...image.names].join()).toContain(listedDigest);
});

it('reads epochs, sources and releases of every system, and names of every language', () => {
  const component = (purl: string) => ({ type: 'library', name: 'x', purl });
  const list = read({
    ...cyclonedxList(),
    components: [
      'pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&epoch=1&distro=rhel-9.4&upstream=openssl-3.0.7-27.el9.src.rpm',
      'pkg:apk/alpine/libcrypto3@3.3.1-r0?distro=alpine-3.20.3&upstream=openssl',
      'pkg:deb/debian/bsdutils@1%3A2.38.1-5%2Bb1?upstream=util-linux%402.38.1-5&distro=bookworm',
      'pkg:deb/debian/zlib1g@1.2',
      'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
      'pkg:pypi/Typing_Extensions@4.8.0',
      'pkg:golang/golang.org/x/net@v0.17.0',
      'pkg:npm/%40scope/lib@1.0.0',
      'pkg:generic/redis@7.2.4',
    ].map(component),
  });
  expect(shown(list)).toEqual([
    'Red Hat:enterprise_linux:9 | openssl-libs | 1:3.0.7-27.el9 | openssl 1:3.0.7-27.el9',
    'Alpine:v3.20 | libcrypto3 | 3.3.1-r0 | openssl 3.3.1-r0',
    'Debian:12 | bsdutils | 1:2.38.1-5+b1 | util-linux 2.38.1-5',
    'Debian | zlib1g | 1.2',
    'Maven | org.apache.logging.log4j:log4j-core | 2.14.1',
    'PyPI | typing-extensions | 4.8.0',
    'Go | golang.org/x/net | v0.17.0',
    'npm | @scope/lib | 1.0.0',
    ' | redis | 7.2.4',
  ]);
  const taken = packagesOfList(list.packages, 'trivy’s file');
  expect(taken.every(({ toldBy }) => toldBy === 'trivy’s file')).toBe(true);
  expect(taken.map(({ ecosystem }) => ecosystem)).toContain('Bitnami');
});

it('takes what is right and tells of the rest', () => {
  const bad = [
    { name: 'x', purl: 7 },
    { name: 'x', purl: 'pkg:npm' },
    { name: 'x', purl: 'pkg:conan/zlib@1' },
    { name: 'x', purl: `pkg:npm/${'x'.repeat(5_000)}` },
    { name: 'x', purl: 'pkg:npm/a@1', properties: 7 },
  ];
  const list = read({
    ...cyclonedxList(),
    components: [...bad, { name: 'a', purl: 'pkg:npm/a@1' }, { name: 'a', purl: 'pkg:npm/a@1' }],
  });
  expect([list.packages.length, list.refused.length]).toEqual([1, bad.length]);
});

it('without a list of all packages takes those that Trivy found something in', () => {
  const [{ Packages: _all, ...result } = { Packages: [] }] = trivyList().Results;
  const value = {
    ...trivyList(),
    Results: [
      {
        ...result,
        Vulnerabilities: [
          { PkgName: 'a', PkgIdentifier: { PURL: 'pkg:npm/a@1' } },
          { PkgName: 'b' },
        ],
      },
    ],
  };
  expect(shown(read(value))).toEqual(['npm | a | 1 | shop:1.2 (debian 12.5)']);
});

it.each([
  ['nothing', null],
  ['a list', []],
  ['a feed', { id: 'CVE-1', modified: '' }],
  ['components without an end', { ...cyclonedxList(), components: deep(60) }],
  ['a text for components', { ...cyclonedxList(), components: 'x' }],
  ['a time that is none', { ...cyclonedxList(), metadata: { timestamp: 'now' } }],
  [
    'too many names',
    { ...syftList(), source: { metadata: { tags: Array.from({ length: 5_000 }, () => 'x') } } },
  ],
  ['no tool', { ...syftList(), descriptor: {} }],
])('refuses %s', (_what, value) => {
  expect(readList(value).state).toBe('unread');
});

function deep(levels: number): unknown[] {
  return levels === 0 ? [] : [{ type: 'application', name: 'x', components: deep(levels - 1) }];
}

it('takes no longer than its size for a list that is all containers', () => {
  const packages = Array.from({ length: 200_000 }, (_, index) => ({
    ...{ name: `c${index}`, primaryPackagePurpose: 'CONTAINER' },
  }));
  const value = { ...spdxList(), packages };
  let list: ForeignList | undefined;
  const [ms] = processorMs(() => {
    list = read(value);
  });

  expect(list).toMatchObject({ image: { names: ['c0'] }, packages: [] });
  expect(ms).toBeLessThan(2_000);
});

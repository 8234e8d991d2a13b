import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { ImageVulnerability } from '../../src/answers/image-answer.ts';
import type { Bill, ListedContents } from '../../src/exports/bill-of-materials.ts';
import { type BillFormat, exportBill } from '../../src/exports/export-bill.ts';
import { packageUrl } from '../../src/exports/purl.ts';
import { read, unread } from '../../src/shared/reading.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import { hostileText } from '../support/hostile-answers.ts';
import { debPackage, observedImage } from '../support/observed-images.ts';

const schema = (path: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8')) as Record<string, unknown>;

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
for (const name of ['spdx', 'jsf-0.82']) {
  ajv.addSchema(schema(`schemas/cyclonedx-${name}.schema.json`));
}
// Of draft 4, in which nothing that it uses differs but the name of its address.
const { $schema: _draft, id: _address, ...sarif } = schema('sarif.schema.json');
const older = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(older);
const validators = {
  cyclonedx: ajv.compile(schema('schemas/cyclonedx-bom-1.6.schema.json')),
  spdx: ajv.compile(schema('schemas/spdx-2.3.schema.json')),
  sarif: older.compile(sarif),
};
const formats = Object.keys(validators) as BillFormat[];

function problems(format: BillFormat, document: unknown): unknown[] {
  const validate = validators[format];
  validate(document);
  return validate.errors ?? [];
}

const debian = { id: 'debian', versionId: '12', prettyName: 'Debian 12' };
const vulnerability = (difference: Partial<ImageVulnerability> = {}): ImageVulnerability => ({
  id: 'CVE-2026-1',
  state: 'affected-fix-available',
  packages: [
    {
      ...{
        name: 'libssl3',
        version: '1:3.0.11',
        ecosystem: 'Debian:12',
        purl: '',
        source: 'openssl',
        path: null,
        paths: [],
        toldBy: null,
      },
      ...{ state: 'affected-fix-available', fixedIn: '3.0.15', reason: null, said: null },
    },
  ],
  records: [
    { id: 'DEBIAN-CVE-2026-1', source: 'osv/Debian', modified: null },
    { id: 'CVE-2026-1', source: 'debian-tracker', modified: null },
  ],
  exploited: {
    ...{ cve: 'CVE-2026-1', vendor: 'OpenSSL', product: 'OpenSSL', dateAdded: '2026-01-02' },
    isUsedByRansomware: false,
  },
  epss: 0.4,
  cvss: { score: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', record: 'X-1' },
  ...difference,
});

const cleared = vulnerability({
  ...{ id: 'CVE-2026-3', state: 'vendor-says-not-affected', exploited: null, cvss: null },
  packages: [
    {
      ...{ name: 'zlib1g', version: '1.2', ecosystem: 'Debian:12', purl: '', source: 'zlib' },
      ...{ path: null, paths: [], toldBy: null, state: 'vendor-says-not-affected', fixedIn: null },
      reason: 'says Acme on 2026-11-20: vulnerable_code_not_in_execute_path',
      said: {
        ...{ author: 'Acme', at: '2026-11-20T00:00:00.000Z', document: 'https://acme.example/1' },
        ...{ justification: 'vulnerable_code_not_in_execute_path', note: '', isRepaired: false },
      },
    },
  ],
});

const digest = `sha256:${'7'.repeat(64)}`;
function listed(difference: Partial<ListedContents> = {}, tag = 'shop:1'): ListedContents {
  const { facts } = observedImage(tag, { digests: [`registry.example/team/shop@${digest}`] });
  const packages = [debPackage('libssl3', '1:3.0.11', 'openssl'), debPackage('zlib1g', '1.2')];
  return {
    image: {
      ...{ host: 'web-1', id: facts.id, name: tag, facts: read(facts), facets: [] },
      ...{ unverifiedFacets: [], containers: 1, running: 1 },
      inventory: read({ key: 'k', manager: 'dpkg', operatingSystem: debian, packages: 2 }),
      libraries: unread('only packages of systems were read'),
    },
    contents: read({ manager: 'dpkg', operatingSystem: debian, packages, components: [] }),
    exposure: read({
      affected: [vulnerability()],
      unknown: [vulnerability({ id: 'CVE-2026-2', state: 'unknown', exploited: null, cvss: null })],
      cleared: [cleared],
      ...{ fixable: 1, exploited: 1, critical: 1, unscored: 0, gaps: [] },
    }),
    ...difference,
  };
}
const blind = listed({ contents: unread('no container'), exposure: unread('no container') }, 'b:1');

const bill = (difference: Partial<Bill> = {}): Bill => ({
  version: '1.2.3',
  takenAt: '2026-01-02T06:00:00.000Z',
  id: '3e671687-395b-41f5-a30f-a58921a69b79',
  host: null,
  images: [listed()],
  ...difference,
});
const document = (format: BillFormat, difference: Partial<Bill> = {}) =>
  JSON.parse(exportBill(format, bill(difference)).text);

describe.each(formats)('%s', (format) => {
  it.each([
    ['of an image', bill()],
    ['of an image of which nothing is known', bill({ images: [blind] })],
    ['of a host', bill({ host: 'web-1', images: [listed(), listed({}, 'shop:2'), blind] })],
    ['of a host without images', bill({ host: 'web-1', images: [] })],
  ])('%s fits its schema', (_what, made) => {
    expect(problems(format, JSON.parse(exportBill(format, made).text))).toEqual([]);
  });

  it('is refused by its schema when it is something else', () => {
    const made = document(format);
    made.components = 'none';
    made.packages = 'none';
    made.runs = 'none';
    expect(problems(format, made)).not.toEqual([]);
  });

  it('fits its schema whatever engines and feeds call things', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 20 }),
      fc.constantFrom(hostileText, '', '\ud800', 'a b@c?d#e/..'),
    );
    fc.assert(
      fc.property(text, text, text, (name, version, reason) => {
        const packages = [{ ...debPackage(name, version), architecture: reason }];
        const system = { id: name, versionId: version, prettyName: reason };
        const one = vulnerability({
          id: name,
          packages: [
            {
              ...{
                name,
                version,
                ecosystem: name,
                purl: name,
                source: name,
                path: null,
                paths: [],
                toldBy: null,
              },
              ...{ state: 'affected-no-fix', fixedIn: version, reason, said: null },
            },
          ],
          records: [{ id: name, source: version, modified: null }],
        });
        const made = document(format, {
          images: [
            listed({
              contents: read({
                ...{ manager: 'rpm', operatingSystem: system, packages },
                components: [
                  {
                    ...{ ecosystem: null, name, version, purl: `pkg:generic/${version}` },
                    ...{ isMainModule: false, placeCount: 1 },
                    places: [{ path: reason, evidence: name }],
                  },
                ],
              }),
              exposure: read({
                ...{
                  affected: [one],
                  unknown: [],
                  cleared: [one],
                  fixable: 1,
                  exploited: 1,
                  critical: 1,
                },
                unscored: 0,
                gaps: [reason],
              }),
            }),
          ],
        });
        expect(problems(format, made)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

it('names files after what they are about', () => {
  expect(exportBill('cyclonedx', bill()).name).toBe(
    'seawall-packages-shop-1-20260102T060000Z.cdx.json',
  );
  expect(exportBill('sarif', bill({ host: 'web-1' })).name).toBe(
    'seawall-vulnerabilities-web-1-20260102T060000Z.sarif',
  );
});

describe('CycloneDX', () => {
  it('says of each package where it is from, and of each vulnerability what it does', () => {
    const made = document('cyclonedx');
    const url = 'pkg:deb/debian/libssl3@1%3A3.0.11?arch=amd64&distro=debian-12';

    expect(made.metadata.component).toMatchObject({
      ...{ type: 'container', name: 'shop:1' },
      purl: `pkg:oci/shop@${encodeURIComponent(digest)}?repository_url=registry.example%2Fteam%2Fshop`,
    });
    expect(made.components.map(({ name }: { name: string }) => name)).toEqual([
      ...['debian', 'libssl3', 'zlib1g'],
    ]);
    expect(made.components[1]).toMatchObject({ 'bom-ref': url, purl: url, version: '1:3.0.11' });
    expect(made.vulnerabilities[0]).toMatchObject({
      ...{ id: 'CVE-2026-1', source: { name: 'osv/Debian' } },
      analysis: { state: 'exploitable', response: ['update'] },
      affects: [{ ref: url, versions: [{ version: '1:3.0.11', status: 'affected' }] }],
      properties: [{ name: 'seawall:known-exploited', value: '2026-01-02' }],
    });
    expect(made.vulnerabilities[0].ratings).toMatchObject([
      { score: 9.8, severity: 'critical', method: 'CVSSv31' },
      { score: 0.4, source: { name: 'EPSS' } },
    ]);
    expect(made.vulnerabilities[1].analysis.state).toBe('in_triage');
  });

  it.each([
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'CVSSv3'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'CVSSv4'],
  ])('says by which version of CVSS something is rated: %s', (vector, method) => {
    const cvss = { score: 9.3, vector, record: 'X-1' };
    const one = listed();
    const affected = [vulnerability({ cvss })];
    const exposure =
      one.exposure.state === 'read'
        ? { ...one.exposure, value: { ...one.exposure.value, affected } }
        : one.exposure;

    expect(
      document('cyclonedx', bill({ images: [{ ...one, exposure }] })).vulnerabilities[0].ratings[0],
    ).toMatchObject({ method, vector });
  });

  it('has libraries and programs with their places, each with what is said of it and of no namesake', () => {
    const library = {
      ...{ ecosystem: 'npm' as const, name: 'zlib1g', version: '1.2', isMainModule: false },
      ...{ purl: 'pkg:npm/zlib1g@1.2', placeCount: 1 },
      places: [{ path: 'app/node_modules/zlib1g', evidence: null }],
    };
    const one = listed();
    if (one.contents.state === 'unread') throw new Error('nothing in it');
    const affected = vulnerability({
      packages: [
        {
          ...{ name: 'zlib1g', version: '1.2', ecosystem: 'npm', purl: library.purl },
          ...{ source: 'zlib1g', path: 'app/node_modules/zlib1g', paths: [] },
          ...{ state: 'affected-no-fix', fixedIn: null, reason: null, said: null, toldBy: null },
        },
      ],
    });
    const made = document('cyclonedx', {
      images: [
        listed({
          contents: read({ ...one.contents.value, components: [library] }),
          exposure: read({
            ...{
              affected: [affected],
              unknown: [],
              cleared: [],
              fixable: 0,
              exploited: 1,
              critical: 1,
            },
            ...{ unscored: 0, gaps: ['no feed covers Go'] },
          }),
        }),
      ],
    });

    expect(made.components.at(-1)).toMatchObject({
      ...{ name: 'zlib1g', purl: library.purl, type: 'library' },
      properties: [{ name: 'seawall:path', value: 'app/node_modules/zlib1g' }],
    });
    expect(made.vulnerabilities[0].affects.map(({ ref }: { ref: string }) => ref)).toEqual([
      library.purl,
    ]);
    expect(JSON.stringify(made.metadata.component)).toContain('not judged: no feed covers Go');
  });

  it('says that what is not known is not all', () => {
    const { compositions, components } = document('cyclonedx', {
      ...{ host: 'web-1', images: [listed(), blind] },
    });

    expect(compositions.map(({ aggregate }: { aggregate: string }) => aggregate)).toEqual([
      ...['incomplete', 'unknown'],
    ]);
    expect(JSON.stringify(components[1])).toContain('packages not known: no container');
  });

  it('has a package of many images once', () => {
    const images = [listed(), listed({}, 'shop:2')];
    const { components, dependencies } = document('cyclonedx', { host: 'web-1', images });

    expect(components).toHaveLength(2 + 1 + 2);
    expect(dependencies).toHaveLength(3);
  });
});

it('SPDX says what contains what', () => {
  const { packages, relationships } = document('spdx', {
    host: 'web-1',
    images: [listed(), blind],
  });

  expect(packages.map(({ name }: { name: string }) => name)).toEqual([
    ...['web-1', 'shop:1', 'b:1', 'libssl3', 'zlib1g'],
  ]);
  const types = relationships.map(
    (one: Record<string, string>) => `${one.spdxElementId} ${one.relationshipType}`,
  );
  expect(types.filter((type: string) => type === 'SPDXRef-Image-1 CONTAINS')).toHaveLength(2);
  expect(types).toContain('SPDXRef-Host CONTAINS');
});

it('SARIF shows what nobody knows as open, never as passed', () => {
  const [{ results }] = document('sarif', { host: 'web-1', images: [listed(), blind] }).runs;

  expect(results.map((one: Record<string, string>) => [one.ruleId, one.kind, one.level])).toEqual([
    ['CVE-2026-1', 'fail', 'error'],
    ['CVE-2026-2', 'open', 'none'],
    ['vulnerabilities-not-known', 'open', 'none'],
    ['vulnerabilities-not-known', 'open', 'none'],
  ]);
});

it('SARIF says of an image without vulnerabilities what was not judged', () => {
  const nothing = { affected: [], unknown: [], cleared: [] };
  const counts = { fixable: 0, exploited: 0, critical: 0, unscored: 0 };
  const of = (gaps: string[], libraries: ListedContents['image']['libraries']) => {
    const one = listed();
    const image = { ...one.image, libraries };
    const exposure = read({ ...nothing, ...counts, gaps });
    const [{ results }] = document('sarif', { images: [{ ...one, image, exposure }] }).runs;
    return results.map(({ message }: { message: { text: string } }) => message.text);
  };
  const whole = read({ id: 1, components: 0, readFrom: 'probe' as const });

  expect(of([], whole)).toEqual([]);
  expect(of(['the feeds of Debian:12 are too old'], whole)).toEqual([
    'Unknown: shop:1: the feeds of Debian:12 are too old',
  ]);
  expect(of(['no feed covers npm'], unread('the image is too large'))).toEqual([
    'Unknown: shop:1: no feed covers npm; libraries and programs: the image is too large',
  ]);
});

it.each([
  ['rpm', '7:2.5~rc1-3.el9', 'pkg:rpm/debian/x@2.5~rc1-3.el9?arch=amd64&distro=debian-12&epoch=7'],
  ['rpm', '2.5-3', 'pkg:rpm/debian/x@2.5-3?arch=amd64&distro=debian-12'],
  ['dpkg', '1:2.5-3', 'pkg:deb/debian/x@1%3A2.5-3?arch=amd64&distro=debian-12'],
  ['apk', '2.5-r3', 'pkg:apk/debian/x@2.5-r3?arch=amd64&distro=debian-12'],
] as const)('a package URL of %s %s keeps its epoch', (manager, version, url) => {
  expect(packageUrl(debPackage('x', version), manager, debian)).toBe(url);
});

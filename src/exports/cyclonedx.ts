import type { ImageVulnerability } from '../answers/image-answer.ts';
import { exploitedSince } from '../exposure/advisory.ts';
import { byWorst, type ExposureState } from '../exposure/verdict.ts';
import { table } from '../shared/table.ts';
import { visible } from '../shared/text.ts';
import {
  type Bill,
  type BilledPackage,
  gapOf,
  type ListedContents,
  packagesIn,
  packagesOf,
} from './bill-of-materials.ts';
import { imageUrl } from './purl.ts';
import { safeJson } from './safe-json.ts';

/** A bill of materials as CycloneDX 1.6, with what feeds have of its packages. */
export function billCyclonedx(bill: Bill): string {
  const { version, takenAt, id, host, images } = bill;
  const [only] = images;
  const isOfImage = host === null && only !== undefined;
  const packages = packagesOf(images);
  const systems = new Map(images.flatMap(({ contents }) => systemOf(contents)));
  const vulnerabilities = vulnerabilitiesOf(images, packages);
  return safeJson({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${id}`,
    version: 1,
    metadata: {
      timestamp: takenAt,
      tools: { components: [{ type: 'application', name: 'Seawall', version }] },
      component: isOfImage
        ? imageComponent(only)
        : { type: 'device', 'bom-ref': `host:${host}`, name: host },
    },
    components: [
      ...(isOfImage ? [] : images.map(imageComponent)),
      ...[...systems.values()],
      ...packages.map(packageComponent),
    ],
    dependencies: [
      ...(isOfImage ? [] : [{ ref: `host:${host}`, dependsOn: unique(images.map(refOf)) }]),
      ...images.map((one) => ({
        ref: refOf(one),
        dependsOn: [
          ...systemOf(one.contents).map(([ref]) => ref),
          ...packagesIn(one).map(({ url }) => url),
        ],
      })),
    ],
    compositions: images.map((one) => ({
      aggregate: one.contents.state === 'read' ? 'incomplete' : 'unknown',
      assemblies: [refOf(one)],
    })),
    ...(vulnerabilities.length > 0 && { vulnerabilities }),
  });
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
const refOf = ({ image }: ListedContents): string => `image:${image.host}/${image.id}`;

function imageComponent(one: ListedContents) {
  const { image, exposure } = one;
  const facts = image.facts.state === 'read' ? image.facts.value : null;
  const url = imageUrl(facts?.digests ?? []);
  const properties = [
    property('host', image.host),
    property('image-id', image.id),
    ...(facts?.origin.state === 'read' ? [property('origin', facts.origin.value)] : []),
    property('completeness', gapOf(one)),
    ...(exposure.state === 'unread'
      ? [property('vulnerabilities', `not known: ${exposure.reason}`)]
      : exposure.value.gaps.map((gap) => property('vulnerabilities', `not judged: ${gap}`))),
  ];
  return {
    type: 'container',
    'bom-ref': refOf(one),
    name: visible(image.name),
    version: image.id,
    ...(url !== null && { purl: url }),
    properties,
  };
}

const property = (name: string, value: string) => ({
  name: `seawall:${name}`,
  value: visible(value),
});

function systemOf(contents: ListedContents['contents']): [string, object][] {
  const system = contents.state === 'read' ? contents.value.operatingSystem : null;
  if (system === null) return [];
  const ref = `system:${system.id}-${system.versionId}`;
  const component = {
    type: 'operating-system',
    'bom-ref': ref,
    name: visible(system.id) || 'unknown',
    version: visible(system.versionId),
    description: visible(system.prettyName),
  };
  return [[ref, component]];
}

const packageComponent = ({ url, name, version, source, paths }: BilledPackage) => ({
  type: url.startsWith('pkg:generic/') && source === null ? 'application' : 'library',
  'bom-ref': url,
  name: visible(name),
  version: visible(version),
  purl: url,
  properties:
    source === null
      ? paths.map((path) => property('path', path))
      : [property('source-name', source.name), property('source-version', source.version)],
});

/** Each vulnerability once, with all packages of the file that it concerns. */
function vulnerabilitiesOf(images: readonly ListedContents[], packages: readonly BilledPackage[]) {
  // A library is told by its package URL: one of the system may be called the same.
  const refs = Map.groupBy(packages, ({ url, name, version, source }) =>
    source === null ? url : versionKey(name, version),
  );
  const found = new Map<string, { one: ImageVulnerability; affects: Map<string, Affects> }>();
  for (const listed of images) {
    if (listed.exposure.state === 'unread') continue;
    const own = new Set(packagesIn(listed).map(({ url }) => url));
    const { affected, unknown, cleared } = listed.exposure.value;
    for (const one of [...affected, ...unknown, ...cleared]) {
      const known = found.get(one.id) ?? { one, affects: new Map<string, Affects>() };
      found.set(one.id, known);
      if (byWorst(one, known.one) < 0) known.one = one;
      for (const { name, version, state, path, purl } of one.packages) {
        for (const { url } of refs.get(path === null ? versionKey(name, version) : purl) ?? []) {
          const status = statuses[state];
          const before = known.affects.get(url)?.status ?? 'unaffected';
          if (own.has(url) && isWorse(status, before)) known.affects.set(url, { version, status });
        }
      }
    }
  }
  return [...found.values()].map(({ one, affects }) => toVulnerability(one, affects));
}

const versionKey = (name: string, version: string): string => `${name}\n${version}`;

interface Affects {
  version: string;
  status: AffectedStatus;
}

type AffectedStatus = 'affected' | 'unknown' | 'unaffected';
const statuses: Readonly<Record<ExposureState, AffectedStatus>> = {
  'affected-fix-available': 'affected',
  'affected-no-fix': 'affected',
  unknown: 'unknown',
  'vendor-says-not-affected': 'unaffected',
  'not-present': 'unaffected',
};

/** One package may be in several images, of which a statement clears one. */
const isWorse = (status: AffectedStatus, before: AffectedStatus): boolean =>
  status === 'affected' || status === before || before === 'unaffected';

function toVulnerability(one: ImageVulnerability, affects: ReadonlyMap<string, Affects>) {
  const { id, records, exploited, epss, cvss } = one;
  const [record, ...others] = records;
  const fixes = unique(
    one.packages.flatMap(({ name, fixedIn }) => (fixedIn ? [`${name} ${fixedIn}`] : [])),
  );
  return {
    id: visible(id),
    ...(record && { source: { name: visible(record.source) } }),
    ...(others.length > 0 && {
      references: others.map((other) => ({
        id: visible(other.id),
        source: { name: visible(other.source) },
      })),
    }),
    ratings: [
      ...(cvss === null
        ? []
        : [
            {
              source: { name: visible(cvss.record) },
              score: cvss.score,
              severity: severityOf(cvss.score),
              method: methodOf(cvss.vector),
              vector: cvss.vector,
            },
          ]),
      ...(epss === null ? [] : [{ source: { name: 'EPSS' }, score: epss, method: 'other' }]),
    ],
    ...(fixes.length > 0 && { recommendation: visible(`Update to ${fixes.join(', ')}`) }),
    analysis: analysisOf(one, fixes.length > 0),
    affects: [...affects].map(([ref, { version, status }]) => ({
      ref,
      versions: [{ version: visible(version), status }],
    })),
    ...(exploited !== null && {
      properties: [property('known-exploited', exploitedSince(exploited))],
    }),
  };
}

/**
 * As VEX has it: what a record calls affected may be exploitable, and whether it is in this image was
 * analysed by nobody; what is unknown is still open; what somebody’s statement clears says by whom.
 */
function analysisOf({ state, packages }: ImageVulnerability, hasFix: boolean) {
  const reasons = unique(packages.flatMap(({ reason }) => reason ?? []));
  if (state === 'vendor-says-not-affected') {
    const said = packages.flatMap((one) => one.said ?? []);
    const justification = said.flatMap((one) => justifications.get(one.justification) ?? [])[0];
    const documents = unique(said.map(({ document }) => document));
    return {
      state: said.every(({ isRepaired }) => isRepaired) ? 'resolved' : 'not_affected',
      ...(justification !== undefined && { justification }),
      detail: visible([...reasons, `Statements: ${documents.join(', ')}`].join('. ')),
    };
  }
  const detail = [
    state === 'unknown'
      ? 'Not known whether it is affected'
      : 'Affected by the version; whether it can be reached was not analysed',
    ...reasons,
  ].join('. ');
  return {
    state: state === 'unknown' ? 'in_triage' : 'exploitable',
    ...(hasFix && { response: ['update'] }),
    detail: visible(detail),
  };
}

/** Those of OpenVEX and CSAF for which CycloneDX has a word. */
const justifications = table<string>({
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
});

/** What CycloneDX calls the version of CVSS that a vector is of. */
function methodOf(vector: string): string {
  if (vector.startsWith('CVSS:4')) return 'CVSSv4';
  return vector.startsWith('CVSS:3.1') ? 'CVSSv31' : 'CVSSv3';
}

/** The words of CVSS 3.1, 5. */
const severityOf = (score: number): string =>
  score >= 9
    ? 'critical'
    : score >= 7
      ? 'high'
      : score >= 4
        ? 'medium'
        : score > 0
          ? 'low'
          : 'none';

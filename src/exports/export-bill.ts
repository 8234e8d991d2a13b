import { listed, visible } from '../shared/text.ts';
import {
  type Bill,
  type BilledPackage,
  gapOf,
  type ListedContents,
  packagesIn,
  packagesOf,
} from './bill-of-materials.ts';
import { billCyclonedx } from './cyclonedx.ts';
import { type ExportedFile, fileName } from './export-findings.ts';
import { imageUrl } from './purl.ts';
import { safeJson } from './safe-json.ts';
import { vulnerabilitiesSarif } from './sarif-vulnerabilities.ts';

const PATHS_SHOWN = 5;

const NOBODY_SAYS = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

/** A bill of materials as SPDX 2.3 in JSON. */
function billSpdx({ version, takenAt, id, host, images }: Bill): string {
  const packages = packagesOf(images);
  const ids = new Map(packages.map(({ url }, index) => [url, `SPDXRef-Package-${index + 1}`]));
  const [only] = images;
  const subject = host === null && only !== undefined ? only.image.name : `host ${host}`;
  const imageIds = images.map((_, index) => `SPDXRef-Image-${index + 1}`);
  const describes = host === null ? imageIds : ['SPDXRef-Host'];
  const relation = (from: string, type: string, to: string) => ({
    spdxElementId: from,
    relationshipType: type,
    relatedSpdxElement: to,
  });
  return safeJson({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: visible(`Packages of ${subject}`),
    documentNamespace: `urn:uuid:${id}`,
    creationInfo: {
      created: takenAt.replace(/\.\d+Z$/, 'Z'),
      creators: [`Tool: Seawall-${version}`],
    },
    packages: [
      ...(host === null
        ? []
        : [
            {
              ...{ SPDXID: 'SPDXRef-Host', name: visible(host), ...NOBODY_SAYS },
              primaryPackagePurpose: 'DEVICE',
            },
          ]),
      ...images.map((one, index) => imagePackage(one, imageIds[index] ?? '')),
      ...packages.map((one) => packagePackage(one, ids.get(one.url) ?? '')),
    ],
    relationships: [
      ...describes.map((one) => relation('SPDXRef-DOCUMENT', 'DESCRIBES', one)),
      ...(host === null ? [] : imageIds.map((one) => relation('SPDXRef-Host', 'CONTAINS', one))),
      ...images.flatMap((one, index) =>
        packagesIn(one).map(({ url }) =>
          relation(imageIds[index] ?? '', 'CONTAINS', ids.get(url) ?? ''),
        ),
      ),
    ],
  });
}

function imagePackage(one: ListedContents, SPDXID: string) {
  const { image } = one;
  const url = imageUrl(image.facts.state === 'read' ? image.facts.value.digests : []);
  return {
    ...{ SPDXID, name: visible(image.name), versionInfo: image.id, ...NOBODY_SAYS },
    primaryPackagePurpose: 'CONTAINER',
    comment: visible(gapOf(one)),
    ...(url !== null && { externalRefs: [purlReference(url)] }),
  };
}

function packagePackage({ url, name, version, source, paths }: BilledPackage, SPDXID: string) {
  const from =
    source === null
      ? `found at: ${listed(paths, PATHS_SHOWN)}`
      : `built package from: ${source.name} ${source.version}`;
  return {
    ...{ SPDXID, name: visible(name) || 'unknown', versionInfo: visible(version), ...NOBODY_SAYS },
    primaryPackagePurpose: 'LIBRARY',
    sourceInfo: visible(from),
    externalRefs: [purlReference(url)],
  };
}

const purlReference = (url: string) => ({
  referenceCategory: 'PACKAGE-MANAGER',
  referenceType: 'purl',
  referenceLocator: url,
});

const formats = {
  cyclonedx: {
    ending: 'cdx.json',
    mediaType: 'application/vnd.cyclonedx+json',
    render: billCyclonedx,
  },
  spdx: { ending: 'spdx.json', mediaType: 'application/spdx+json', render: billSpdx },
  sarif: { ending: 'sarif', mediaType: 'application/sarif+json', render: vulnerabilitiesSarif },
} as const;

export type BillFormat = keyof typeof formats;

/** What is in an image, or in those of a host, as a file. */
export function exportBill(format: BillFormat, bill: Bill): ExportedFile {
  const { ending, mediaType, render } = formats[format];
  const subject = bill.host ?? bill.images[0]?.image.name ?? 'image';
  const what = format === 'sarif' ? 'vulnerabilities' : 'packages';
  return { name: fileName(what, subject, bill.takenAt, ending), mediaType, text: render(bill) };
}

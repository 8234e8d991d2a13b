import type { Bill } from './bill-of-materials.ts';
import { billCyclonedx } from './cyclonedx.ts';
import { type ExportedFile, fileName } from './export-findings.ts';
import { vulnerabilitiesSarif } from './sarif-vulnerabilities.ts';
import { billSpdx } from './spdx.ts';

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

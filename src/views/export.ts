import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { BillFormat } from '../exports/export-bill.ts';
import type { ExportedFile, ExportFormat } from '../exports/export-findings.ts';
import { counted } from '../shared/text.ts';
import { code, heading, note, paragraph, strong, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';

export interface ExportAnswer extends AnswerBase {
  kind: 'export';
  format: ExportFormat | BillFormat;
  object: 'findings' | 'packages' | 'vulnerabilities';
  hosts: HostState[];
  /** Open findings and judgements that could not be made, packages, or vulnerabilities of each image. */
  rows: number;
  /** What the file does not say of images, and why. */
  gaps: string[];
  file: ExportedFile;
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

const formats: Readonly<Record<ExportAnswer['format'], string>> = {
  sarif: 'SARIF 2.1.0',
  csv: 'CSV',
  json: 'JSON',
  cyclonedx: 'CycloneDX 1.6',
  spdx: 'SPDX 2.3',
};

const objects: Readonly<Record<ExportAnswer['object'], { title: string; rows: string }>> = {
  findings: { title: 'Findings', rows: 'open findings and unknown checks' },
  packages: { title: 'Packages', rows: 'packages, each once' },
  vulnerabilities: { title: 'Vulnerabilities', rows: 'vulnerabilities of each image' },
};

/** Name of the unit: `export` itself is a word of the language. */
export const exportView: View<ExportAnswer> = (answer) => {
  const { format, object, rows, gaps, file, hosts, takenAt } = answer;
  const sizeBytes = new TextEncoder().encode(file.text).length;
  return {
    headline: `${file.name}: ${counted(rows, 'row')}, ${sizeText(sizeBytes)}`,
    summary: [
      heading(`${objects[object].title} as ${formats[format]}`),
      paragraph(strong('File: '), code(file.name), `, ${sizeText(sizeBytes)}`),
      paragraph(strong('Rows: '), `${rows}, ${objects[object].rows}`),
      ...gaps.map((gap) => note(`What it does not say: ${gap}`)),
      ...hostNotes(hosts, takenAt),
    ],
  };
};

function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1_024) return `${sizeBytes} bytes`;
  if (sizeBytes < 1_024 * 1_024) return `${Math.ceil(sizeBytes / 1_024)} KiB`;
  return `${(sizeBytes / 1_024 / 1_024).toFixed(1)} MiB`;
}

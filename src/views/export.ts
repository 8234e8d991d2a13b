import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { ExportedFile, ExportFormat } from '../exports/export-findings.ts';
import { counted } from '../shared/text.ts';
import { code, heading, paragraph, strong, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';

export interface ExportAnswer extends AnswerBase {
  kind: 'export';
  format: ExportFormat;
  object: 'findings';
  hosts: HostState[];
  /** Open findings and judgements that could not be made, as far as the format has a row for each. */
  rows: number;
  file: ExportedFile;
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

/** Name of the unit: `export` itself is a word of the language. */
export const exportView: View<ExportAnswer> = ({ format, rows, file, hosts, takenAt, next }) => {
  const sizeBytes = new TextEncoder().encode(file.text).length;
  return {
    headline: `${file.name}: ${counted(rows, 'row')}, ${sizeText(sizeBytes)}`,
    summary: [
      heading(`Findings as ${format === 'sarif' ? 'SARIF 2.1.0' : format.toUpperCase()}`),
      paragraph(strong('File: '), code(file.name), `, ${sizeText(sizeBytes)}`),
      paragraph(
        strong('Rows: '),
        `${rows}, open findings and judgements that could not be made together`,
      ),
      ...hostNotes(hosts, takenAt),
    ],
    details: [],
    next,
  };
};

function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1_024) return `${sizeBytes} bytes`;
  if (sizeBytes < 1_024 * 1_024) return `${Math.ceil(sizeBytes / 1_024)} KiB`;
  return `${(sizeBytes / 1_024 / 1_024).toFixed(1)} MiB`;
}

import type { ExportAnswer } from '../answers/answer.ts';
import { counted } from '../shared/text.ts';
import { code, heading, paragraph, strong, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';

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

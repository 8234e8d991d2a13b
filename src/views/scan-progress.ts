import type { ScanProgressAnswer } from '../answers/scan-answer.ts';
import { note, paragraph, strong, type View } from './document.ts';

export const scanProgress: View<ScanProgressAnswer> = ({ hosts }) => ({
  headline: 'Scanning …',
  summary: [
    ...hosts.map(({ host, done, total, latest }) => {
      const bar = '▓'.repeat(done) + '░'.repeat(Math.max(0, total - done));
      const step = latest ? ` ${latest.section} ${latest.state}` : ' contacting the engine';
      return paragraph(strong(host), ` ${bar} ${done}/${total || '?'}${step}`);
    }),
    note('This message is updated while the scan runs.'),
  ],
  details: [],
  next: [],
});

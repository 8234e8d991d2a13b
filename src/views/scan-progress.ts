import type { ScanProgressAnswer } from '../answers/scan-answer.ts';
import { listed } from '../shared/text.ts';
import { note, type Part, paragraph, strong, type View } from './document.ts';
import { HOSTS_SHOWN } from './fleet-notes.ts';

export const scanProgress: View<ScanProgressAnswer> = ({ hosts }) => ({
  headline: 'Scanning …',
  summary: [
    ...(hosts.length > HOSTS_SHOWN ? countParts(hosts) : hosts.map(hostPart)),
    note('This message changes as the work proceeds.'),
  ],
  details: [],
  next: [],
});

type Step = ScanProgressAnswer['hosts'][number];

/** How far a scan of many hosts is, in one line. */
export function progressText(hosts: readonly Step[]): string {
  const done = hosts.filter((one) => isDone(one)).length;
  const begun = hosts.filter((one) => one.latest !== null && !isDone(one));
  const waiting = hosts.length - done - begun.length;
  const names =
    begun.length === 0
      ? ''
      : `: ${listed(
          begun.map(({ host }) => host),
          3,
        )}`;
  return `${done} of ${hosts.length} hosts read, ${waiting} waiting, ${begun.length} being read${names}`;
}

const isDone = ({ done, total }: Step): boolean => total > 0 && done >= total;

const countParts = (hosts: readonly Step[]): Part[] => [paragraph(progressText(hosts))];

function hostPart({ host, done, total, latest }: Step): Part {
  const bar = '▓'.repeat(done) + '░'.repeat(Math.max(0, total - done));
  const step = latest ? ` ${latest.section} ${latest.state}` : ' contacting the engine';
  return paragraph(strong(host), ` ${bar} ${done}/${total || '?'}${step}`);
}

import type { HostScan } from '../answers/scan-answer.ts';
import { type SeverityCounts, totalOf } from '../findings/severity-counts.ts';
import { essential } from '../inspections/count-unread.ts';
import { gravestFirst, severities } from '../rules/rule.ts';
import { counted } from '../shared/text.ts';
import { heading, list, note, type Parts, paragraph, type Span, strong } from './document.ts';
import { acceptedCountText, countsText } from './finding-lists.ts';
import { gradeText } from './grade.ts';
import { HOSTS_SHOWN, restNotes, unreadHostNotes } from './host-notes.ts';
import { worstParts } from './worst-subjects.ts';

const WORST_SHOWN = 3;

/** Of many hosts: how many could be read, and everything that is open on them. */
export function fleetHeadline(scans: readonly HostScan[]): string {
  const unread = unreadIn(scans).length;
  const { open, accepted } = sumOpen(scans);
  return [
    `${counted(scans.length, 'host')} scanned`,
    ...(unread > 0 ? [`${unread} of them not read`] : []),
    `open findings ${countsText(open)}${acceptedCountText(totalOf(accepted))}`,
  ].join(', ');
}

/** A scan of many hosts: what was not read by cause, what is worst, and the hosts with the lowest grades. */
export function fleetScanParts(scans: readonly HostScan[]): Parts {
  const unread = unreadIn(scans);
  const missing = new Set(unread.map(({ host }) => host));
  const read = scans
    .filter(({ host }) => !missing.has(host))
    .toSorted((a, b) => (a.posture.score ?? -1) - (b.posture.score ?? -1));
  const worst = read.flatMap(({ firstScreen }) => firstScreen.worst).toSorted(gravestFirst);
  const notStored = scans.filter(({ storeProblem }) => storeProblem !== null);
  const changed = changesIn(scans);
  return [
    heading(`${counted(scans.length, 'host')} scanned`),
    paragraph(strong('Open findings: '), countsText(sumOpen(scans).open), '. ', changed),
    ...unreadHostNotes(unread, scans.length),
    ...worstParts(worst.slice(0, WORST_SHOWN), false),
    ...list(read.slice(0, HOSTS_SHOWN).map(hostLine)),
    ...restNotes(read.length - HOSTS_SHOWN, 0, 'hosts'),
    notStored.length > 0 &&
      note(`${counted(notStored.length, 'scan')} not stored: ${notStored[0]?.storeProblem}`),
  ];
}

/** Hosts whose engine or containers could not be read, and why. */
const unreadIn = (scans: readonly HostScan[]) =>
  scans.flatMap(({ host, unreadSections }) => {
    const missing = unreadSections.find(({ section }) => essential.includes(section));
    return missing === undefined ? [] : [{ host, reason: missing.reason }];
  });

function changesIn(scans: readonly HostScan[]): string {
  const first = scans.filter(({ saved }) => saved?.isFirstScan === true).length;
  const later = scans.filter(({ saved }) => saved?.isFirstScan === false);
  const news = later.reduce((sum, { counts }) => sum + counts.new, 0);
  const gone = later.reduce((sum, { counts }) => sum + counts.gone, 0);
  const ofFirst = first > 0 ? ` First scan of ${counted(first, 'host')}.` : '';
  return `Since the last scans: ${news} new, ${gone} gone.${ofFirst}`;
}

const hostLine = (scan: HostScan): Span[] => [
  strong(scan.host),
  `: grade ${gradeText(scan.posture)}, open ${countsText(scan.counts.open)}`,
];

function sumOpen(scans: readonly HostScan[]): { open: SeverityCounts; accepted: SeverityCounts } {
  const none = (): SeverityCounts => ({ low: 0, medium: 0, high: 0, critical: 0 });
  const sum = { open: none(), accepted: none() };
  for (const scan of scans) {
    const { open, accepted } = scan.counts;
    for (const severity of severities) {
      sum.open[severity] += open[severity];
      sum.accepted[severity] += accepted[severity];
    }
  }
  return sum;
}

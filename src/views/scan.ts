import type { AcceptedFinding } from '../answers/accepted-finding.ts';
import type { HostFilesystems, HostScan, ScanAnswer } from '../answers/scan-answer.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { isLapsed, splitAccepted } from '../inspections/accepted.ts';
import { countScan } from '../inspections/count-open.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';
import { findingActions, run } from './actions.ts';
import { type Action, heading, note, type Part, paragraph, strong, type View } from './document.ts';
import { acceptedCountText, countsText, findingsByRule } from './finding-lists.ts';
import { gradeLine, gradeText } from './grade.ts';
import { undecidedNotes, unreadNotes } from './host-notes.ts';
import { hostRemark } from './host-remark.ts';

/** New findings that are named at once, the worst of them. */
const NEW_SHOWN = 5;
/** Images that could not be read, of which the reason is told. */
const UNREAD_SHOWN = 3;
/** Hosts of one scan that get a button of their own. */
const RESCANS = 2;

export const scan: View<ScanAnswer> = ({ scans, next }) => ({
  headline: scans.map(headlineOf).join(' · '),
  summary: scans.flatMap(summaryOf),
  details: scans.flatMap(detailsOf),
  actions: [
    ...rescans(scans),
    ...findingActions(scans.flatMap(({ saved }) => splitAccepted(saved?.open ?? []).open)),
  ],
  next,
});

const rescans = (scans: readonly HostScan[]): Action[] =>
  scans.slice(0, RESCANS).map(({ host }) => {
    const label = scans.length === 1 ? 'Rescan' : `Rescan ${host}`;
    return run(label, `scan on ${quoteWord(host)}`);
  });

function headlineOf(scan: HostScan): string {
  if (scan.coverage.answered === 0) return `${scan.host}: could not be judged`;
  return `${scan.host}: grade ${gradeText(scan.posture)}, ${openText(scan)}`;
}

/** The open findings, those that could not be judged again among them, as every other answer counts. */
function openText(scan: HostScan): string {
  const { open, accepted } = countScan(scan);
  return `${countsText(open)}${acceptedCountText(totalOf(accepted))}`;
}

const failsOf = ({ results }: HostScan) => results.filter(({ verdict }) => verdict === 'fail');

function summaryOf(scan: HostScan): Part[] {
  const { coverage } = scan;
  const fails = failsOf(scan);
  const passes = coverage.answered - fails.length;
  const engine = scan.engineVersion ? `Engine ${scan.engineVersion}` : 'Engine not read';
  const containers =
    scan.containers === null ? 'containers not read' : counted(scan.containers, 'container');
  return [
    heading(`${scan.host}${hostRemark(scan)}`),
    paragraph(strong('Grade: '), gradeLine(scan.posture)),
    paragraph(
      strong('Open findings: '),
      coverage.answered === 0 ? 'unknown, nothing could be judged' : openText(scan),
    ),
    paragraph(
      strong('Coverage: '),
      `${coverage.answered} of ${coverage.total - coverage.notApplicable} answered `,
      `(${passes} pass, ${fails.length} fail), ${coverage.unknown} unknown, `,
      `${coverage.notApplicable} not applicable`,
    ),
    ...changesOf(scan),
    ...lapsedOf(scan),
    ...unreadNotes(scan.unreadSections),
    ...filesystemNotes(scan.filesystems),
    ...(scan.storeProblem ? [note(`This scan was not stored: ${scan.storeProblem}`)] : []),
    note(`${engine}, ${containers}, ${(scan.durationMs / 1000).toFixed(1)} s`),
  ];
}

function filesystemNotes(filesystems: HostFilesystems | null): Part[] {
  if (filesystems === null) return [];
  const { read, known, unread } = filesystems;
  const images = unread.map(({ image, reason }) => (image === '' ? reason : `${image}: ${reason}`));
  return [
    note(
      `Whole file systems: ${known} known, ${read} of them read now${unread.length > 0 ? `, ${unread.length} not` : ''}.`,
    ),
    ...(images.length > 0 ? [note(`Not read: ${listed(images, UNREAD_SHOWN)}.`)] : []),
  ];
}

function changesOf({ saved, coverage }: HostScan): Part[] {
  if (!saved || coverage.answered === 0) return [];
  if (saved.isFirstScan) return [note('First scan of this host: this is its baseline.')];
  const { open } = splitAccepted(saved.open);
  const inState = (state: string) => open.filter((f) => f.baselineState === state);
  const news = inState('new');
  const fixed = listed(saved.closed.map(({ rule, subjectKey }) => `${rule} ${subjectKey}`));
  return [
    paragraph(
      strong('Since the last scan: '),
      `${news.length} new, ${inState('updated').length} changed, ${saved.closed.length} gone`,
      fixed && ` (${fixed})`,
    ),
    ...(news.length > 0
      ? [
          paragraph(strong('New: ')),
          ...findingsByRule(news.slice(0, NEW_SHOWN)),
          ...(news.length > NEW_SHOWN
            ? [note(`… and ${news.length - NEW_SHOWN} more new; all of them are below.`)]
            : []),
        ]
      : []),
  ];
}

/** An acceptance that ended by itself is said until someone decides again. */
function lapsedOf({ saved }: HostScan): Part[] {
  const lapsed = (saved?.open ?? []).filter(isLapsed);
  const voided = lapsed.filter(({ acceptance }) => acceptance.state === 'voided');
  const expired = lapsed.filter(({ acceptance }) => acceptance.state === 'expired');
  const name = ({ rule, subjectKey }: AcceptedFinding) => `${rule} ${subjectKey}`;
  const why = (finding: AcceptedFinding) => `${name(finding)}: ${finding.acceptance.ended?.why}`;
  return [
    ...(voided.length > 0
      ? [paragraph(strong('Voided acceptances: '), listed(voided.map(why)))]
      : []),
    ...(expired.length > 0
      ? [paragraph(strong('Expired acceptances: '), listed(expired.map(name)))]
      : []),
  ];
}

function detailsOf(scan: HostScan): Part[] {
  const { open } = splitAccepted(scan.saved?.open ?? []);
  const unknown = scan.results
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ rule, subject, reason = '' }) => {
      return { rule, subject: subject.id === '' ? null : subject.name, reason };
    });
  if (open.length === 0 && unknown.length === 0) return [];
  return [heading(`${scan.host}: findings`), ...findingsByRule(open), ...undecidedNotes(unknown)];
}

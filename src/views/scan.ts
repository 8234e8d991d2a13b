import type { HostScan } from '../answers/answer.ts';
import { counted, listed } from '../shared/text.ts';
import { heading, note, type Part, paragraph, strong, type View } from './document.ts';
import { findingsByRule, severityCounts } from './finding-lists.ts';
import { gradeLine, gradeText } from './grade.ts';
import { undecidedNotes, unreadNotes } from './host-notes.ts';

export const scan: View<'scan'> = ({ scans, next }) => ({
  headline: scans.map(headlineOf).join(' · '),
  summary: scans.flatMap(summaryOf),
  details: scans.flatMap(detailsOf),
  next,
});

function headlineOf(scan: HostScan): string {
  if (scan.coverage.answered === 0) return `${scan.host}: could not be judged`;
  const findings = scan.results.filter(({ verdict }) => verdict === 'fail');
  return `${scan.host}: grade ${gradeText(scan.posture)}, ${severityCounts(findings)}`;
}

function summaryOf(scan: HostScan): Part[] {
  const { coverage } = scan;
  const fails = scan.results.filter(({ verdict }) => verdict === 'fail');
  const passes = coverage.answered - fails.length;
  const engine = scan.engineVersion ? `Engine ${scan.engineVersion}` : 'Engine not read';
  const containers =
    scan.containers === null ? 'containers not read' : counted(scan.containers, 'container');
  return [
    heading(scan.isSample ? `${scan.host} (sample recording)` : scan.host),
    paragraph(strong('Grade: '), gradeLine(scan.posture)),
    paragraph(
      strong('Failing: '),
      coverage.answered === 0 ? 'unknown, nothing could be judged' : severityCounts(fails),
    ),
    paragraph(
      strong('Coverage: '),
      `${coverage.answered} of ${coverage.total - coverage.notApplicable} answered `,
      `(${passes} pass, ${fails.length} fail), ${coverage.unknown} unknown, `,
      `${coverage.notApplicable} not applicable`,
    ),
    ...changesOf(scan),
    ...unreadNotes(scan.unreadSections),
    ...(scan.storeProblem ? [note(`This scan was not stored: ${scan.storeProblem}`)] : []),
    note(`${engine}, ${containers}, ${(scan.durationMs / 1000).toFixed(1)} s`),
  ];
}

function changesOf({ saved, coverage }: HostScan): Part[] {
  if (!saved || coverage.answered === 0) return [];
  if (saved.isFirstScan) return [note('First scan of this host: this is its baseline.')];
  const count = (state: string) => saved.open.filter((f) => f.baselineState === state).length;
  const fixed = listed(saved.closed.map(({ rule, subjectKey }) => `${rule} ${subjectKey}`));
  return [
    paragraph(
      strong('Since the last scan: '),
      `${count('new')} new, ${count('updated')} changed, ${saved.closed.length} gone`,
      fixed && ` (${fixed})`,
    ),
  ];
}

function detailsOf(scan: HostScan): Part[] {
  const open = scan.saved?.open ?? [];
  const unknown = scan.results
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ rule, subject, reason = '' }) => {
      return { rule, subject: subject.id === '' ? null : subject.name, reason };
    });
  if (open.length === 0 && unknown.length === 0) return [];
  return [heading(`${scan.host}: findings`), ...findingsByRule(open), ...undecidedNotes(unknown)];
}

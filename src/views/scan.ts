import type { AcceptedFinding } from '../answers/finding-answers.ts';
import type { HostFilesystems, HostScan, ScanAnswer, StoppedScan } from '../answers/scan-answer.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { isLapsed, splitAccepted } from '../inspections/accepted.ts';
import { HOSTS_LISTED } from '../inspections/count-open.ts';
import type { UndecidedCount } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';
import { findingActions, run } from './actions.ts';
import { clockNotes } from './clock-notes.ts';
import {
  type Action,
  code,
  heading,
  note,
  type Part,
  type Parts,
  paragraph,
  person,
  strong,
  titled,
  type View,
} from './document.ts';
import {
  acceptedCountText,
  countsText,
  findingsByContainer,
  findingsByRule,
} from './finding-lists.ts';
import { gradeRange, gradeText } from './grade.ts';
import { hostRemark, unknownText, unreadNotes } from './host-notes.ts';
import { fleetHeadline, fleetScanParts } from './scan-of-fleet.ts';
import { firstScreenParts, seeAll } from './worst-subjects.ts';

/** New findings that are named at once, the worst of them. */
const NEW_SHOWN = 5;
/** Images that could not be read, of which the reason is told. */
const UNREAD_SHOWN = 3;
/** Hosts of one scan that get a button of their own. */
const RESCANS = 2;
/** Hosts that one sentence names. */
const HOSTS_NAMED = 20;

export const scan: View<ScanAnswer> = ({ scans, stopped }) => ({
  headline: [
    ...(scans.length > HOSTS_LISTED ? [fleetHeadline(scans)] : scans.map(headlineOf)),
    ...(stopped ? [stoppedHeadline(stopped)] : []),
  ].join(' · '),
  summary: [
    ...(scans.length > HOSTS_LISTED ? fleetScanParts(scans) : scans.flatMap(summaryOf)),
    stopped && stoppedParts(stopped),
  ],
  details: scans.length > HOSTS_LISTED ? [] : scans.flatMap(detailsOf),
  actions: [
    ...(scans.length === 0 ? [] : [seeAll(scans.length === 1 ? (scans[0]?.host ?? null) : null)]),
    ...rescans(scans),
    ...unknowns(scans),
    ...findingActions(scans.flatMap(scans.length > HOSTS_LISTED ? openIn : openWorstFirst)),
  ],
});

const stoppedHeadline = (stopped: readonly StoppedScan[]): string => `${namesOf(stopped)}: stopped`;

function namesOf(stopped: readonly StoppedScan[]): string {
  const names = stopped.map(({ host }) => host);
  return listed(names, HOSTS_NAMED);
}

const whatIsLeft: Readonly<Record<StoppedScan['left'], string>> = {
  nothing: ', nothing stored',
  others: ' here; it goes on for others who asked for it',
  scan: ' after the scan was stored; not all whole file systems are read',
};

/** What somebody stopped, and what became of it. */
const stoppedParts = (stopped: readonly StoppedScan[]): Parts => [
  heading('Stopped'),
  ...[...Map.groupBy(stopped, ({ by, left }) => `${left} ${by}`).values()].map((alike) => {
    const { by = '', left = 'nothing' } = alike[0] ?? {};
    return paragraph(strong(namesOf(alike)), ': stopped by ', person(by), whatIsLeft[left]);
  }),
];

/** Open findings, those of the worst subject first: the buttons are about what stands at the top. */
function openWorstFirst({ saved, firstScreen }: HostScan): StoredFinding[] {
  const [worst] = firstScreen.worst;
  const isWorst = ({ subjectKind, subjectKey }: StoredFinding) =>
    subjectKind === worst?.kind && subjectKey === worst?.subject;
  const open = openIn({ saved });
  return [...open.filter(isWorst), ...open.filter((finding) => !isWorst(finding))];
}

const openIn = ({ saved }: Pick<HostScan, 'saved'>): StoredFinding[] =>
  splitAccepted(saved?.open ?? []).open;

const rescans = (scans: readonly HostScan[]): Action[] =>
  scans.slice(0, RESCANS).map(({ host }) => {
    const label = scans.length === 1 ? 'Rescan' : `Rescan ${host}`;
    return run(label, `scan on ${quoteWord(host)}`);
  });

/** What could not be judged, where that is told of one host. */
function unknowns([only, second]: readonly HostScan[]): Action[] {
  if (!only || second || only.coverage.unknown === 0) return [];
  return [run(`Unknown: ${only.coverage.unknown}`, unknownLine(only.host))];
}

const unknownLine = (host: string): string => `findings unknown on ${quoteWord(host)}`;

function headlineOf(scan: HostScan): string {
  if (scan.coverage.answered === 0) return `${scan.host}: could not be judged`;
  const { sentence } = scan.firstScreen.verdict;
  return `${sentence} Grade ${gradeText(scan.posture)}, ${openText(scan)}`;
}

/** The open findings, those that could not be judged again among them, as every other answer counts. */
function openText(scan: HostScan): string {
  const { open, accepted } = scan.counts;
  return `${countsText(open)}${acceptedCountText(totalOf(accepted))}`;
}

function summaryOf(scan: HostScan): Parts {
  const engine = scan.engineVersion ? `Engine ${scan.engineVersion}` : 'Engine not read';
  const containers =
    scan.containers === null ? 'containers not read' : counted(scan.containers, 'container');
  return [
    heading(`${scan.host}${hostRemark(scan)}`),
    scan.coverage.answered === 0
      ? paragraph(strong('Open findings: '), 'unknown, nothing could be judged')
      : [
          ...firstScreenParts(scan.firstScreen, true),
          ...changesOf(scan),
          ...lapsedOf(scan),
          paragraph(strong('Open findings: '), openText(scan)),
        ],
    note(strong('Grade: '), gradeRange(scan.posture) ?? 'unknown, too little could be judged', '.'),
    coverageNote(scan),
    ...unreadNotes(scan.unreadSections),
    isUnreached(scan) &&
      note(
        code('seawall doctor'),
        ', in a terminal beside Seawall, tries the connection and says what is wrong. Its address is the ',
        code('url'),
        ' of the host in seawall.yml, or ',
        code('DOCKER_HOST'),
        '.',
      ),
    ...clockNotes([{ name: scan.host, clockAheadMs: scan.clockAheadMs ?? null }]),
    ...filesystemNotes(scan.filesystems),
    scan.storeProblem && note(`This scan was not stored: ${scan.storeProblem}`),
    note(`${engine}, ${containers}, ${(scan.durationMs / 1000).toFixed(1)} s`),
  ];
}

const isUnreached = ({ engineVersion, containers }: HostScan): boolean =>
  engineVersion === null && containers === null;

/** Where nobody answered, that is the cause of all that is unknown, and stands below. */
function coverageNote(scan: HostScan): Part {
  const { host, coverage, results } = scan;
  const { answered, total, notApplicable } = coverage;
  const fails = results.filter(({ verdict }) => verdict === 'fail').length;
  const unknown = isUnreached(scan) ? '' : unknownText(missingIn(results));
  return note(
    strong('Coverage: '),
    `${answered} of ${total - notApplicable} checks answered (${answered - fails} pass, ${fails} fail)`,
    ...(unknown === '' ? ['.'] : [`; ${unknown}; see `, code(unknownLine(host)), '.']),
  );
}

const missingIn = (results: HostScan['results']): UndecidedCount[] =>
  results
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ reason = 'not said' }) => ({ reason, count: 1 }));

function filesystemNotes(filesystems: HostFilesystems | null): Parts {
  if (filesystems === null) return [];
  const { read, known, unread } = filesystems;
  const images = unread.map(({ image, reason }) => (image === '' ? reason : `${image}: ${reason}`));
  return [
    note(
      `Whole file systems: ${known} known, ${read} of them read now${unread.length > 0 ? `, ${unread.length} not` : ''}.`,
    ),
    images.length > 0 && note(`Not read: ${listed(images, UNREAD_SHOWN)}.`),
  ];
}

function changesOf({ saved }: HostScan): Parts {
  if (!saved) return [];
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
    ...titled('New: ', [
      ...findingsByRule(news.slice(0, NEW_SHOWN)),
      news.length > NEW_SHOWN &&
        note(`… and ${news.length - NEW_SHOWN} more new; they are marked in the thread.`),
    ]),
  ];
}

/** An acceptance that ended by itself is said until someone decides again. */
function lapsedOf({ saved }: HostScan): Parts {
  const lapsed = (saved?.open ?? []).filter(isLapsed);
  const voided = lapsed.filter(({ acceptance }) => acceptance.state === 'voided');
  const expired = lapsed.filter(({ acceptance }) => acceptance.state === 'expired');
  const name = ({ rule, subjectKey }: AcceptedFinding) => `${rule} ${subjectKey}`;
  const why = (finding: AcceptedFinding) => `${name(finding)}: ${finding.acceptance.ended?.why}`;
  return [
    voided.length > 0 && paragraph(strong('Voided acceptances: '), listed(voided.map(why))),
    expired.length > 0 && paragraph(strong('Expired acceptances: '), listed(expired.map(name))),
  ];
}

function detailsOf(scan: HostScan): Parts {
  const { open } = splitAccepted(scan.saved?.open ?? []);
  if (open.length === 0) return [];
  return [heading(`${scan.host}: findings by container`), ...findingsByContainer(open)];
}

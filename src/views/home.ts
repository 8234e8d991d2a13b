import type { AnswerBase } from '../answers/answer-base.ts';
import type { AcceptedFinding } from '../answers/finding-answers.ts';
import type { FirstScreen } from '../answers/first-screen.ts';
import type { HostState } from '../answers/host-state.ts';
import type { Severity } from '../rules/rule.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { run } from './actions.ts';
import {
  type Action,
  code,
  heading,
  list,
  marked,
  note,
  type Part,
  paragraph,
  person,
  type Span,
  strong,
  time,
  type View,
  withIds,
} from './document.ts';
import { countsText, lapsedText } from './finding-lists.ts';
import { firstScreenParts, seeAll } from './worst-subjects.ts';

/** What one person sees on the Home tab. */
export interface HomeAnswer extends AnswerBase {
  kind: 'home';
  /** What the tab opens with. */
  firstScreen: FirstScreen;
  hosts: {
    host: HostState;
    /** Score a week ago by the scans of then; null when there was none. */
    scoreBefore: number | null;
    /** Open findings without the accepted ones; null when it was never scanned. */
    open: Record<Severity, number> | null;
  }[];
  /** Acceptances that ended by themselves: someone has to decide again. */
  lapsed: AcceptedFinding[];
  /** Acceptances that end soon. */
  expiring: AcceptedFinding[];
  /** How the app is set up, and what channels get now; null for those who may not approve. */
  settings: { what: string; value: string }[] | null;
  /** What this person may run. */
  lines: string[];
  /** True for who may say what channels are told. */
  maySetAlerts: boolean;
}

/** Acceptances that are spelled out. */
const LINES_SHOWN = 10;
const HOSTS_SHOWN = 20;
/** Of the app and of channels; a team of a few channels sees all. */
const SETTINGS_SHOWN = 25;

export const home: View<HomeAnswer> = (answer) => {
  const { hosts, lapsed, expiring, settings, takenAt, lines, maySetAlerts } = answer;
  return {
    headline: 'Seawall',
    summary: [
      hosts.length > 0 && firstScreenParts(answer.firstScreen, hosts.length === 1),
      heading('Your hosts'),
      ...hostList(hosts, takenAt),
      hosts.length === 0 && paragraph('No host is declared.'),
      ...decisions('Waiting for a decision', lapsed, (finding) => [
        lapsedText(finding) ?? 'open again',
      ]),
      ...decisions('Acceptances that end soon', expiring, expiringText),
      settings !== null && settingParts(settings),
      paragraph('As of ', time(takenAt), '.'),
    ],
    actions: [
      ...(hosts.length > 0
        ? [seeAll(hosts.length === 1 ? (hosts[0]?.host.name ?? null) : null)]
        : []),
      ...lines.map((line): Action => run(line, line)),
      ...(maySetAlerts ? [chooseAlerts] : []),
      refresh,
    ],
    next: [],
  };
};

const chooseAlerts: Action = {
  label: 'Alerts for a channel …',
  intent: { kind: 'choose-alerts' },
};
const refresh: Action = { label: 'Refresh', intent: { kind: 'home' } };

/** All hosts; of many those that cannot be read and those with the lowest scores. */
function hostList(hosts: HomeAnswer['hosts'], now: string): Part[] {
  const lines = (some: HomeAnswer['hosts']) => some.map((one) => hostLine(one, now));
  const hidden = hosts.length - HOSTS_SHOWN;
  if (hidden <= 0) return list(lines(hosts));
  const worst = hosts.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, HOSTS_SHOWN);
  return list([...lines(worst), [`… and ${counted(hidden, 'more host')}: `, code('hosts')]]);
}

const rankOf = ({ host }: HomeAnswer['hosts'][number]): number =>
  host.lastScanAt === null || host.lastGoodScanAt !== host.lastScanAt
    ? -1
    : (host.grade?.score ?? -1);

function hostLine({ host, scoreBefore, open }: HomeAnswer['hosts'][number], now: string): Span[] {
  if (host.lastScanAt === null) return [strong(host.name), ': never scanned, nothing is known'];
  const counts = open === null ? ', open findings unknown' : openText(open);
  const isStale = host.lastGoodScanAt !== host.lastScanAt;
  const age = host.lastGoodScanAt === null ? '' : `, ${ageBetween(host.lastGoodScanAt, now)}`;
  return [
    strong(host.name),
    `: ${gradeText(host, scoreBefore)}${counts}${age}`,
    ...(isStale ? [', could not be read since'] : []),
  ];
}

function gradeText({ grade }: HomeAnswer['hosts'][number]['host'], before: number | null): string {
  if (grade === null || grade.score === null) return 'no grade';
  const text = `grade ${grade.grade} (${grade.score})`;
  if (before === null) return `${text}, nothing to compare with a week ago`;
  const change = Math.round((grade.score - before) * 10) / 10;
  if (change === 0) return `${text} → as a week ago`;
  return change > 0 ? `${text} ↑ ${change} in a week` : `${text} ↓ ${-change} in a week`;
}

function openText(open: NonNullable<HomeAnswer['hosts'][number]['open']>): string {
  const counts = countsText(open);
  return `, ${counts === 'none' ? 'no open finding' : counts}`;
}

function decisions(
  title: string,
  findings: readonly AcceptedFinding[],
  say: (finding: AcceptedFinding) => Span[],
): Part[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, LINES_SHOWN)
    .map((finding): Span[] => [
      marked(finding.severity),
      ' ',
      code(finding.rule),
      ` ${listed(finding.subjects, 2)} on ${finding.host}: `,
      ...say(finding),
    ]);
  const more = findings.length - lines.length;
  return [heading(title), ...list([...lines, more > 0 && [`… and ${more} more.`]])];
}

const expiringText = ({ acceptance }: AcceptedFinding): Span[] => [
  'accepted by ',
  person(acceptance.by),
  ` until ${acceptance.until.slice(0, 10)}: ${acceptance.reason}`,
];

const settingParts = (settings: NonNullable<HomeAnswer['settings']>): Part[] => [
  heading('Settings'),
  ...list([
    ...settings
      .slice(0, SETTINGS_SHOWN)
      .map(({ what, value }) => [...withIds(what), ': ', ...withIds(value)]),
    settings.length > SETTINGS_SHOWN && [
      `… and ${settings.length - SETTINGS_SHOWN} more; in a channel `,
      code('digest'),
      ' and ',
      code('alerts'),
      ' say what it gets.',
    ],
  ]),
  note(
    'The settings file says who may what, and which hosts a channel is about. What a channel gets is changed in it, by ',
    code('digest'),
    ' and ',
    code('alerts'),
    '.',
  ),
];

import type { DiffAnswer, SeverityChange } from '../answers/diff-answer.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import { newAcceptedText, whereText } from './digest-lines.ts';
import { vanishedParts } from './digest-vanished.ts';
import {
  code,
  heading,
  list,
  note,
  type Part,
  type Parts,
  paragraph,
  type Span,
  strong,
  titled,
  type View,
} from './document.ts';
import { driftedParts } from './drift.ts';
import { findingsAcrossHosts, findingsByRule } from './finding-lists.ts';
import { HOSTS_SHOWN, hostNotes } from './host-notes.ts';
import { localTimes, utcText } from './local-time.ts';

/** How many changes of severity are spelled out. */
const CHANGES_SHOWN = 40;
const VANISHED_LINES = 6;
const NAMES_SHOWN = 10;

export const diff: View<DiffAnswer> = (answer) => {
  const { since, hosts, compared, takenAt } = answer;
  const counts = [
    counted(answer.new.length, 'new finding'),
    `${answer.worse.length} worse`,
    ...(answer.lapsed.length > 0 ? [`${answer.lapsed.length} no longer accepted`] : []),
    `${answer.fixed.length} fixed or gone`,
  ].join(', ');
  const isKnown = compared.some(({ from, to }) => from !== to);
  const heard = heardParts(answer);
  const names = hosts.map(({ name }) => name);
  const title = isKnown
    ? counts
    : heard.length > 0
      ? 'No second scan to compare yet'
      : 'Changes are unknown';
  return {
    headline: `${title} since ${utcText(since)} on ${listed(names, HOSTS_SHOWN)}`,
    summary: [
      heading(title),
      ...heard,
      ...section('New', answer.new),
      ...severitySection('Worse', answer.worse),
      ...section('No longer accepted', answer.lapsed),
      ...section('Fixed or gone', answer.fixed),
      ...severitySection('Less severe', answer.milder),
      ...section('Came and went in between', answer.passing),
      ...driftedParts(answer.drifted),
      isKnown && isEmpty(answer) && paragraph('No finding changed.'),
      // It is counted, and is no news.
      answer.newAccepted.length > 0 && note(`${newAcceptedText(answer.newAccepted.length)}.`),
      ...comparedNotes(compared, takenAt),
      ...hostNotes(hosts, takenAt),
    ],
    actions: findingActions([
      ...answer.new,
      ...answer.worse.map(({ finding }) => finding),
      ...answer.lapsed,
    ]),
  };
};

/** What the watcher heard, which needs no second scan. */
function heardParts(answer: Parameters<typeof diff>[0]): Parts {
  const { came, hosts } = answer;
  const names = came.map(({ host, name }) => (hosts.length > 1 ? `${name} on ${host}` : name));
  return [
    ...vanishedParts(answer, localTimes('UTC'), { most: VANISHED_LINES, saysZone: true }),
    ...list([
      came.length > 0 && [
        strong(`Started: ${came.length}. `),
        listed(names, NAMES_SHOWN),
        '; still there',
      ],
    ]),
  ];
}

const isEmpty = (answer: Parameters<typeof diff>[0]) =>
  [
    ...[answer.new, answer.worse, answer.lapsed, answer.newAccepted],
    ...[answer.fixed, answer.milder, answer.passing],
  ].every((found) => found.length === 0);

/** What is new, or was open until now, needs no mark that says so. */
function section(title: string, findings: readonly StoredFinding[]): Parts {
  const unmarked = findings.map((finding) => ({ ...finding, baselineState: 'unchanged' as const }));
  const isOfFleet = new Set(findings.map(({ host }) => host)).size > 1;
  const lines = isOfFleet ? findingsAcrossHosts(unmarked) : findingsByRule(unmarked);
  return titled(`${title}: ${findings.length}`, lines);
}

function severitySection(title: string, changes: readonly SeverityChange[]): Parts {
  const keyOf = ({ was, finding: { severity, rule } }: SeverityChange) =>
    JSON.stringify([was, severity, rule]);
  const groups = [...Map.groupBy(changes, keyOf).values()];
  const shown = groups.slice(0, CHANGES_SHOWN).map(changeLine);
  const hidden = groups.slice(CHANGES_SHOWN).flat().length;
  const more = hidden > 0 && [`… and ${hidden} more.`];
  return titled(`${title}: ${changes.length}`, list([...shown, more]));
}

/** One change of one rule, wherever it happened. */
function changeLine(group: readonly SeverityChange[]): Span[] {
  const [first] = group;
  if (first === undefined) return [];
  const { was, finding } = first;
  const findings = group.map((one) => one.finding);
  const isOne = new Set(findings.map(({ message }) => message)).size === 1;
  const where =
    group.length === 1
      ? `${listed(finding.subjects)} on ${finding.host}`
      : `×${group.length} ${whereText(findings, false)}`;
  return [
    `${was} → `,
    strong(finding.severity),
    ' ',
    code(finding.rule),
    ` ${where}${isOne ? `: ${finding.message}` : ''}`,
  ];
}

/** With which scan each host was compared; of many, how many could be. */
function comparedNotes(compared: DiffAnswer['compared'], now: string): Parts {
  if (compared.length <= HOSTS_SHOWN) return compared.map((host) => comparedNote(host, now));
  const same = compared.filter(({ from, to }) => from === to).map(({ host }) => host);
  const late = compared.filter(({ isFromFirstScan }) => isFromFirstScan).length;
  const oldest = compared.map(({ from }) => from).sort()[0] ?? now;
  return [
    note(
      strong(counted(compared.length - same.length, 'host')),
      ` compared with scans from ${utcText(oldest)} on`,
      late > 0 ? `, ${late} of them with their first, which is later than was asked.` : '.',
    ),
    same.length > 0 &&
      note(
        strong(counted(same.length, 'host')),
        ` not scanned since, so nothing is known of changes: ${listed(same)}.`,
      ),
  ];
}

function comparedNote(
  { host, from, to, isFromFirstScan }: Parameters<typeof diff>[0]['compared'][number],
  now: string,
): Part {
  const first = isFromFirstScan ? ', the first one, later than you asked for' : '';
  const against = `the scan of ${utcText(from)} (${ageBetween(from, now)}${first})`;
  return from === to
    ? note(strong(host), `: ${against} is the newest, so changes after it are unknown.`)
    : note(strong(host), `: compared with ${against}.`);
}

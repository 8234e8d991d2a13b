import type { ContainerPast, ExecSession, LastSight } from '../answers/container-past.ts';
import type { AlertReport } from '../answers/trace.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { counted, duration, listed } from '../shared/text.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { labelled, list, note, type Part, place, type Span, time, titled } from './document.ts';
import { NO_PERSON, powerText } from './execs.ts';
import { findingsByRule, severityCounts } from './finding-lists.ts';
import { utcText } from './local-time.ts';

// What `inspect` says of the past of a container: how long it ran, with what power, who was told.

const FAULTS_SHOWN = 8;
const EXECS_SHOWN = 5;
const TOLD_SHOWN = 6;

/** Whether it is known what a container that is gone had open. */
export const isJudged = ({ lastSight, lastFindings }: ContainerPast): boolean =>
  lastSight === null || lastSight.judgedAt !== null || lastFindings.length > 0;

/** `ran 2 s`, `ran 4 min`; of its last run. */
export function ranText({ facts }: StoredContainer, { endedAt }: LastSight): string {
  const { startedAt } = facts;
  if (startedAt === null) return endedAt === null ? 'not seen to run' : 'ran for an unknown time';
  if (endedAt === null || endedAt < startedAt) return 'ran for an unknown time';
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return `ran ${ms < 2 * MINUTE_MS ? `${Math.round(ms / 1_000)} s` : duration(ms)}`;
}

interface Seen extends Pick<ContainerPast, 'seenFaults'> {
  container: StoredContainer;
}

/** Its properties, those of the worst rules first. */
export const powerOf = ({ container, seenFaults }: Seen): string[] => [
  ...new Set([...seenFaults.map(({ facet }) => facet), ...container.facets]),
];

/** When it was made, began and ended, and what power it had. */
export function lifeParts(seen: Seen, end: LastSight): Part[] {
  const { facts, unverifiedFacets } = seen.container;
  const time = (at: string | null) =>
    at === null ? 'at an unknown time' : `${at.slice(0, 19).replace('T', ' ')} UTC`;
  const code = end.exitCode === null ? 'exit code unknown' : `exit code ${end.exitCode}`;
  const unsure =
    unverifiedFacets.length > 0 ? `; could not be judged: ${listed(unverifiedFacets)}` : '';
  return [
    labelled(
      'Ran',
      `created ${time(facts.createdAt)}, started ${time(facts.startedAt)}, ended ${time(end.endedAt)}, ${code}`,
    ),
    labelled(
      'Power when last seen',
      `${powerOf(seen).join(', ') || 'no property that a rule names'}${unsure}`,
    ),
  ];
}

/** What it had open, or what its facts say where no scan judged it. */
export function lastFindingParts(
  answer: ContainerPast,
  mark: (group: readonly StoredFinding[]) => string[],
): Part[] {
  const { lastFindings, seenFaults } = answer;
  if (isJudged(answer)) {
    return [
      labelled('When it was last seen', severityCounts(lastFindings)),
      ...findingsByRule(lastFindings, mark),
    ];
  }
  const shown = namesOf(seenFaults);
  const known =
    shown.length === 0
      ? 'unknown: no scan checked it while it existed'
      : `no scan checked it while it existed; as seen when it ran, it failed ${listed(shown, FAULTS_SHOWN)}; the other rules are unknown`;
  return [labelled('Findings', known)];
}

const namesOf = (faults: ContainerPast['seenFaults']): string[] =>
  faults.map(({ rule, severity }) => `${severity} ${rule}`);

/** What is known of one that runs and that no scan has judged yet. */
export const unjudgedText = ({ seenFaults }: Pick<ContainerPast, 'seenFaults'>): string =>
  seenFaults.length === 0
    ? 'unknown, no scan has judged it yet'
    : `no scan has judged it yet; as it was seen when it started, it fails ${listed(namesOf(seenFaults), FAULTS_SHOWN)}; the other rules are unknown`;

/** Commands that were run in it, and who was told of it. */
export function pastParts({ execs, told, lastSight }: ContainerPast): Part[] {
  const isGone = lastSight !== null;
  if (!isGone && execs.length + told.alerts.length + told.digests.length === 0) return [];
  return [...execParts(execs, isGone), ...toldParts(told, isGone)];
}

function execParts(execs: readonly ExecSession[], isGone: boolean): Part[] {
  if (execs.length === 0) return isGone ? [labelled('Commands run in it', 'none was seen')] : [];
  const hidden = execs.length - EXECS_SHOWN;
  const lines = execs.slice(0, EXECS_SHOWN).map(({ startedAt, power, ...exec }) => {
    const end = exec.endedAt === null ? 'not seen to end' : `ended ${utcText(exec.endedAt)}`;
    const code = exec.exitCode === null ? '' : `, exit code ${exec.exitCode}`;
    return [`${utcText(startedAt)}: ${powerText(power)}, ${end}${code}`];
  });
  const more = hidden > 0 && [`… and ${counted(hidden, 'earlier one')}.`];
  return titled(`Commands run in it: ${execs.length}`, [
    ...list([...lines, more]),
    note(...NO_PERSON),
  ]);
}

/** Which alerts and digests named it; of one that is gone also that none did. */
export function toldParts({ alerts, digests }: ContainerPast['told'], isGone: boolean): Part[] {
  const lines: Span[][] = [
    ...alerts.map(({ channel, at, severity, title, delivery, trouble }): Span[] => {
      const how = `, ${severity} alert (${deliveries[delivery]}${because(trouble)}): ${title}`;
      return [place(channel), ', ', time(at), how];
    }),
    ...digests.map(({ channel, day, at, as, delivery, trouble }): Span[] => {
      const how = as === 'went' ? 'as one that came and went' : 'by its findings';
      const state = `${deliveries[delivery]}${because(trouble)}`;
      return [place(channel), ', ', time(at), `, digest of ${day}, ${how} (${state})`];
    }),
  ];
  if (lines.length === 0) {
    return isGone ? [labelled('Told', 'no alert and no digest named it')] : [];
  }
  const hidden = lines.length - TOLD_SHOWN;
  const more = hidden > 0 && [`… and ${counted(hidden, 'more message')}.`];
  return titled('Told: ', list([...lines.slice(0, TOLD_SHOWN), more]));
}

const because = (trouble: string | null): string => (trouble === null ? '' : `: ${trouble}`);

/** What became of a message, in words. */
export const deliveries: Readonly<Record<AlertReport['delivery'], string>> = {
  silent: 'kept quiet by a snooze',
  sent: 'sent',
  pending: 'not sent yet',
  dead: 'never sent',
  unknown: 'it is unknown whether it was sent',
};

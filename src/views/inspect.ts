import type { AnswerBase } from '../answers/answer-base.ts';
import type { ContainerPast } from '../answers/container-past.ts';
import type { AcceptedFinding } from '../answers/finding-answers.ts';
import type { HostState } from '../answers/host-state.ts';
import type { ContainerPaths } from '../answers/isolation-answer.ts';
import { configurationRows } from '../drift/configured-fields.ts';
import type { ContainerDrift } from '../drift/container-drift.ts';
import { isUnjudged } from '../inspections/host-states.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { Namesake, StoredContainer, StoredFinding } from '../ports/stored.ts';
import { ageBetween, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import { controlTable, verdictCounts } from './controls.ts';
import {
  heading,
  labelled,
  list,
  note,
  type Parts,
  paragraph,
  strong,
  table,
  type View,
} from './document.ts';
import { driftParts } from './drift.ts';
import {
  acceptedCountText,
  acceptedLines,
  findingsByRule,
  severityCounts,
} from './finding-lists.ts';
import {
  isJudged,
  lastFindingParts,
  lifeParts,
  pastParts,
  powerOf,
  ranText,
  unjudgedText,
} from './gone-container.ts';
import { hostNotes, undecidedNotes } from './host-notes.ts';
import { levelText } from './isolation.ts';
import { utcText } from './local-time.ts';
import { blindNotes } from './past.ts';
import { surfaceText } from './surface.ts';
import { exposureText } from './time-exposed.ts';
import { waysText } from './ways.ts';

export interface InspectAnswer extends AnswerBase, ContainerPast, ContainerPaths {
  kind: 'inspect';
  host: HostState;
  container: StoredContainer;
  drift: ContainerDrift;
  findings: StoredFinding[];
  /** Others of its name that are gone, the newest first. */
  namesakes: Namesake[];
  /** Times of its life in which the host could not be read; of one that exists, what lasts now. */
  blind: BlindInterval[];
  accepted: AcceptedFinding[];
  undecided: { rule: string; reason: string }[];
}

export const inspect: View<InspectAnswer> = (answer) => {
  const { host, container, drift, findings, lastSight, namesakes, blind } = answer;
  const { accepted, undecided, takenAt } = answer;
  const { facts, removedAt } = container;
  return {
    headline: `${facts.name} on ${host.name}: ${headlineOf(answer)}`,
    summary: [
      heading(`${facts.name} on ${host.name}`),
      labelled('State', stateText(answer)),
      lastSight !== null && lifeParts(answer, lastSight),
      labelled('Image', facts.imageReference),
      ...isolationParts(answer),
      labelled('Surface', surfaceText(container.surface)),
      ...driftParts(drift),
      lastSight === null
        ? [
            labelled(
              'Findings',
              isUnjudged(host, container)
                ? unjudgedText(answer)
                : `${severityCounts(findings)}${acceptedCountText(accepted.length)}`,
            ),
            ...findingsByRule(findings, exposureMark),
          ]
        : lastFindingParts(answer, exposureMark),
      ...acceptedLines(accepted),
      lastSight !== null && pastParts(answer),
      ...namesakeNotes(namesakes),
      removedAt !== null && blindNotes(blind),
      ...hostNotes([host], takenAt, [host.name]),
    ],
    details: [
      heading('As configured'),
      ...table(['what', 'value'], [['id', facts.id.slice(0, 12)], ...configurationRows(facts)]),
      heading('As in force'),
      container.controls === null
        ? paragraph('Its controls were not read yet.')
        : controlTable(container.controls),
      lastSight === null && pastParts(answer),
      ...undecidedNotes(undecided.map((missing) => ({ ...missing, subject: null }))),
    ],
    actions: container.removedAt === null ? findingActions([...findings, ...accepted]) : [],
  };
};

const FACETS_IN_HEADLINE = 3;

/** Of one that is gone, what it was: nothing is open for it any more, which is no praise. */
function headlineOf(answer: InspectAnswer): string {
  const { host, container, findings, lastFindings, lastSight } = answer;
  const { removedAt } = container;
  const facets = powerOf(answer);
  if (lastSight === null || removedAt === null) {
    return isUnjudged(host, container) ? unjudgedText(answer) : severityCounts(findings);
  }
  const had = isJudged(answer)
    ? `${severityCounts(lastFindings)} when last seen`
    : 'never judged by a scan';
  const power = facets.length > 0 ? `, ${listed(facets, FACETS_IN_HEADLINE)}` : '';
  return `gone since ${utcText(removedAt)}, ${ranText(container, lastSight)}${power}; ${had}`;
}

function stateText({ container, takenAt }: InspectAnswer): string {
  const { facts, removedAt, firstSeen } = container;
  const seen = `first seen ${ageBetween(firstSeen, takenAt)}`;
  if (removedAt === null) return `${facts.state}, ${seen}`;
  return `gone since ${utcText(removedAt)} (${ageBetween(removedAt, takenAt)}), ${seen}`;
}

const exposureMark = (group: readonly StoredFinding[]): string[] =>
  group.length === 1 ? group.map(exposureText).filter(Boolean) : [];

/** Namesakes that are spelled out. */
const NAMESAKES_SHOWN = 4;

function namesakeNotes(namesakes: InspectAnswer['namesakes']): Parts {
  if (namesakes.length === 0) return [];
  const named = namesakes.map(
    ({ host, id, firstSeen, removedAt }) =>
      `${id.slice(0, 12)} on ${host}, from ${utcText(firstSeen)} to ${utcText(removedAt)}`,
  );
  return [note(`Others of this name that are gone: ${listed(named, NAMESAKES_SHOWN)}.`)];
}

function isolationParts({ container, ways, paths, lastSight }: InspectAnswer): Parts {
  const { isolation, controls } = container;
  const pathLines = list(paths.map(({ severity, sentence }) => [strong(severity), ` ${sentence}`]));
  const then = lastSight !== null && lastSight.judgedAt !== null ? ' when it was last judged' : '';
  if (isolation === null) {
    // Its ways are known from the scan although its isolation was not looked at.
    return paths.length === 0
      ? []
      : [labelled('Ways to the host', `${waysText(ways)}${then}`), ...pathLines];
  }
  return [
    labelled(
      'Isolation',
      `${levelText(isolation.level)} (${isolation.source}); ${waysText(ways)}${then}`,
    ),
    ...pathLines,
    controls !== null && labelled('Controls', verdictCounts(controls)),
  ];
}

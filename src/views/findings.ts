import type { AnswerBase, ListPage } from '../answers/answer-base.ts';
import type { AskedPast } from '../answers/container-past.ts';
import type { AcceptedFinding } from '../answers/finding-answers.ts';
import type { Count, HostState } from '../answers/host-state.ts';
import { isAccepted } from '../inspections/accepted.ts';
import type { FindingHand } from '../inspections/finding-hands.ts';
import { findingOrder } from '../inspections/paging.ts';
import type { People } from '../inspections/people-named.ts';
import type { StoredAttestation } from '../ports/acceptance-store.ts';
import type { StoredExposureAcceptance } from '../ports/exposed-store.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { PastFinding } from '../ports/past-store.ts';
import type { UndecidedCount, Unjudged } from '../ports/scan-store.ts';
import type { RuleCount, StoredFinding } from '../ports/stored.ts';
import type { Severity } from '../rules/rule.ts';
import { counted, listed } from '../shared/text.ts';
import { findingActions, run } from './actions.ts';
import { attestationLines } from './attested.ts';
import {
  type Action,
  code,
  heading,
  list,
  marked,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  titled,
  type View,
} from './document.ts';
import { exposureAcceptanceLines } from './exposure-accepted.ts';
import { handSpans } from './finding-hands.ts';
import {
  acceptedCountText,
  acceptedLines,
  countsText,
  findingsByContainer,
  findingsByRule,
  firstAccepted,
  firstGroups,
  firstLines,
} from './finding-lists.ts';
import { type CauseGroup, groupByCause, hostNotes, sumOf, unknownNote } from './host-notes.ts';
import { shownPage } from './pages.ts';
import { blindNotes, countText, pastNotes, periodText } from './past.ts';
import { exposureText, openText } from './time-exposed.ts';
import { unjudgedNote } from './unjudged-note.ts';

export interface FindingsAnswer extends AnswerBase {
  kind: 'findings';
  filter: {
    severities: Severity[];
    rule: string | null;
    /** `null`: those that count. `expiring`: accepted, but only for a few days more. */
    acceptance: 'accepted' | 'expiring' | null;
  };
  hosts: HostState[];
  findings: (StoredFinding | PastFinding)[];
  /** How many there are, or why nobody knows. */
  total: Count;
  /** The same by severity, on all pages. */
  bySeverity: Record<Severity, number>;
  /** The same by severity and rule, worst first. */
  byRule?: RuleCount[];
  /** Null for a question about now. */
  past: AskedPast | null;
  /** Times within the question in which a host could not be read. */
  blind: BlindInterval[];
  /** How many findings of the same filter someone accepted, so that they do not count. */
  acceptedCount: number;
  /** Open again because their acceptance ran out or was voided. */
  lapsed: AcceptedFinding[];
  /** Attestations that hold, when accepted findings are asked for. */
  attestations: StoredAttestation[];
  /** Accepted risks of vulnerabilities that hold, when accepted findings are asked for. */
  exposures: StoredExposureAcceptance[];
  /**
   * Images of running containers with something that is known to be exploited; null where that is not asked
   * for, or not known.
   */
  exploitedImages: number | null;
  /** Who looks after findings that are open now, by their alerts; left out where that was not looked up. */
  hands?: FindingHand[];
  /** Names of those whom acceptances name by an id. */
  people?: People;
  /** What of the list is shown; null for all of it. */
  page: ListPage | null;
  /** How many judgements the last scans could not make, over the same filter, by reason. */
  unknown: UndecidedCount[];
  /** The same one by one; null in a chat that did not ask for them. */
  undecided: { host: string; rule: string; subject: string | null; reason: string }[] | null;
  /** Containers that came after the last scan; of a question about now alone. */
  unjudged: Unjudged[];
  /** How the list is grouped. */
  by: 'rule' | 'container';
  /** True when only the judgements that could not be made were asked for. */
  isUnknownOnly: boolean;
  /** The line that asks for the same, grouped in the other way; null where there is none. */
  otherWay: string | null;
  /** The line that lists what could not be judged. */
  unknownLine: string;
}

const kinds = {
  open: ['open finding', 'open findings'],
  once: ['finding that was open at some time', 'findings that were open at some time'],
  accepted: ['accepted finding', 'accepted findings'],
  expiring: ['acceptance that ends soon', 'acceptances that end soon'],
} as const;

/** Of what can be done about the worst of many findings: its evidence, its fix, and to accept it. */
const WORST_ACTIONS = 4;

export const findings: View<FindingsAnswer> = (answer) => {
  if (answer.isUnknownOnly) return unknownDocument(answer);
  const { findings: found, filter, hosts, past, blind, takenAt } = answer;
  const neverScanned = hosts.every(({ lastScanAt }) => lastScanAt === null);
  const kind = filter.acceptance ?? 'open';
  // What was open for a while is listed too, and may be gone.
  const isStretch = kind === 'open' && past !== null && past.from !== past.to;
  const [one, many] = kinds[isStretch ? 'once' : kind];
  const count = `${countText(answer.total, past, one, many)}${periodText(past)}`;
  const total = neverScanned ? 'Nothing is known yet' : count;
  const isOfRule = filter.rule !== null;
  const page = shownPage(found, answer.page, findingOrder, (rest) => {
    if (kind !== 'open') return firstAccepted(rest);
    if (isOfRule) return rest.slice(0, OF_RULE_SHOWN);
    if (answer.by === 'container') return firstGroups(rest);
    return firstLines(rest, (group) => handSpans(answer.hands ?? [], group));
  });
  // The buttons are about the findings that are looked at, not about a long list.
  const isFew = isOfRule || (answer.total.count ?? 0) <= FEW;
  return {
    headline: `${total} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(total),
      kind !== 'open'
        ? decidedParts(answer, page.shown)
        : !neverScanned && answer.total.count !== null && openParts(answer, page.shown),
      ...exploitedNotes(answer.exploitedImages),
      ...page.notes,
      kind === 'open' && unknownNote(answer.unknown, answer.unknownLine),
      unjudgedNote(answer.unjudged),
      ...pastNotes(past),
      past !== null && blindNotes(blind),
      ...hostNotes(hosts, takenAt),
    ],
    actions: [
      ...page.actions,
      ...toggleOf(answer),
      ...(kind === 'open' ? unknownAction(answer) : []),
      ...(isFew ? findingActions(page.shown) : []),
      ...(neverScanned ? [] : [filterAction]),
      // What it is called is among the lines that follow.
      ...(isFew || kind !== 'open' ? [] : findingActions(page.shown).slice(1, WORST_ACTIONS)),
    ],
  };
};

/** Vulnerabilities are no findings: one line says where they are. */
const exploitedNotes = (images: number | null): Parts => [
  images !== null &&
    images > 0 &&
    note(
      `${counted(images, 'image')} of running containers ${images === 1 ? 'has' : 'have'} known exploited vulnerabilities: `,
      code('images known-exploited'),
    ),
];

/** So few findings are worth a button each. */
const FEW = 3;
const filterAction: Action = { label: 'Filter …', intent: { kind: 'filter' } };

/** Findings of one rule, each of which has a line of its own. */
const OF_RULE_SHOWN = 30;

function openParts(
  { bySeverity, byRule: byRules = [], acceptedCount, by, filter, hands = [] }: FindingsAnswer,
  shown: readonly StoredFinding[],
): Parts {
  const counts = `${countsText(bySeverity)}${acceptedCountText(acceptedCount)}`;
  const byRule = (some: readonly StoredFinding[]) =>
    findingsByRule(some, timesMark, (group) => handSpans(hands, group));
  // Who asks for one rule wants to know of whom, by the codes that name them.
  const grouped =
    by === 'container'
      ? findingsByContainer(shown, (group) => handSpans(hands, group))
      : filter.rule === null
        ? byRule(shown)
        : shown.flatMap((one) => byRule([one]));
  return [
    paragraph(strong('Severity: '), counts),
    ...(by === 'rule' ? hiddenRules(byRules, shown) : []),
    ...grouped,
  ];
}

/** Rules of one severity that are named where a list has no room for all of their findings. */
const RULES_NAMED = 6;

/** How many findings which rules have, where some rule has no line: on many hosts the first rule fills the list. */
function hiddenRules(counts: readonly RuleCount[], shown: readonly StoredFinding[]): Parts {
  const inList = new Set(firstLines(shown).map(({ rule }) => rule));
  if (counts.every(({ rule }) => inList.has(rule))) return [];
  return list(
    [...Map.groupBy(counts, ({ severity }) => severity)].map(([severity, rules]): Span[] => {
      const most = rules.toSorted((a, b) => b.count - a.count).slice(0, RULES_NAMED);
      const more = rules.length - most.length;
      return [
        marked(severity),
        ...most.flatMap(({ rule, count }, at) => [at === 0 ? ' ' : ', ', code(rule), ` ${count}`]),
        ...(more > 0 ? [` and ${counted(more, 'more rule')}`] : []),
      ];
    }),
  );
}

/** For how long a group of findings was open, and how many of them are gone since. */
function timesMark(group: readonly (StoredFinding | PastFinding)[]): string[] {
  const gone = group.filter((finding) => 'closedAt' in finding && finding.closedAt !== null);
  const [first] = group.toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1));
  return [
    ...(first === undefined
      ? []
      : [group.length === 1 ? exposureText(first) : openText(first)].filter(Boolean)),
    ...(gone.length > 0
      ? [`${gone.length === group.length ? '' : `${gone.length} `}gone by now`]
      : []),
  ];
}

const decidedParts = (
  { lapsed, attestations, exposures, people }: FindingsAnswer,
  shown: readonly StoredFinding[],
): Parts => [
  ...acceptedLines(shown.filter(isAccepted), people),
  ...titled('Vulnerabilities: ', exposureAcceptanceLines(exposures)),
  ...titled('No longer accepted: ', findingsByRule(lapsed)),
  ...titled('Vouched for: ', attestationLines(attestations)),
];

function toggleOf({ by, otherWay }: FindingsAnswer): Action[] {
  if (otherWay === null) return [];
  return [run(by === 'rule' ? 'By container' : 'By rule', otherWay)];
}

const unknownAction = ({ unknown, unknownLine }: FindingsAnswer): Action[] =>
  unknown.length === 0 ? [] : [run(`Unknown: ${sumOf(unknown)}`, unknownLine)];

/** Causes that are spelled out, and names in each. */
const CAUSES_SHOWN = 30;
const NAMES_SHOWN = 6;

/** What could not be judged, cause by cause: it is neither a finding nor in order. */
function unknownDocument(answer: FindingsAnswer): ReturnType<typeof findings> {
  const { hosts, filter, takenAt } = answer;
  const isFiltered = filter.rule !== null || filter.severities.length > 0;
  const groups = groupByCause(answer.undecided ?? []);
  const isKnown = hosts.some(({ lastScanAt }) => lastScanAt !== null);
  const title = isKnown
    ? `${counted(sumOf(answer.unknown), 'check')} could not be answered`
    : 'Nothing is known yet';
  const lines = groups.slice(0, CAUSES_SHOWN).map(causeLine);
  const hidden = groups.length - lines.length;
  if (hidden > 0) lines.push([`… and ${counted(hidden, 'more cause')}; narrow the question.`]);
  return {
    headline: `${title} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(title),
      answer.unknown.length === 0 &&
        hosts.every(({ lastScanAt }) => lastScanAt !== null) &&
        paragraph(`Every ${isFiltered ? 'such ' : ''}check of the last scans was answered.`),
      ...list(lines),
      unjudgedNote(answer.unjudged),
      ...hostNotes(hosts, takenAt),
    ],
  };
}

function causeLine({ cause, missing }: CauseGroup): Span[] {
  const rules = [...new Set(missing.map(({ rule }) => rule))];
  const subjects = [...new Set(missing.flatMap(({ subject }) => subject ?? []))];
  const whom = subjects.length > 0 ? `, for ${listed(subjects, NAMES_SHOWN)}` : '';
  return [strong(`${missing.length} × `), `${cause}: ${listed(rules, NAMES_SHOWN)}${whom}`];
}

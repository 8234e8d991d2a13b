import type { AnswerBase, ListPage } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { Control, ControlValue } from '../controls/control.ts';
import type { Reachable } from '../controls/controls-of.ts';
import type { UndecidedCount } from '../ports/scan-store.ts';
import type { PartsOfContainer } from '../ports/stored.ts';
import { once } from '../shared/once.ts';
import { counted, listed } from '../shared/text.ts';
import { alikeLines } from './alike-hosts.ts';
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
  wideTable,
} from './document.ts';
import { hostNotes, noContainers, unknownText } from './host-notes.ts';
import { rankedPage } from './pages.ts';

/** Configured against effective. */
export interface ControlsAnswer extends AnswerBase {
  kind: 'controls';
  hosts: HostState[];
  /** True when one container was asked about: it is shown control by control. */
  isOne: boolean;
  containers: ContainerControls[];
  /** What of the containers is shown; null for all. */
  page: ListPage | null;
}

const ORDER: readonly Control['verdict'][] = [
  'not-enforced',
  'off',
  'weakened',
  'enforced',
  'unknown',
];
/** The same with what nobody knows before what holds. */
const WORST_FIRST: typeof ORDER = ['not-enforced', 'off', 'weakened', 'unknown', 'enforced'];
const VALUES_SHOWN = 4;

export const controls: View<ControlsAnswer> = (answer) => {
  const { containers, isOne, hosts, takenAt } = answer;
  const [only] = containers;
  const countOf = once(countVerdicts);
  const tallied = containers.flatMap((one) =>
    one.controls === null ? [] : [{ one, counts: countOf(one.controls) }],
  );
  const looked = tallied.toSorted(weakestFirst).map(({ one }) => one);
  const page = rankedPage(looked, answer.page, PAGE_ROWS);
  const title = isOne && only ? `Controls of ${only.name} on ${only.host}` : 'Controls';
  const heard = containers.map(({ host }) => host);
  const all = countsText(sumOf(tallied.map(({ counts }) => counts)));
  return {
    headline: `${title}: ${all}`,
    summary: [
      heading(title),
      ...(isOne && only
        ? oneParts(only)
        : [...overviewParts(answer, page.shown, all), ...page.notes]),
      ...hostNotes(hosts, takenAt, heard),
    ],
    details: isOne && only ? noteParts(only) : [],
    actions: isOne ? [] : page.actions,
  };
};

type VerdictCounts = Record<Control['verdict'], number>;

const noVerdicts = (): VerdictCounts => ({
  ...{ 'not-enforced': 0, off: 0, weakened: 0, enforced: 0, unknown: 0 },
});

function countVerdicts(found: readonly Control[]): VerdictCounts {
  const counts = noVerdicts();
  for (const { verdict } of found) counts[verdict] += 1;
  return counts;
}

function sumOf(all: readonly VerdictCounts[]): VerdictCounts {
  const sum = noVerdicts();
  for (const counts of all) for (const verdict of ORDER) sum[verdict] += counts[verdict];
  return sum;
}

/** `2 not enforced, 9 off, 12 enforced, 3 unknown`. */
export const verdictCounts = (found: readonly Control[]): string =>
  countsText(countVerdicts(found));

function countsText(counts: VerdictCounts): string {
  const said = ORDER.flatMap((verdict) =>
    counts[verdict] > 0 ? [`${counts[verdict]} ${verdict}`] : [],
  );
  return said.join(', ') || 'none looked at';
}

function oneParts({ controls: found, reachable, state }: ContainerControls): Parts {
  if (found === null) return [paragraph('Its controls were not read yet; try ', code('scan'), '.')];
  return [
    paragraph(strong('State: '), state, ` · ${verdictCounts(found)}`),
    ...controlTable(found),
    reachable && reachablePart(reachable),
  ];
}

/** Every control as configured and in force, the weakest first, with how that is known. */
export const controlTable = (found: readonly Control[]): Parts =>
  wideTable(
    ['control', 'verdict', 'configured', 'effective', 'how known'],
    found
      .toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))
      .map((one) => [
        one.control,
        one.verdict,
        valueText(one.configured),
        one.source === 'unknown' ? 'unknown' : valueText(one.effective),
        one.source === 'measured' ? (one.evidence ?? 'measured') : one.source,
      ]),
  );

function reachablePart({ capabilities, needs }: NonNullable<ContainerControls['reachable']>): Part {
  const what =
    capabilities === null
      ? 'root, with capabilities that are not known'
      : `root${capabilities.length > 0 ? ` with ${listed(capabilities, VALUES_SHOWN)}` : ''}`;
  return paragraph(strong('Reachable: '), `${what}, by ${needs}.`);
}

const noteParts = ({ controls: found }: ContainerControls): Parts =>
  list((found ?? []).map((one) => one.note !== null && [strong(one.control), `: ${one.note}`]));

function overviewParts(
  { containers, hosts }: ControlsAnswer,
  shown: readonly ContainerControls[],
  counts: string,
): Parts {
  if (containers.length === 0) return [noContainers(hosts)];
  const looked = containers.filter((one) => one.controls !== null);
  const common = commonlyWeak(looked);
  const notEnforcedOf = once((found: ContainerControls['controls']) =>
    (found ?? []).filter(({ verdict }) => verdict === 'not-enforced'),
  );
  const mismatched = looked.flatMap((one) =>
    notEnforcedOf(one.controls).map((control) => ({ one, control })),
  );
  const unknown = unknownText(unknownControls(looked));
  const mismatches = alikeLines(
    mismatched.map(({ one, control }) => ({ host: one.host, name: one.name, control })),
    mismatchLine,
  );
  const hidden = mismatches.slice(MISMATCHED_SHOWN).reduce((sum, { count }) => sum + count, 0);
  return [
    paragraph(`${counted(containers.length, 'container')}: ${counts}`),
    unknown !== '' && note(`${unknown}.`),
    ...titled('Configured, but not effective', [
      ...list(mismatches.slice(0, MISMATCHED_SHOWN).map(({ line }) => line)),
      hidden > 0 && note(`… and ${hidden} more; each container below says how many.`),
    ]),
    ...list(
      alikeLines(shown, (one, hosts) => containerLine(one, hosts, common)).map(({ line }) => line),
    ),
    looked.length < containers.length &&
      note(`${counted(containers.length - looked.length, 'container')} not read yet.`),
  ];
}

const mismatchLine = (
  { name, control }: { name: string; control: Control },
  hosts: string,
): Span[] => [
  code(name),
  ` on ${hosts}: `,
  strong(control.control),
  ` is ${valueText(control.effective)}, configured ${valueText(control.configured)} (${control.source})`,
];

/** Controls of which nobody knows whether they hold, by reason. Containers that are alike have one list of them. */
function unknownControls(looked: readonly ContainerControls[]): UndecidedCount[] {
  const counts = new Map<string, number>();
  for (const [found, alike] of Map.groupBy(looked, ({ controls: one }) => one ?? [])) {
    for (const { verdict, note: reason } of found) {
      if (verdict !== 'unknown' || reason === null) continue;
      counts.set(reason, (counts.get(reason) ?? 0) + alike.length);
    }
  }
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** Those with the most that does not hold first; then what is off, weakened, not known. */
function weakestFirst(a: { counts: VerdictCounts }, b: { counts: VerdictCounts }): number {
  const differing = WORST_FIRST.find((verdict) => a.counts[verdict] !== b.counts[verdict]);
  return differing === undefined ? 0 : b.counts[differing] - a.counts[differing];
}

/** Controls that a line names, lines of a page, and controls that are configured and not effective. */
const NAMED = 3;
const PAGE_ROWS = 50;
const MISMATCHED_SHOWN = 40;

const isWeak = ({ verdict }: Control) => verdict === 'not-enforced' || verdict === 'weakened';

/** What is weak in every one of several containers. */
function commonlyWeak(all: readonly ContainerControls[]): ReadonlySet<string> {
  if (all.length <= 2) return new Set();
  const counts = new Map<string, number>();
  for (const [found, those] of Map.groupBy(all, (one) => one.controls)) {
    for (const { control } of (found ?? []).filter(isWeak)) {
      counts.set(control, (counts.get(control) ?? 0) + those.length);
    }
  }
  return new Set([...counts].flatMap(([name, count]) => (count === all.length ? [name] : [])));
}

/** Counts of one container, and what of it is weak that not every other one lacks too. */
function containerLine(one: ContainerControls, hosts: string, common: ReadonlySet<string>): Span[] {
  const weak = (one.controls ?? [])
    .filter(isWeak)
    .filter(({ control }) => !common.has(control))
    .map(({ control }) => control);
  const named = weak.length > 0 ? `; weak: ${listed(weak, NAMED)}` : '';
  const isRunning = one.state === 'running' ? '' : ` (${one.state})`;
  return [
    strong(one.name),
    ` on ${hosts}${isRunning}: ${verdictCounts(one.controls ?? [])}${named}`,
  ];
}

/** A value for people; `none` for null and for an empty list. */
export function valueText(value: ControlValue): string {
  if (value === null) return 'none';
  if (typeof value === 'object') {
    return value.length === 0 ? 'none' : listed(value.map(String), VALUES_SHOWN);
  }
  return String(value).replace(/^(container:[0-9a-f]{12})[0-9a-f]{52}$/, '$1');
}

/** Controls of one container as the last scan found them. */
export interface ContainerControls extends PartsOfContainer<'controls'> {
  reachable: Reachable | null;
}

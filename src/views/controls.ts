import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { Control, ControlValue } from '../controls/control.ts';
import type { Reachable } from '../controls/controls-of.ts';
import { counted, listed } from '../shared/text.ts';
import {
  code,
  heading,
  list,
  note,
  type Part,
  paragraph,
  type Span,
  strong,
  type View,
  wideTable,
} from './document.ts';
import { hostNotes } from './host-notes.ts';

/** Configured against effective. */
export interface ControlsAnswer extends AnswerBase {
  kind: 'controls';
  hosts: HostState[];
  /** True when one container was asked about: it is shown control by control. */
  isOne: boolean;
  containers: ContainerControls[];
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

export const controls: View<ControlsAnswer> = ({ containers, isOne, hosts, takenAt, next }) => {
  const [only] = containers;
  const title = isOne && only ? `Controls of ${only.name} on ${only.host}` : 'Controls';
  return {
    headline: `${title}: ${verdictCounts(containers.flatMap((one) => one.controls ?? []))}`,
    summary: [
      heading(title),
      ...(isOne && only ? oneParts(only) : overviewParts(containers)),
      ...hostNotes(
        hosts,
        takenAt,
        containers.map(({ host }) => host),
      ),
    ],
    details: isOne && only ? noteParts(only) : [],
    next,
  };
};

/** `2 not enforced, 9 off, 12 enforced, 3 unknown`. */
export function verdictCounts(found: readonly Control[]): string {
  const counts = ORDER.map(
    (verdict) => [found.filter((one) => one.verdict === verdict).length, verdict] as const,
  );
  const said = counts
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`);
  return said.join(', ') || 'none looked at';
}

function oneParts({ controls: found, reachable, state }: ContainerControls): Part[] {
  if (found === null) return [paragraph('Its controls were not read yet; try ', code('scan'), '.')];
  return [
    paragraph(strong('State: '), state, ` · ${verdictCounts(found)}`),
    ...controlTable(found),
    ...(reachable ? [reachablePart(reachable)] : []),
  ];
}

/** Every control as configured and in force, the weakest first, with how that is known. */
export const controlTable = (found: readonly Control[]): Part[] =>
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

const noteParts = ({ controls: found }: ContainerControls): Part[] =>
  list(
    (found ?? []).flatMap((one) =>
      one.note === null ? [] : [[strong(one.control), `: ${one.note}`]],
    ),
  );

function overviewParts(containers: readonly ContainerControls[]): Part[] {
  if (containers.length === 0) return [paragraph('No container is known.')];
  const looked = containers.filter((one) => one.controls !== null);
  const mismatched = looked.flatMap((one) =>
    (one.controls ?? [])
      .filter(({ verdict }) => verdict === 'not-enforced')
      .map((control) => ({ one, control })),
  );
  return [
    paragraph(
      `${counted(containers.length, 'container')}: ${verdictCounts(looked.flatMap((one) => one.controls ?? []))}`,
    ),
    ...(mismatched.length > 0
      ? [
          paragraph(strong('Configured, but not effective')),
          ...list(
            mismatched.map(({ one, control }) => [
              code(one.name),
              ` on ${one.host}: `,
              strong(control.control),
              ` is ${valueText(control.effective)}, configured ${valueText(control.configured)} (${control.source})`,
            ]),
          ),
        ]
      : []),
    ...list(looked.toSorted(weakestFirst).map((one) => containerLine(one, looked))),
    ...(looked.length < containers.length
      ? [note(`${counted(containers.length - looked.length, 'container')} not read yet.`)]
      : []),
  ];
}

const countOf = ({ controls: found }: ContainerControls, verdict: Control['verdict']): number =>
  (found ?? []).filter((one) => one.verdict === verdict).length;

/** Those with the most that does not hold first; then what is off, weakened, not known. */
function weakestFirst(a: ContainerControls, b: ContainerControls): number {
  const differing = WORST_FIRST.find((verdict) => countOf(a, verdict) !== countOf(b, verdict));
  return differing === undefined ? 0 : countOf(b, differing) - countOf(a, differing);
}

/** Controls that a line names. */
const NAMED = 3;

/** Counts of one container, and what of it is weak that not every other one lacks too. */
function containerLine(one: ContainerControls, all: readonly ContainerControls[]): Span[] {
  const isWeak = ({ verdict }: Control) => verdict === 'not-enforced' || verdict === 'weakened';
  const isCommon = (control: string) =>
    all.length > 2 &&
    all.every(({ controls: found }) =>
      found?.some((other) => other.control === control && isWeak(other)),
    );
  const weak = (one.controls ?? [])
    .filter(isWeak)
    .filter(({ control }) => !isCommon(control))
    .map(({ control }) => control);
  const named = weak.length > 0 ? `; weak: ${listed(weak, NAMED)}` : '';
  const isRunning = one.state === 'running' ? '' : ` (${one.state})`;
  return [
    strong(one.name),
    ` on ${one.host}${isRunning}: ${verdictCounts(one.controls ?? [])}${named}`,
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
export interface ContainerControls {
  host: string;
  name: string;
  id: string;
  state: string;
  /** Null when the container was scanned by a version that looked at no controls. */
  controls: Control[] | null;
  reachable: Reachable | null;
}

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
  strong,
  table,
  type View,
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
  if (found === null)
    return [paragraph('Its controls were not looked at yet; try ', code('scan'), '.')];
  return [
    paragraph(strong('State: '), state, ` · ${verdictCounts(found)}`),
    ...controlTable(found),
    ...(reachable ? [reachablePart(reachable)] : []),
  ];
}

/** Every control as configured and in force, with its verdict and how that is known. */
export const controlTable = (found: readonly Control[]): Part[] =>
  table(
    ['control', 'configured', 'effective', 'verdict', 'how known'],
    found.map((one) => [
      one.control,
      valueText(one.configured),
      one.source === 'unknown' ? 'unknown' : valueText(one.effective),
      one.verdict,
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
    ...table(
      ['container', 'host', 'state', ...ORDER],
      looked.map(({ name, host, state, controls: found }) => [
        name,
        host,
        state,
        ...ORDER.map((verdict) =>
          String((found ?? []).filter((c) => c.verdict === verdict).length),
        ),
      ]),
    ),
    ...(looked.length < containers.length
      ? [note(`${counted(containers.length - looked.length, 'container')} not looked at yet.`)]
      : []),
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

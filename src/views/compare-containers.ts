import type { ControlValue } from '../controls/control.ts';
import type { CompareContainersAnswer } from '../inspections/compare-containers.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { valueText } from './controls.ts';
import {
  code,
  heading,
  labelled,
  list,
  note,
  type Parts,
  paragraph,
  present,
  strong,
  titled,
  type View,
  wideTable,
} from './document.ts';
import { shortId } from './drift.ts';
import { findingsByRule } from './finding-lists.ts';
import { hostNotes } from './host-notes.ts';
import { waysCell } from './ways.ts';

const VALUES_SHOWN = 6;
const VALUE_LENGTH = 100;

export const compareContainers: View<CompareContainersAnswer> = (answer) => {
  const { containers, hosts, takenAt } = answer;
  const names = titlesOf(answer);
  const title = names.join(' against ');
  const heard = containers.map(({ host }) => host);
  return {
    headline: `${title}: ${counted(countDifferences(answer), 'difference')}`,
    summary: [
      heading(title),
      ...list(
        containers.map(({ image, state, host }, at) => [
          strong(names[at] ?? ''),
          ` on ${host}, ${state}, image `,
          code(image),
        ]),
      ),
      ...differences(answer, names),
      ...hostNotes(hosts, takenAt, heard),
    ],
  };
};

/** By their names, with their hosts where they have one name. */
function titlesOf({ containers }: CompareContainersAnswer): string[] {
  const isOneName = new Set(containers.map(({ name }) => name)).size < containers.length;
  return containers.map(({ name, host }) => (isOneName ? `${name} on ${host}` : name));
}

function countDifferences(answer: CompareContainersAnswer): number {
  const known = answer.findings.filter(({ other }) => other !== 'unknown');
  const settings = answer.configuration.filter(({ values }) => !values.includes(null));
  const controls = answer.controls.filter(({ sides }) => isKnown(sides));
  return settings.length + controls.length + known.length + answer.severities.length;
}

type Sides = CompareContainersAnswer['controls'][number]['sides'];

const isKnown = (sides: Sides): boolean =>
  sides.every((side) => side !== null && side.verdict !== 'unknown');

function differences(answer: CompareContainersAnswer, names: readonly string[]): Parts {
  const { configuration, controls, severities, ways } = answer;
  const parts = present([
    ...titled(
      'Configured differently',
      wideTable(
        ['what', ...names],
        configuration.map(({ field, values }) => [field, ...values.map(valuesText)]),
      ),
    ),
    ...titled(
      'Controls that differ',
      wideTable(
        ['control', ...names],
        controls.map(({ control, sides }) => [control, ...sideTexts(sides)]),
      ),
    ),
    ...names.flatMap((name, at) => onlyOf(name, at, answer)),
    ...titled(
      'Another severity',
      list(severities.map(({ rule, values }) => [code(rule), `: ${values.join(' / ')}`])),
    ),
  ]);
  const told = ways.map((one, at) => `${names[at]} ${waysCell(one)}`);
  return [
    ...(parts.length > 0 ? parts : [paragraph('No difference in what is known of both.')]),
    labelled('Ways to root on the host', `${told.join(', ')}.`),
  ];
}

/** What the other one lacks; a field that is empty or the same but for what the other has more. */
function valuesText(values: string[] | null): string {
  if (values === null) return 'not known';
  const shown = values.map((value) => clamp(shortId(value), VALUE_LENGTH));
  return shown.length === 0 ? '–' : listed(shown, VALUES_SHOWN);
}

/** Verdicts, with the values where these differ; of lists what the other one lacks. */
function sideTexts(sides: Sides): string[] {
  const [left, right] = sides.map((side) => side?.effective ?? null);
  const isOther = JSON.stringify(left) !== JSON.stringify(right);
  return sides.map((side, at) => {
    if (side === null) return 'not read';
    const own = isOther ? ownText(side.effective, (at === 0 ? right : left) ?? null) : '';
    return side.verdict + own;
  });
}

function ownText(own: ControlValue, other: ControlValue): string {
  if (!Array.isArray(own) || !Array.isArray(other)) return `: ${valueText(own)}`;
  const more = own.filter((value) => !other.includes(value));
  return more.length === 0 ? '' : `: + ${valueText(more)}`;
}

function onlyOf(name: string, at: number, { findings }: CompareContainersAnswer): Parts {
  const own = findings.filter(({ of }) => of === at);
  const pick = (wanted: (typeof own)[number]['other']) =>
    own
      .filter(({ other }) => other === wanted)
      .map(({ finding }) => ({ ...finding, baselineState: 'unchanged' as const }));
  const [absent, unknown] = [pick('absent'), pick('unknown')];
  return [
    ...titled(`Only ${name}: ${counted(absent.length, 'finding')}`, findingsByRule(absent)),
    unknown.length > 0 &&
      note(
        `${counted(unknown.length, 'more finding')} of ${name} could not be judged of the other: `,
        `${listed([...new Set(unknown.map(({ rule }) => rule))])}.`,
      ),
  ];
}

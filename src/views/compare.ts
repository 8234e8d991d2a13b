import type { HostState } from '../answers/host-state.ts';
import type { CompareAnswer } from '../inspections/compare-hosts.ts';
import { counted, listed } from '../shared/text.ts';
import {
  heading,
  labelled,
  list,
  note,
  type Part,
  type Parts,
  paragraph,
  present,
  table,
  titled,
  type View,
} from './document.ts';
import { findingsByRule, severityCounts } from './finding-lists.ts';
import { hostNotes } from './host-notes.ts';

export const compare: View<CompareAnswer> = (answer) => {
  const { hosts, isComparable, takenAt } = answer;
  const names = hosts.map(({ name }) => name);
  const title = names.join(' against ');
  return {
    headline: isComparable
      ? `${title}: ${counted(countDifferences(answer), 'difference')}`
      : `${title} cannot be compared yet`,
    summary: [
      heading(title),
      ...(isComparable
        ? differences(answer, names)
        : [paragraph('They cannot be compared before both could be read.')]),
      ...hosts.map(coverageLine),
      ...hostNotes(hosts, takenAt),
    ],
  };
};

function countDifferences({ engine, findings, severities, containers }: CompareAnswer): number {
  const known = findings.filter(({ other }) => other !== 'unknown');
  return engine.length + known.length + severities.length + containers.length;
}

function differences(answer: CompareAnswer, names: readonly string[]): Parts {
  const { engine, severities } = answer;
  const parts = present([
    ...table(
      ['engine', ...names],
      engine.map(({ fact, values }) => [fact, ...values.map((value) => value ?? 'unknown')]),
    ),
    ...names.flatMap((name) => onlyOn(name, answer)),
    ...titled(
      'Another severity',
      list(severities.map((one) => [`${one.rule} ${one.subject}: ${one.values.join(' / ')}`])),
    ),
  ]);
  return parts.length > 0 ? parts : [paragraph('No difference in what is known of both.')];
}

function onlyOn(name: string, { findings, containers }: CompareAnswer): Parts {
  const only = containers.filter(({ host }) => host === name).map((container) => container.name);
  const own = findings
    .filter(({ finding }) => finding.host === name)
    .map(({ finding, other }) => ({
      ...{ other, finding: { ...finding, baselineState: 'unchanged' as const } },
      isOfOnly: finding.subjectKind === 'container' && only.includes(finding.subjectKey),
    }));
  const pick = (wanted: (one: (typeof own)[number]) => boolean) =>
    own.filter(wanted).map(({ finding }) => finding);
  const absent = pick(({ other }) => other === 'absent');
  // Of a container that is there alone the other host judges nothing, whatever it could read.
  const alone = pick(({ isOfOnly, other }) => isOfOnly || other === 'no-container');
  const unknown = pick(({ isOfOnly, other }) => !isOfOnly && other === 'unknown');
  return [
    ...titled(`Only on ${name}: ${counted(absent.length, 'finding')}`, findingsByRule(absent)),
    only.length > 0 &&
      labelled(
        `Containers only on ${name}`,
        `${listed(only, 10)}; their findings: ${severityCounts(alone)}`,
      ),
    unknown.length > 0 &&
      note(
        `${counted(unknown.length, 'more finding')} of ${name} could not be judged on the other host: `,
        `${listed([...new Set(unknown.map(({ rule }) => rule))])}.`,
      ),
  ];
}

function coverageLine({ name, coverage }: HostState): Part {
  const known = coverage && `${coverage.answered} answered, ${coverage.unknown} unknown`;
  return labelled(`Coverage of ${name}`, known ?? 'unknown');
}

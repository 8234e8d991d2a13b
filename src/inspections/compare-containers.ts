import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostJudgements, HostState } from '../answers/host-state.ts';
import type { WaysThrough } from '../answers/isolation-answer.ts';
import type { Control, ControlName, ControlValue } from '../controls/control.ts';
import { configuredFields } from '../drift/configured-fields.ts';
import { indexUndecided } from '../findings/compare.ts';
import { isAboutReplica } from '../findings/replica-reason.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import type { ContainerAndState, StoredContainer, StoredFinding } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';
import type { Severity } from '../rules/rule.ts';
import { isUnjudged } from './host-states.ts';
import { pathsByContainer } from './paths-by-container.ts';

/** What differs between two containers; each pair of values is in the order in which they were named. */
export interface CompareContainersAnswer extends AnswerBase {
  kind: 'compare-containers';
  /** The host of both, or that of each. */
  hosts: HostState[];
  containers: (ContainerAndState & { image: string })[];
  /** Fields of the configuration, with the values that the other one lacks; null where it is not known of one. */
  configuration: { field: string; values: (string[] | null)[] }[];
  /** Controls of which the value or the verdict differs; null for one that was not read. */
  controls: { control: ControlName; sides: (ComparedControl | null)[] }[];
  ways: WaysThrough[];
  /** Open for one and not for the other. */
  findings: { finding: StoredFinding; of: 0 | 1; other: 'absent' | 'unknown' }[];
  /** Open for both, with another severity. */
  severities: { rule: string; values: Severity[] }[];
}

type ComparedControl = { verdict: Control['verdict']; effective: ControlValue };

/** One of the two, with what the store knows of it. */
export interface ComparedOne {
  host: HostJudgements;
  container: StoredContainer;
  /** The last good scan of its host; null before the first. */
  scan: StoredScan | null;
  /** Findings that are open for it. */
  open: readonly StoredFinding[];
}

type Differences = Omit<CompareContainersAnswer, keyof AnswerBase | 'kind' | 'hosts'>;

/** What differs between two containers. What of one is not known is unknown, not the same and not another thing. */
export function compareContainers(left: ComparedOne, right: ComparedOne): Differences {
  const both = [left, right];
  return {
    containers: both.map(({ container: { host, facts } }) => ({
      ...{ host, name: facts.name, id: facts.id },
      ...{ image: facts.imageReference, state: facts.state },
    })),
    configuration: configurationOf(left.container, right.container),
    controls: controlsOf(left.container, right.container),
    ways: both.map(({ scan, container }) => pathsByContainer(scan)(container.facts).ways),
    findings: [...onlyOf(left, right, 0), ...onlyOf(right, left, 1)],
    severities: severitiesOf(left, right),
  };
}

function configurationOf(
  ...both: [StoredContainer, StoredContainer]
): Differences['configuration'] {
  const [left, right] = both.map(({ facts }) => configuredFields(facts));
  if (left === undefined || right === undefined) return [];
  const lackedBy = (other: typeof left, one: typeof left, field: string) =>
    one[field]?.filter((value) => !other[field]?.includes(value)) ?? null;
  return Object.keys({ ...left, ...right })
    .map((field) => ({
      field,
      values: [lackedBy(right, left, field), lackedBy(left, right, field)],
    }))
    .filter(({ values }) => values.some((own) => own === null || own.length > 0));
}

function controlsOf(left: StoredContainer, right: StoredContainer): Differences['controls'] {
  const sideOf = ({ controls }: StoredContainer, name: ControlName) => {
    const found = controls?.find(({ control }) => control === name);
    return found === undefined ? null : { verdict: found.verdict, effective: found.effective };
  };
  const names = [left, right].flatMap(({ controls }) => controls?.map((one) => one.control) ?? []);
  return [...new Set(names)]
    .map((control) => ({ control, sides: [sideOf(left, control), sideOf(right, control)] }))
    .filter(({ sides: [a, b] }) => JSON.stringify(a) !== JSON.stringify(b));
}

function onlyOf(one: ComparedOne, other: ComparedOne, of: 0 | 1): Differences['findings'] {
  const there = new Set(other.open.map(({ rule }) => rule));
  const { facts } = other.container;
  const own = other.host.undecided.filter(({ reason }) => isAboutReplica(reason, facts.name));
  const findReason = indexUndecided(own);
  const isUnknown = ({ rule }: StoredFinding) =>
    isUnjudged(other.host, other.container) ||
    findReason({ rule, subjectKey: containerKey(facts) }) !== null;
  return one.open
    .filter(({ rule }) => !there.has(rule))
    .map((finding) => ({ finding, of, other: isUnknown(finding) ? 'unknown' : 'absent' }));
}

function severitiesOf(left: ComparedOne, right: ComparedOne): Differences['severities'] {
  const there = new Map(right.open.map(({ rule, severity }) => [rule, severity]));
  return left.open.flatMap(({ rule, severity }) => {
    const other = there.get(rule);
    return other === undefined || other === severity ? [] : [{ rule, values: [severity, other] }];
  });
}

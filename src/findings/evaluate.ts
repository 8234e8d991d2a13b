import type { Assessment } from '../assessment/assess.ts';
import { heldAlike } from '../controls/held-alike.ts';
import { defaultPolicy, type Policy } from '../rules/policy.ts';
import {
  type Facts,
  type JudgeContext,
  type Judgement,
  type Rule,
  type Severity,
  type SubjectKind,
  sectionOf,
} from '../rules/rule.ts';
import { once } from '../shared/once.ts';
import type { Reading } from '../shared/reading.ts';
import { isSameList } from '../shared/same-list.ts';
import type { SubjectList } from '../snapshot/collector.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { SwarmFacts } from '../snapshot/facts/swarm.ts';
import { perContainer } from '../snapshot/outcome.ts';
import { seenProcessesOf } from '../snapshot/seen-processes.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';
import { publishedPorts } from '../surface/published-ports.ts';
import type { RuleResult, Subject } from './result.ts';

/** What a result says in place of a name when a rule speaks of all subjects of a kind, or of none. */
const EVERY = '*';

const NOT_OF_PODMAN = 'is about Docker’s own engine, and this one is Podman';

/**
 * Runs one rule over every subject of a snapshot. A needed section that is unread, a subject whose
 * facts are unread and a rule that throws give `unknown` with the reason, never `pass`; a host
 * without a subject of the kind gives one `not-applicable`.
 */
export const evaluateRule = (
  rule: Rule,
  assessment: Assessment,
  policy: Policy = defaultPolicy,
): RuleResult[] => evaluator(assessment, policy)(rule);

/** The same for many rules, which share what does not hang on one of them. */
export function evaluator(
  { snapshot, controls, mounts }: Assessment,
  policy: Policy,
): (rule: Rule) => RuleResult[] {
  const controlsOf: JudgeContext['controlsOf'] = (id) => ofContainer(controls, id);
  const context: JudgeContext = {
    policy,
    takenAt: snapshot.takenAt,
    controlsOf,
    heldAlike: heldAlike(controlsOf),
    mountsOf: (id) => ofContainer(mounts, id),
    execsOf: perContainer(snapshot.execs),
    publishedOf: once((container) => publishedPorts(container, snapshot)),
    usersOf: usersOfImages(snapshot),
    seenProcessesOf: seenProcessesOf(snapshot),
  };
  const subjectsOfKind = once((kind: SubjectKind) => subjectsOf(kind, snapshot));
  return (rule) => judgeAll(rule, { snapshot, context, subjects: subjectsOfKind(rule.subject) });
}

function usersOfImages({ containers }: Snapshot): JudgeContext['usersOf'] {
  const all = containers.state === 'read' ? containers.value.read : [];
  const byImage = Map.groupBy(all, ({ imageId }) => imageId);
  return (imageId) => byImage.get(imageId) ?? [];
}

function ofContainer<T>(byId: ReadonlyMap<string, T>, id: string): T {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`no container ${id} was read`);
  return found;
}

interface Host {
  snapshot: Snapshot;
  context: JudgeContext;
  subjects: readonly SubjectReading[];
}

function judgeAll(rule: Rule, { snapshot, context, subjects }: Host): RuleResult[] {
  const everything: Subject = { kind: rule.subject, name: EVERY, id: '' };
  if (rule.isOfDocker && snapshot.engine.state === 'read' && snapshot.engine.value.isPodman) {
    return [toResult(rule, everything, { verdict: 'not-applicable', reason: NOT_OF_PODMAN })];
  }
  const facts: Record<string, unknown> = {};
  for (const id of rule.needs) {
    const section: Reading<unknown> = snapshot[id];
    if (section.state === 'unread') {
      return [
        toResult(rule, everything, { verdict: 'unknown', reason: `${id}: ${section.reason}` }),
      ];
    }
    facts[id] = section.value;
  }
  for (const id of rule.consults ?? []) facts[id] = snapshot[id];

  if (subjects.length === 0) {
    const reason = `the host has no ${rule.subject}`;
    return [toResult(rule, everything, { verdict: 'not-applicable', reason })];
  }
  const judge = judgeOf(rule, facts as Facts<SectionId, SectionId>, context);
  const known: Judgement[] = [];
  return subjects.map(({ subject, reading }) => {
    const judgement: Judgement =
      reading.state === 'unread'
        ? { verdict: 'unknown', reason: reading.reason }
        : judge(reading.value);
    const said = findSame(known, judgement);
    if (said) return toResult(rule, subject, said);
    if (known.length === KNOWN_MAX) known.shift();
    known.push(judgement);
    return toResult(rule, subject, judgement);
  });
}

/**
 * How many different judgements of one rule are remembered: of a thousand containers it mostly says one of
 * a few things, and what it says is kept, once, until the scan is answered.
 */
const KNOWN_MAX = 8;

/** An earlier judgement that says the same; written out, since it is asked of tens of thousands. */
function findSame(known: readonly Judgement[], judgement: Judgement): Judgement | undefined {
  for (const one of known) if (one === judgement || isSame(one, judgement)) return one;
  return undefined;
}

/** Runs every rule; the results stand in the order of the rules. */
export function evaluate(
  rules: readonly Rule[],
  assessment: Assessment,
  policy: Policy = defaultPolicy,
): RuleResult[] {
  const judge = evaluator(assessment, policy);
  // Not pushed or flattened: of tens of thousands the list would be made anew each time it grows.
  return ([] as RuleResult[]).concat(...rules.map(judge));
}

type AnySubject = Parameters<Rule['judge']>[0];

interface SubjectReading {
  subject: Subject;
  reading: Reading<AnySubject>;
}

function subjectsOf(kind: SubjectKind, snapshot: Snapshot): SubjectReading[] {
  const only = (name: string, id: string, value: AnySubject): SubjectReading[] => [
    { subject: { kind, name, id }, reading: { state: 'read', value } },
  ];
  const sectionId = sectionOf[kind];
  if (sectionId === null) return only(snapshot.host, snapshot.host, { name: snapshot.host });
  const section: Reading<unknown> = snapshot[sectionId];
  if (section.state === 'unread') {
    return [{ subject: { kind, name: EVERY, id: '' }, reading: section }];
  }
  if (kind === 'engine') {
    const engine = section.value as EngineFacts;
    return only('engine', engine.id, engine);
  }
  if (kind === 'swarm') return only('swarm', 'swarm', section.value as SwarmFacts);
  const list = section.value as SubjectList<ContainerFacts | ImageFacts>;
  return [
    ...list.read.map((facts): SubjectReading => {
      const subject: Subject = { kind, name: nameOf(facts), id: facts.id };
      return { subject, reading: { state: 'read', value: facts } };
    }),
    ...list.unread.map(({ id, name, reason }): SubjectReading => {
      return { subject: { kind, name, id }, reading: { state: 'unread', reason } };
    }),
  ];
}

/** A container's name, an image's first tag, and the id where there is neither. */
function nameOf(facts: ContainerFacts | ImageFacts): string {
  if ('tags' in facts) return facts.tags[0] ?? facts.id;
  return facts.name || facts.id;
}

/** Judges by a rule. One that throws is unknown, and harms no other. */
function judgeOf(
  rule: Rule,
  facts: Facts<SectionId, SectionId>,
  context: JudgeContext,
): (subject: AnySubject) => Judgement {
  const broken = (error: unknown): Judgement => ({
    verdict: 'unknown',
    reason: `the rule failed (a bug): ${String(error)}`,
  });
  try {
    const prepared = rule.prepare?.(facts, context);
    return (subject) => {
      try {
        return rule.judge(subject as never, facts, context, prepared);
      } catch (error) {
        return broken(error);
      }
    };
  } catch (error) {
    return () => broken(error);
  }
}

function toResult(rule: Rule, subject: Subject, judgement: Judgement): RuleResult {
  const { verdict } = judgement;
  const { id, controls, severity } = rule;
  const { evidence = [] } = judgement;
  // Whole at once: there are tens of thousands, and one that grows later is moved in memory.
  if (verdict === 'unknown' || verdict === 'not-applicable') {
    const { reason } = judgement;
    return { rule: id, controls, verdict, severity, subject, evidence, message: '', reason };
  }
  const { message } = judgement;
  if (verdict === 'pass') {
    return { rule: id, controls, verdict, severity, subject, evidence, message };
  }
  const worse = judgement.severity ?? severity;
  const failed = { rule: id, controls, verdict, severity: worse, subject, evidence, message };
  return judgement.cause === undefined ? failed : { ...failed, cause: judgement.cause };
}

/** What any kind of judgement may say beside its evidence. */
type Said = { message?: string; reason?: string; severity?: Severity; cause?: string };

const NONE = [] as const;

const isSame = (a: Judgement & Said, b: Judgement & Said): boolean =>
  a.verdict === b.verdict &&
  a.message === b.message &&
  a.reason === b.reason &&
  a.severity === b.severity &&
  a.cause === b.cause &&
  isSameList(a.evidence ?? NONE, b.evidence ?? NONE, isSameEvidence);

const isSameEvidence = (a: Evidence, b: Evidence): boolean =>
  a === b ||
  (a.path === b.path &&
    a.source === b.source &&
    (a.value === b.value || (isList(a.value) && isList(b.value) && isSameList(a.value, b.value))));

const isList = (value: Evidence['value']): value is readonly string[] => Array.isArray(value);

import type { EvidenceAnswer, FixAnswer } from '../src/answers/finding-answers.ts';
import type { Trace } from '../src/answers/trace.ts';
import {
  askedHostNames,
  type CommandContext,
  type CommandRequest,
  defineCommand,
} from '../src/command/command.ts';
import { lineWithFlags, SWITCH } from '../src/command/parse-flags.ts';
import { isAccepted } from '../src/inspections/accepted.ts';
import { evidenceAnswer, fixAnswer } from '../src/inspections/close-look.ts';
import { findNamed, readNamed } from '../src/inspections/find-container.ts';
import { findFinding, lineFor, namesOf } from '../src/inspections/find-finding.ts';
import { alertsAbout, reportingOf } from '../src/inspections/find-reporting.ts';
import { hostJudgements } from '../src/inspections/host-states.ts';
import { lastFindings } from '../src/inspections/last-findings.ts';
import { findingOrder, sortedBy } from '../src/inspections/paging.ts';
import { peopleNamed } from '../src/inspections/people-named.ts';
import { toldOfContainer } from '../src/inspections/told-of-container.ts';
import type { Known } from '../src/inspections/trace-rules.ts';
import type { HostDeclaration } from '../src/ports/declarations.ts';
import type { StoredFinding } from '../src/ports/stored.ts';
import type { Rule } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { counted, quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { WhyAnswer } from '../src/views/why.ts';

export const why = defineCommand({
  name: 'why',
  task: 'ask',
  topic: 'container',
  summary: 'Tell why something was reported, or why it was not',
  usage: 'why <container>|<code>|<rule> <container> [on <host>] [--evidence|--fix]',
  examples: ['why redis', 'why 1a2b3c4d --evidence', 'why no-root-user redis on web-1'],
  permission: 'view',
  words: { minimum: 1, maximum: 2 },
  takesHost: true,
  flags: { evidence: SWITCH, fix: SWITCH },
  async run(context, request): Promise<WhyAnswer | EvidenceAnswer | FixAnswer> {
    const { store } = context;
    const names = askedHostNames(context, request);
    const findings = await store.listOpenFindings({ hosts: names });
    const { evidence, fix } = request.flags;
    if (evidence !== undefined || fix !== undefined) return showFinding(context, request, findings);
    const [first = '', second] = request.words;
    const named = await store.listNames({ hosts: names, beginning: first, includeGone: true });
    const isName = named.some(({ name }) => name === first);
    const coded = findings.some(({ fingerprint }) => isCode(first, fingerprint));
    if (second === undefined && coded && !isName) return whyFinding(context, request, findings);
    const rule = second === undefined ? undefined : ruleNamed(context, first);
    const isRuleAlone = second === undefined && !isName && ruleNamed(context, first) !== undefined;
    if (isRuleAlone || (second !== undefined && rule?.subject !== 'container')) {
      return whyFinding(context, request, findings);
    }
    return whyContainer(context, request, { hosts: names, findings, only: rule });
  },
});

/** It knows every collector, which no other command of the database has to load. */
const loadTraces = () => import('../src/inspections/trace-rules.ts');

const isCode = (word: string, fingerprint: string): boolean =>
  word.length >= 4 && fingerprint.startsWith(word.toLowerCase());

const ruleNamed = ({ rules }: CommandContext, id: string): Rule | undefined =>
  rules.find((rule) => rule.id === id.toLowerCase());

/** One finding closely: how to fix it, or what it rests on. */
async function showFinding(
  context: CommandContext,
  { words, flags }: CommandRequest,
  findings: readonly StoredFinding[],
): Promise<EvidenceAnswer | FixAnswer> {
  const flag = flags.fix === undefined ? 'evidence' : 'fix';
  const finding =
    onlyOfContainer(words, findings, flag) ??
    findFinding(words, findings, (near) => lineWithFlags(lineFor('why', near), { [flag]: '' }));
  return flag === 'fix' ? fixAnswer(context, finding) : evidenceAnswer(context, finding);
}

/**
 * The open finding of the container that one word names; undefined for a code, and where it has none.
 * Throws `UserError` where it has several: which of them is meant is not said.
 */
function onlyOfContainer(
  words: readonly string[],
  findings: readonly StoredFinding[],
  flag: string,
): StoredFinding | undefined {
  const [name, rule] = words;
  if (name === undefined || rule !== undefined) return undefined;
  if (findings.some(({ fingerprint }) => isCode(name, fingerprint))) return undefined;
  const ofContainer = (one: StoredFinding) =>
    one.subjectKind === 'container' && namesOf(one).includes(name) && !isAccepted(one);
  const [worst, ...others] = sortedBy(findings.filter(ofContainer), findingOrder);
  if (worst === undefined || others.length === 0) return worst;
  const number = counted(others.length + 1, 'open finding');
  const on = others.every(({ host }) => host === worst.host) ? ` on ${quoteWord(worst.host)}` : '';
  throw new UserError(`“${name}” has ${number}; “--${flag}” takes one of them.`, {
    hint: `\`why ${quoteWord(name)}${on}\` shows each with the code that names it.`,
    correctedLine: lineWithFlags(lineFor('why', worst), { [flag]: '' }),
  });
}

/** The open finding of the rule that one word names, where it has one. */
function onlyOfRule(
  [id, subject]: readonly string[],
  findings: readonly StoredFinding[],
): StoredFinding | undefined {
  const found = findings.filter(({ rule }) => subject === undefined && rule === id?.toLowerCase());
  return found.length === 1 ? found[0] : undefined;
}

async function whyFinding(
  context: CommandContext,
  request: CommandRequest,
  findings: readonly StoredFinding[],
): Promise<WhyAnswer> {
  const finding =
    onlyOfRule(request.words, findings) ??
    findFinding(request.words, findings, (near) => lineFor('why', near));
  const known = await readKnown(context, request, finding.host, findings);
  const { traceFinding } = await loadTraces();
  const rule = ruleNamed(context, finding.rule) ?? { id: finding.rule, title: finding.rule };
  const traces = [await traceFinding(rule, finding, known)];
  return {
    ...common(context, known),
    subject: finding.subjectKey,
    removedAt: null,
    traces,
    people: await peopleOf(context, traces),
    next: [`explain ${finding.rule}`, `findings rule ${finding.rule} on ${finding.host}`],
  };
}

async function whyContainer(
  context: CommandContext,
  request: CommandRequest,
  {
    hosts,
    findings,
    only,
  }: { hosts: readonly string[]; findings: readonly StoredFinding[]; only: Rule | undefined },
): Promise<WhyAnswer> {
  const { store } = context;
  const word = request.words.at(-1) ?? '';
  const named = await findNamed(store, { hosts, word, includeGone: true }, 'why');
  const { container } = await readNamed(store, named);
  const { facts, host, removedAt } = container;
  const known = await readKnown(context, request, host, removedAt === null ? findings : []);
  const { traceContainerRule, traceOrder } = await loadTraces();
  const rules = only === undefined ? context.rules : [only];
  const judged = removedAt === null ? rules.filter(({ subject }) => subject === 'container') : [];
  const traces = await Promise.all(
    judged.map((rule) => traceContainerRule(rule, container, context.policy, known)),
  );
  return {
    ...common(context, known),
    subject: facts.name,
    removedAt,
    traces: sortedBy(traces, traceOrder),
    people: await peopleOf(context, traces),
    ...(removedAt === null
      ? { next: [`scan on ${host}`] }
      : {
          told: await toldOfContainer(context, container, {
            findings: await lastFindings(context, container),
            onlyChannel: request.isLimited ? context.actor.place : null,
          }),
          next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`],
        }),
  };
}

/** Everybody whom an answer names. */
const peopleOf = ({ audit }: CommandContext, traces: readonly Trace[]) =>
  peopleNamed(
    audit,
    traces.flatMap(({ acceptances, alerts }) => [
      ...acceptances.flatMap(({ by, ended }) => [by, ended?.by]),
      ...alerts.flatMap(({ acknowledgedBy, assignedTo }) => [acknowledgedBy, assignedTo]),
    ]),
  );

const common = ({ now }: CommandContext, { host }: Known) => ({
  kind: 'why' as const,
  takenAt: isoTime(now()),
  host,
});

async function readKnown(
  context: CommandContext,
  { isLimited }: CommandRequest,
  name: string,
  findings: readonly StoredFinding[],
): Promise<Known> {
  const { store, acceptances, hosts, actor } = context;
  // A channel that is limited hears of no other.
  const onlyChannel = isLimited ? actor.place : null;
  const declared: HostDeclaration[] = hosts.filter((host) => host.name === name);
  const [host] = await hostJudgements(declared, store);
  if (host === undefined) throw new Error(`host ${name} is stored but not declared`);
  return {
    host,
    findings: findings.filter((finding) => finding.host === name),
    acceptances: await acceptances.listAcceptances({ hosts: [name] }),
    scansSeen: ({ firstSeen }) => store.countGoodScans(name, firstSeen),
    reportedIn: await reportingOf(context, name, onlyChannel),
    alertsAbout: (finding) => alertsAbout(context, finding, onlyChannel),
  };
}

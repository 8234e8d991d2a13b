import type { ListPart } from '../src/answers/answer-base.ts';
import type { AcceptedFinding } from '../src/answers/finding-answers.ts';
import { askedPeriod } from '../src/command/asked-container.ts';
import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { lineWithFlags } from '../src/command/parse-flags.ts';
import { isExpiring } from '../src/findings/acceptance.ts';
import { EVERY_HOST } from '../src/findings/attestations.ts';
import { countBySeverity, type SeverityCounts, totalOf } from '../src/findings/severity-counts.ts';
import { isAccepted, isLapsed, splitAccepted } from '../src/inspections/accepted.ts';
import { countOn } from '../src/inspections/count-unread.ts';
import { blindWithin, describePast, hostsInPast } from '../src/inspections/describe-past.ts';
import { type FindingHand, findingHands } from '../src/inspections/finding-hands.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { countExploitedImages } from '../src/inspections/named-images.ts';
import { findingOrder, groupOrder, listPage, sortedBy } from '../src/inspections/paging.ts';
import { peopleNamed } from '../src/inspections/people-named.ts';
import type { Paging } from '../src/ports/intent.ts';
import type { Period } from '../src/ports/past-store.ts';
import type { ScanStore } from '../src/ports/scan-store.ts';
import type { OpenFindingsAsked, RuleCount, StoredFinding } from '../src/ports/stored.ts';
import { type Rule, severities, severitiesOf } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { FindingsAnswer } from '../src/views/findings.ts';

export const findings = defineCommand({
  name: 'findings',
  task: 'ask',
  summary: 'List open findings, worst first',
  usage:
    'findings [accepted|expiring|unknown] [low|medium|high|critical …] [rule <id>] [--by rule|container] [at <2026-11-20T03:00|3h>] [since <1d|2026-11-20>] [on <host>|<label>|all]',
  examples: [
    'findings',
    'findings critical high',
    'findings --by container',
    'findings unknown on web-1',
    'findings accepted on web-1',
    'findings critical since 7d',
  ],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: severities.length + 3,
    known: ({ rules }) => [
      ...severities,
      ...acceptanceWords,
      UNKNOWN,
      'rule',
      ...rules.map(({ id }) => id),
    ],
  },
  flags: { by: 'grouping' },
  takesHost: true,
  takesSince: true,
  takesAt: true,
  takesRetiredHost: true,
  async run(context, request) {
    const { store, acceptances, exposed, now, rules } = context;
    const { line, paging, isLimited, flags } = request;
    const words = request.words.filter((word) => word !== UNKNOWN);
    const isUnknownOnly = words.length < request.words.length;
    const by = readGrouping(flags.by, line);
    const at = now();
    const filter = toFilter(words, rules);
    if (isUnknownOnly && filter.acceptance !== null) {
      throw new UserError(`Use “${UNKNOWN}” or “${filter.acceptance}”, not both.`, {
        correctedLine: `findings ${UNKNOWN}`,
      });
    }
    const period = askedPeriod(request, at);
    const { hosts, otherHosts } = await hostsInPast(context, request, period !== null);
    const names = hosts.map(({ name }) => name);
    const matches = (rule: string) => filter.rule === null || filter.rule === rule;
    const states = await hostStates(hosts, store);
    const asked: OpenFindingsAsked = {
      hosts: names,
      asOf: paging?.scans ?? {},
      severities: filter.severities,
      rules: filter.rule === null ? [] : [filter.rule],
    };
    const { findings: found, ...shown } =
      paging && period === null && filter.acceptance === null && by === 'rule'
        ? await readPage(store, asked, paging)
        : await readWhole(context, asked, filter, period);
    const { accepted, lapsed, bySeverity, byRule, part } = shown;
    // Grouped by container the whole list is one page: a container has findings on every other.
    const page = by === 'rule' ? listPage(line, states, paging, part) : null;
    const isListed = isUnknownOnly || paging === undefined;
    const described = period && (await describePast(context, period, { hosts: names, otherHosts }));
    const blind = await blindWithin(context, names, period ?? { from: at, to: at });
    const isOnHosts = (scope: string) =>
      !isLimited || scope === EVERY_HOST || hosts.some(({ name }) => name === scope);
    const isWanted = (word: Parameters<typeof isExpiring>[0]) =>
      filter.acceptance === 'accepted' || isExpiring(word, at);
    const attestations = filter.acceptance === null ? [] : await acceptances.listAttestations();
    const isOfVulnerabilities = filter.acceptance !== null && filter.rule === null;
    const exposures = isOfVulnerabilities ? await exposed.listAcceptances() : [];
    const isNow = period === null && filter.acceptance === null;
    return {
      kind: 'findings',
      takenAt: isoTime(at),
      filter,
      hosts: states,
      findings: found,
      total: countOn(totalOf(bySeverity), { hosts: states, past: described, blind }),
      bySeverity,
      byRule,
      past: described,
      blind,
      page,
      ...(isNow ? { hands: await handsOf(context, found, isLimited) } : {}),
      exploitedImages: isNow && isOfAll(filter) ? await countExploitedImages(context, names) : null,
      acceptedCount: accepted.length,
      people: await whoAccepted(context, found),
      lapsed,
      attestations: attestations
        .filter((word) => matches(word.rule) && word.state === 'in-force')
        .filter((word) => isOnHosts(word.scope) && isWanted(word)),
      exposures: exposures.filter(
        (word) => word.state === 'in-force' && isOnHosts(word.scope) && isWanted(word),
      ),
      ...(await readUnknown(context, names, filter, { period, isListed })),
      unjudged: isNow ? await store.countUnjudged({ hosts: names }) : [],
      by,
      isUnknownOnly,
      otherWay: filter.acceptance === null ? otherWay(line, by) : null,
      unknownLine: line.replace(/^findings(?! unknown)/, `findings ${UNKNOWN}`),
      next: isUnknownOnly
        ? ['explain evidence level', 'findings', 'scan']
        : [...(found[0] ? [`explain ${found[0].rule}`] : []), 'containers', 'scan'],
    };
  },
});

/** What rules that may give that severity could not judge, by reason; and one by one where that is looked at. */
async function readUnknown(
  { store, past, rules: all }: CommandContext,
  hosts: string[],
  { rule, severities: wanted }: FindingsAnswer['filter'],
  { period, isListed }: { period: Period | null; isListed: boolean },
): Promise<Pick<FindingsAnswer, 'unknown' | 'undecided'>> {
  const isAll = rule === null && wanted.length === 0;
  const rules = all
    .filter(({ id }) => rule === null || id === rule)
    .filter((one) => wanted.length === 0 || severitiesOf(one).some((each) => wanted.includes(each)))
    .map(({ id }) => id);
  if (rules.length === 0) return { unknown: [], undecided: [] };
  if (period === null && !isListed) {
    const asked = { hosts, rules: isAll ? [] : rules };
    return { unknown: await store.countUndecided(asked), undecided: null };
  }
  const found = period
    ? await past.listUndecided({ hosts, at: period.to })
    : await store.listUndecided({ hosts });
  const undecided = found
    .filter((one) => isAll || rules.includes(one.rule))
    .map(({ host, rule, subjectKey, reason }) => ({ host, rule, subject: subjectKey, reason }));
  const reasons = [...Map.groupBy(undecided, ({ reason }) => reason)];
  return { unknown: reasons.map(([reason, { length }]) => ({ reason, count: length })), undecided };
}

const isOfAll = ({ rule, severities: wanted }: FindingsAnswer['filter']): boolean =>
  rule === null && (wanted.length === 0 || wanted.includes('critical'));

const whoAccepted = ({ audit }: CommandContext, found: FindingsAnswer['findings']) =>
  peopleNamed(
    audit,
    found.map(({ acceptance }) => acceptance?.by),
  );

/** Who has them; a channel that is limited hears of no other. */
const handsOf = (
  { alerts, actor }: CommandContext,
  found: readonly StoredFinding[],
  isLimited: boolean,
): Promise<FindingHand[]> => findingHands(alerts, found, isLimited ? actor.place : null);

/** What a findings answer lists, and what it says of all that is asked for. */
interface Listed {
  findings: FindingsAnswer['findings'];
  bySeverity: SeverityCounts;
  byRule: RuleCount[];
  part: ListPart | null;
  accepted: readonly AcceptedFinding[];
  lapsed: AcceptedFinding[];
}

/** As many findings as one page can show, and rarely more: it spells out forty groups. */
const PAGE_FINDINGS = 400;

/** One page of what counts now. Whole groups, unless one alone is larger than a page. */
async function readPage(
  store: ScanStore,
  asked: OpenFindingsAsked,
  { after }: Paging,
): Promise<Listed> {
  const page = await store.pageOpenFindings({ ...asked, after, limit: PAGE_FINDINGS });
  const decided = await store.listDecidedFindings(asked);
  const total = totalOf(page.counts);
  const last = page.findings.at(-1);
  const whole = page.findings.filter(
    (finding) => last !== undefined && groupOrder(finding) !== groupOrder(last),
  );
  const isCut = page.before + page.findings.length < total && whole.length > 0;
  return {
    findings: isCut ? whole : page.findings,
    bySeverity: page.counts,
    byRule: page.byRule,
    part: { before: page.before, total },
    accepted: decided.filter(isAccepted),
    lapsed: decided.filter(isLapsed),
  };
}

/** The whole list, or that of the past or of decisions, of which there are fewer. */
async function readWhole(
  { store, past, now }: CommandContext,
  asked: OpenFindingsAsked,
  { severities: wanted, rule, acceptance }: FindingsAnswer['filter'],
  period: Period | null,
): Promise<Listed> {
  const isAskedFor = (finding: StoredFinding) =>
    (rule === null || finding.rule === rule) &&
    (wanted.length === 0 || wanted.includes(finding.severity));
  const matching = period
    ? (await past.listFindings({ hosts: asked.hosts, ...period })).filter(isAskedFor)
    : acceptance === null
      ? await store.listOpenFindings(asked)
      : await store.listDecidedFindings(asked);
  const { open, accepted } = splitAccepted(matching);
  const expiring = accepted.filter((one) => isExpiring(one.acceptance, period?.to ?? now()));
  const listed = { accepted, expiring, open }[acceptance ?? 'open'];
  return {
    findings: sortedBy(listed, findingOrder),
    bySeverity: countBySeverity(listed),
    byRule: countRules(sortedBy(listed, findingOrder)),
    part: null,
    accepted,
    lapsed: matching.filter(isLapsed),
  };
}

const countRules = (sorted: readonly StoredFinding[]): RuleCount[] =>
  [...Map.groupBy(sorted, ({ severity, rule }) => `${severity} ${rule}`).values()].flatMap(
    ([first, ...others]) =>
      first === undefined
        ? []
        : [{ severity: first.severity, rule: first.rule, count: others.length + 1 }],
  );

const UNKNOWN = 'unknown';
const groupings = ['rule', 'container'] as const;

function readGrouping(asked: string | undefined, line: string): (typeof groupings)[number] {
  if (asked === undefined) return 'rule';
  const found = groupings.find((one) => one === asked.toLowerCase());
  if (found) return found;
  throw new UserError(`Findings are grouped by rule or by container, not by “${asked}”.`, {
    correctedLine: lineWithFlags(line, { by: 'container' }),
  });
}

/** The same question with the other grouping. */
const otherWay = (line: string, by: (typeof groupings)[number]): string =>
  by === 'rule' ? lineWithFlags(line, { by: 'container' }) : line;

const acceptanceWords = ['accepted', 'expiring'] as const;

function toFilter(
  words: readonly string[],
  rules: readonly Pick<Rule, 'id'>[],
): FindingsAnswer['filter'] {
  const at = words.indexOf('rule');
  const rule = at < 0 ? null : (words[at + 1] ?? null);
  if (at >= 0 && !rules.some(({ id }) => id === rule)) {
    throw new UserError('“rule” needs the id of a rule.', {
      correctedLine: 'findings rule no-root-user',
    });
  }
  const wanted = words.filter((_word, index) => at < 0 || (index !== at && index !== at + 1));
  const known: readonly string[] = [...severities, ...acceptanceWords];
  const stray = wanted.find((word) => !known.includes(word));
  if (stray !== undefined) {
    throw new UserError(`“${stray}” is no severity.`, { correctedLine: `findings rule ${stray}` });
  }
  return {
    severities: severities.filter((severity) => wanted.includes(severity)),
    rule,
    acceptance: acceptanceWords.findLast((word) => wanted.includes(word)) ?? null,
  };
}

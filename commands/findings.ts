import { askedPeriod } from '../src/command/asked-period.ts';
import { defineCommand } from '../src/command/command.ts';
import { isExpiring } from '../src/findings/acceptance.ts';
import { EVERY_HOST } from '../src/findings/attestations.ts';
import { isLapsed, splitAccepted } from '../src/inspections/accepted.ts';
import { countOn } from '../src/inspections/count-unread.ts';
import { blindWithin, describePast, hostsInPast } from '../src/inspections/describe-past.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { findingOrder, listPage, sortedBy } from '../src/inspections/paging.ts';
import { type Rule, severities } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { FindingsAnswer } from '../src/views/findings.ts';

export const findings = defineCommand({
  name: 'findings',
  task: 'ask',
  summary: 'List open findings, worst first',
  usage:
    'findings [accepted|expiring] [low|medium|high|critical …] [rule <id>] [at <2026-11-20T03:00|3h>] [since <1d|2026-11-20>] [on <host>|on all]',
  examples: [
    'findings',
    'findings critical high',
    'findings accepted on web-1',
    'findings critical since 7d',
  ],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: severities.length + 3,
    known: ({ rules }) => [...severities, ...acceptanceWords, 'rule', ...rules.map(({ id }) => id)],
  },
  takesHost: true,
  takesSince: true,
  takesAt: true,
  takesRetiredHost: true,
  async run(context, request) {
    const { store, past, acceptances, now, rules } = context;
    const { words, line, paging, isLimited } = request;
    const at = now();
    const filter = toFilter(words, rules);
    const period = askedPeriod(request, at);
    const { hosts, otherHosts } = await hostsInPast(context, request, period !== null);
    const names = hosts.map(({ name }) => name);
    const matches = (rule: string) => filter.rule === null || filter.rule === rule;
    const states = await hostStates(hosts, store);
    const page = listPage(line, states, paging);
    const open = period
      ? await past.listFindings({ hosts: names, ...period })
      : await store.listOpenFindings({ hosts: names, asOf: paging?.scans ?? {} });
    const matching = open.filter(
      ({ rule, severity }) =>
        matches(rule) && (filter.severities.length === 0 || filter.severities.includes(severity)),
    );
    const { open: counting, accepted } = splitAccepted(matching);
    const expiring = accepted.filter(({ acceptance }) => isExpiring(acceptance, period?.to ?? at));
    const asked = { accepted, expiring, open: counting }[filter.acceptance ?? 'open'];
    const found = sortedBy(asked, findingOrder);
    const undecided = period
      ? await past.listUndecided({ hosts: names, at: period.to })
      : states.flatMap(({ name, undecided: left }) => left.map((one) => ({ ...one, host: name })));
    const described = period && (await describePast(context, period, { hosts: names, otherHosts }));
    const blind = await blindWithin(context, names, period ?? { from: at, to: at });
    const attestations = filter.acceptance === null ? [] : await acceptances.listAttestations();
    return {
      kind: 'findings',
      takenAt: isoTime(at),
      filter,
      hosts: states,
      findings: found,
      total: countOn(found, { hosts: states, past: described, blind }),
      past: described,
      blind,
      page,
      acceptedCount: accepted.length,
      lapsed: matching.filter(isLapsed),
      attestations: attestations
        .filter((word) => matches(word.rule) && word.state === 'in-force')
        .filter(
          ({ scope }) =>
            !isLimited || scope === EVERY_HOST || hosts.some(({ name }) => name === scope),
        )
        .filter((word) => filter.acceptance === 'accepted' || isExpiring(word, at)),
      undecided: undecided
        .filter(({ rule }) => matches(rule))
        .map(({ host, rule, subjectKey, reason }) => ({ host, rule, subject: subjectKey, reason })),
      next: [...(found[0] ? [`explain ${found[0].rule}`] : []), 'containers', 'scan'],
    };
  },
});

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

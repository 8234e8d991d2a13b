import { isLapsed, splitAccepted } from '../src/answers/accepted.ts';
import type { FindingsAnswer } from '../src/answers/answer.ts';
import { hostStates } from '../src/answers/host-state.ts';
import { findingOrder, listPage, sortedBy } from '../src/answers/list-page.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';
import { isExpiring } from '../src/findings/acceptance.ts';
import { EVERY_HOST } from '../src/findings/attestations.ts';
import { type Rule, severities } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';

export const findings = defineCommand({
  name: 'findings',
  task: 'ask',
  summary: 'List open findings, worst first',
  usage: 'findings [accepted|expiring] [low|medium|high|critical …] [rule <id>] [on <host>|on all]',
  examples: ['findings', 'findings critical high', 'findings accepted on web-1'],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: severities.length + 3,
    known: ({ rules }) => [...severities, ...acceptanceWords, 'rule', ...rules.map(({ id }) => id)],
  },
  takesHost: true,
  async run({ store, acceptances, now, rules }, { words, hosts, line, paging, isLimited }) {
    const filter = toFilter(words, rules);
    const matches = (rule: string) => filter.rule === null || filter.rule === rule;
    const states = await hostStates(hosts, store);
    const page = listPage(line, states, paging);
    const open = await store.listOpenFindings({
      hosts: hosts.map(({ name }) => name),
      asOf: paging?.scans ?? {},
    });
    const matching = open.filter(
      ({ rule, severity }) =>
        matches(rule) && (filter.severities.length === 0 || filter.severities.includes(severity)),
    );
    const { open: counting, accepted } = splitAccepted(matching);
    const expiring = accepted.filter(({ acceptance }) => isExpiring(acceptance, now()));
    const asked = { accepted, expiring, open: counting }[filter.acceptance ?? 'open'];
    const found = sortedBy(asked, findingOrder);
    const attestations = filter.acceptance === null ? [] : await acceptances.listAttestations();
    return {
      kind: 'findings',
      takenAt: isoTime(now()),
      filter,
      hosts: states,
      findings: found,
      page,
      acceptedCount: accepted.length,
      lapsed: matching.filter(isLapsed),
      attestations: attestations
        .filter((word) => matches(word.rule) && word.state === 'in-force')
        .filter(
          ({ scope }) =>
            !isLimited || scope === EVERY_HOST || hosts.some(({ name }) => name === scope),
        )
        .filter((word) => filter.acceptance === 'accepted' || isExpiring(word, now())),
      undecided: states.flatMap(({ name, undecided }) =>
        undecided
          .filter(({ rule }) => matches(rule))
          .map(({ rule, subjectKey, reason }) => ({
            host: name,
            rule,
            subject: subjectKey,
            reason,
          })),
      ),
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

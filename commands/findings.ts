import { hostStates } from '../src/answers/host-state.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';
import { type Rule, type Severity, severities } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';

export const findings = defineCommand({
  name: 'findings',
  task: 'ask',
  summary: 'List open findings, worst first',
  usage: 'findings [low|medium|high|critical …] [rule <id>] [on <host>|on all]',
  examples: ['findings', 'findings critical high', 'findings rule no-root-user on web-1'],
  permission: 'view',
  words: {
    minimum: 0,
    maximum: severities.length + 2,
    known: ({ rules }) => [...severities, 'rule', ...rules.map(({ id }) => id)],
  },
  takesHost: true,
  async run({ store, now, rules }, { words, hosts }) {
    const filter = toFilter(words, rules);
    const matches = (rule: string) => filter.rule === null || filter.rule === rule;
    const states = await hostStates(hosts, store);
    const open = await store.listOpenFindings({ hosts: hosts.map(({ name }) => name) });
    const found = open.filter(
      ({ rule, severity }) =>
        matches(rule) && (filter.severities.length === 0 || filter.severities.includes(severity)),
    );
    return {
      kind: 'findings',
      takenAt: isoTime(now()),
      filter,
      hosts: states,
      findings: found,
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

function toFilter(
  words: readonly string[],
  rules: readonly Pick<Rule, 'id'>[],
): { severities: Severity[]; rule: string | null } {
  const at = words.indexOf('rule');
  const rule = at < 0 ? null : (words[at + 1] ?? null);
  if (at >= 0 && !rules.some(({ id }) => id === rule)) {
    throw new UserError('“rule” needs the id of a rule.', {
      correctedLine: 'findings rule no-root-user',
    });
  }
  const wanted = words.filter((_word, index) => at < 0 || (index !== at && index !== at + 1));
  const stray = wanted.find((word) => !severities.some((severity) => severity === word));
  if (stray !== undefined) {
    throw new UserError(`“${stray}” is no severity.`, { correctedLine: `findings rule ${stray}` });
  }
  return { severities: severities.filter((severity) => wanted.includes(severity)), rule };
}

import { findTopic } from '../src/answers/explain-topic.ts';
import { hostStates } from '../src/answers/host-state.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';

export const explain = defineCommand({
  name: 'explain',
  task: 'learn',
  summary: 'Say why a rule matters, how to fix it and where it applies here',
  usage: 'explain <rule|cis-N.N> [on <host>|on all]',
  examples: ['explain no-host-network', 'explain cis-5.5', 'explain cis-1.6:5.31 on web-1'],
  permission: 'view',
  words: { minimum: 1, maximum: 1 },
  takesHost: true,
  async run({ rules, store, now, hosts: allHosts }, { words: [word = ''], hosts, isHostNamed }) {
    const topic = findTopic(word, rules);
    const asked = isHostNamed ? hosts : allHosts;
    const states = await hostStates(asked, store);
    const open = await store.listOpenFindings({ hosts: asked.map(({ name }) => name) });
    return {
      kind: 'explain',
      takenAt: isoTime(now()),
      topic: topic.name,
      ambiguity: topic.ambiguity,
      hosts: states,
      rules: topic.rules.map(
        ({ id, title, severity, subject, controls, rationale, remediation, needs }) => ({
          rule: { id, title, severity, subject, controls, rationale, remediation, needs },
          here: open.filter(({ rule }) => rule === id),
          undecided: states.flatMap(({ name, undecided }) =>
            undecided
              .filter(({ rule }) => rule === id)
              .map(({ subjectKey, reason }) => ({ host: name, subject: subjectKey, reason })),
          ),
        }),
      ),
      next: topic.rules.slice(0, 1).map(({ id }) => `findings rule ${id}`),
    };
  },
});

import { defineCommand } from '../src/command/command.ts';
import { baselineFacts } from '../src/inspections/drift.ts';
import { explainTerm, partsFor } from '../src/inspections/explain-term.ts';
import { findTopic, type Topic } from '../src/inspections/explain-topic.ts';
import { hostJudgements } from '../src/inspections/host-states.ts';
import { isVulnerabilityId } from '../src/inspections/vulnerability-id.ts';
import { isoTime } from '../src/shared/time.ts';
import type { ExplainAnswer } from '../src/views/explain.ts';
import type { VulnerabilityAnswer } from '../src/views/vulnerability.ts';

export const explain = defineCommand({
  name: 'explain',
  task: 'learn',
  summary: 'Explain a rule, a term or a vulnerability, and where it applies',
  usage: 'explain <rule|cis-N.N|term|CVE> [on <host>|<label>|all]',
  examples: [
    'explain no-host-network',
    'explain cis-5.5',
    'explain cis-1.6:5.31 on web-1',
    'explain seccomp',
    'explain user namespace',
    'explain CVE-2024-3094',
  ],
  permission: 'view',
  words: { minimum: 1, maximum: 4 },
  takesHost: true,
  async run(context, request): Promise<ExplainAnswer | VulnerabilityAnswer> {
    const { words, hosts, isHostNamed } = request;
    if (isVulnerabilityId(words.join(''))) {
      const { explainVulnerability } = await import('../src/command/explain-vulnerability.ts');
      return explainVulnerability(context, request);
    }
    const { rules, store, now, hosts: allHosts } = context;
    const topic = findTopic(words.join(' '), rules);
    const asked = isHostNamed ? hosts : allHosts;
    const states = await hostJudgements(asked, store);
    const names = asked.map(({ name }) => name);
    const about = [...topic.rules.map(({ id }) => id), ...(topic.term?.rules ?? [])];
    const open =
      about.length === 0 ? [] : await store.listOpenFindings({ hosts: names, rules: about });
    const containers = topic.term?.containers
      ? await store.listParts({ hosts: names, parts: partsFor(topic.term.containers) })
      : [];
    const isBaseline = topic.term?.id === 'baseline';
    const decided = isBaseline ? await baselineFacts(context, states) : [];
    return {
      kind: 'explain',
      takenAt: isoTime(now()),
      topic: topic.name,
      ambiguity: topic.ambiguity,
      term: topic.term && explainTerm(topic, { rules, hosts: states, open, containers, decided }),
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
      next: isBaseline ? ['status'] : findingsLine(topic),
    };
  },
});

const findingsLine = ({ rules, term }: Topic): string[] =>
  [...rules.map(({ id }) => id), ...(term?.rules ?? [])]
    .slice(0, 1)
    .map((id) => `findings rule ${id}`);

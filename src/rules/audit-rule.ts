import { needsKernel } from './open-questions.ts';
import { defineRule, type Rule } from './rule.ts';

interface AuditedPath {
  id: string;
  /** Number of the control, the same in both versions. */
  control: string;
  title: string;
  /** What the kernel must watch, e.g. `the resolved path of the dockerd executable`. */
  watched: string;
  /** What an attacker would do there. */
  rationale: string;
  /** Rule file line, e.g. `-w /usr/bin/dockerd -k docker`. */
  watch: string;
}

/**
 * A rule that wants one path watched by the kernel's audit. The loaded rules are the kernel's own
 * state, which no call of the engine shows; files of rules say only what ought to be loaded.
 */
export function auditRule(path: AuditedPath): Rule<'host', never> {
  return defineRule({
    id: path.id,
    title: path.title,
    subject: 'host',
    severity: 'low',
    pillar: 'engine',
    question: 'audit-dockerd-binary',
    controls: [`cis-1.6:${path.control}`, `cis-1.8:${path.control}`],
    rationale: path.rationale,
    remediation: `Add \`${path.watch}\` to a file in /etc/audit/rules.d, load it with \`augenrules --load\` and check with \`auditctl -l\`.`,
    fix: { words: `Have the audit of {} watch ${path.watched}` },
    isOfDocker: true,
    needs: [],
    judge: () => needsKernel(`the audit rules and ${path.watched}`),
    examples: { pass: [], fail: [], unknown: [{}] },
  });
}

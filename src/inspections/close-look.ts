import type { EvidenceAnswer, FixAnswer } from '../answers/finding-answers.ts';
import type { HostState } from '../answers/host-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Rule, SeenValues } from '../rules/rule.ts';
import { quoteWord } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { evidenceCommand } from './evidence-commands.ts';
import { hostStates } from './host-states.ts';

interface LookParts {
  store: ScanStore;
  hosts: readonly HostDeclaration[];
  rules: readonly Rule[];
  now: Clock;
}

/** What one finding rests on. Rejects with `OutsideError` when the store fails. */
export async function evidenceAnswer(
  parts: LookParts,
  finding: StoredFinding,
): Promise<EvidenceAnswer> {
  const items = finding.evidence.map((fact) => ({
    ...fact,
    command: evidenceCommand(fact, finding),
  }));
  const host = await hostOf(parts, finding);
  return { kind: 'evidence', takenAt: isoTime(parts.now()), host, finding, items, next: [] };
}

/** How one finding is fixed. Rejects with `OutsideError` when the store fails. */
export async function fixAnswer(parts: LookParts, finding: StoredFinding): Promise<FixAnswer> {
  const known = parts.rules.find(({ id }) => id === finding.rule);
  return {
    kind: 'fix',
    takenAt: isoTime(parts.now()),
    host: await hostOf(parts, finding),
    finding,
    rule: {
      id: finding.rule,
      title: known?.title ?? finding.rule,
      remediation: known?.remediation ?? 'This version of Seawall no longer has this rule.',
    },
    change: known?.fix.change?.(seenIn(finding.evidence)) ?? null,
    next: [`scan on ${quoteWord(finding.host)}`],
  };
}

const seenIn =
  (evidence: readonly Evidence[]): SeenValues =>
  (path) =>
    evidence
      .filter((fact) => fact.path === path)
      .flatMap(({ value }) =>
        typeof value === 'object' ? [...(value ?? [])] : value === '' ? [] : [String(value)],
      );

async function hostOf(
  { hosts, store }: LookParts,
  { host: name }: StoredFinding,
): Promise<HostState> {
  const [host] = await hostStates(
    hosts.filter((declared) => declared.name === name),
    store,
  );
  if (host === undefined) throw new Error(`host ${name} is stored but not declared`);
  return host;
}

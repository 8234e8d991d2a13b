import { readdirSync } from 'node:fs';
import { camelCase } from '../../scripts/docs/indexes.ts';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import { type ExampleHost, type Rule, sectionOf, type Verdict } from '../../src/rules/rule.ts';
import { unread } from '../../src/shared/reading.ts';

const verdicts: readonly Verdict[] = ['pass', 'fail', 'unknown', 'not-applicable'];

/** What no evidence that exists so far answers: neither pass nor fail is ever said. */
const unanswered = rules.filter(({ isAttestable }) => isAttestable).map(({ id }) => id);

/** Rules that can prove a fault and never its absence. */
const oneSided = [
  ...['current-image', 'runtime-as-named', 'registry-cert-owner', 'registry-cert-mode'],
  ...['no-privileged-exec', 'no-root-exec'],
];

interface Case {
  rule: Rule;
  verdict: Verdict;
  example: ExampleHost;
  name: string;
}

const cases: Case[] = rules.flatMap((rule) =>
  verdicts.flatMap((verdict) =>
    (rule.examples[verdict] ?? []).map((example, index) => ({
      rule,
      verdict,
      example,
      name: `${rule.id}: ${verdict} ${index + 1}`,
    })),
  ),
);

const firstResult = (rule: Rule, example: ExampleHost) => {
  const [result] = evaluateRule(rule, assess(exampleSnapshot(example)), examplePolicy(example));
  if (result === undefined) throw new Error(`${rule.id} gave no result`);
  return result;
};

describe('every example', () => {
  it.each(cases)('$name', ({ rule, verdict, example }) => {
    const result = firstResult(rule, example);

    expect({ verdict: result.verdict, reason: result.reason }).toEqual({
      verdict,
      reason: verdict === 'pass' || verdict === 'fail' ? undefined : expect.stringMatching(/\w/),
    });
    expect(result.severity).toBe(example.severity ?? rule.severity);
  });

  it.each(cases)('$name rests on evidence, or gives a reason', ({ rule, verdict, example }) => {
    const { evidence, message, reason } = firstResult(rule, example);

    for (const { path, source } of evidence) {
      expect(path).not.toBe('');
      expect(source).not.toBe('');
    }
    if (verdict === 'pass' || verdict === 'fail') {
      expect(evidence).not.toHaveLength(0);
      expect(message).toMatch(/^[a-z]/);
    } else {
      expect(reason).not.toMatch(/a bug/);
    }
  });

  it.each(cases)('$name describes a host that can exist', ({ example }) => {
    const { containers, engine } = exampleSnapshot(example);
    if (containers.state !== 'read' || engine.state !== 'read') throw new Error('unread example');

    for (const container of containers.value.read) {
      if (!container.isPrivileged) continue;
      expect(container.configuredCapabilities).toContain('CAP_SYS_ADMIN');
      expect(container.hasUnmaskedSystemPaths).toBe(true);
      expect(container.isSelinuxLabelDisabled).toBe(true);
    }
    expect(engine.value.isRootless && engine.value.remapsUsers).toBe(false);
  });

  it('is there only once', () => {
    const seen = rules.map((rule) => {
      const texts = verdicts.flatMap((verdict) =>
        (rule.examples[verdict] ?? []).map((example) => JSON.stringify(example)),
      );
      return { rule: rule.id, duplicates: texts.length - new Set(texts).size };
    });

    expect(seen.filter(({ duplicates }) => duplicates > 0)).toEqual([]);
  });
});

describe('every rule', () => {
  it.each(cases)('$name is unknown as soon as a needed section is unread', ({ rule, example }) => {
    for (const section of rule.needs) {
      const snapshot = { ...exampleSnapshot(example), [section]: unread('cut off') };

      const results = evaluateRule(rule, assess(snapshot), examplePolicy(example));

      expect(results.map(({ verdict }) => verdict)).toEqual(['unknown']);
      expect(results[0]?.reason).toContain('cut off');
    }
  });

  const consulting = cases.filter(({ rule }) => rule.consults?.length);
  it.each(consulting)('$name does not become a pass when what it consults is unread', (one) => {
    for (const section of one.rule.consults ?? []) {
      const snapshot = { ...exampleSnapshot(one.example), [section]: unread('cut off') };

      const [result] = evaluateRule(one.rule, assess(snapshot), examplePolicy(one.example));

      expect(result?.reason ?? '').not.toMatch(/a bug/);
      if (one.verdict !== 'pass' && one.verdict !== 'fail') {
        expect(result?.verdict).not.toBe('pass');
      }
    }
  });

  it.each(rules.filter(({ subject }) => subject !== 'engine'))(
    '$id finds no fault with an ordinary, hardened container',
    (rule) => {
      expect(['pass', 'unknown', 'not-applicable']).toContain(firstResult(rule, {}).verdict);
    },
  );

  it.each(rules)('$id has its texts and reads its own subject', (rule) => {
    expect(rule.title).toMatch(/^[A-Za-z].*[^.]$/);
    expect(rule.rationale).toMatch(/^[A-Z].*\.$/);
    expect(rule.remediation).toMatch(/^[A-Z].*\.$/);
    const ownSection = sectionOf[rule.subject];
    if (ownSection !== null) expect(rule.needs).toContain(ownSection);
    const texts = [rule.title, rule.rationale, rule.remediation].join(' ').toLowerCase();
    expect(texts).not.toMatch(/complian|certified|\bcis\b/);
  });

  it.each(rules)('$id shows each verdict that it can give', ({ id, examples }) => {
    const silent = verdicts.filter((verdict) => (examples[verdict] ?? []).length === 0);
    const shown = verdicts.filter((verdict) => !silent.includes(verdict));

    if (unanswered.includes(id)) {
      expect(shown).not.toContain('pass');
      expect(shown).not.toContain('fail');
      expect(shown).toContain('unknown');
      return;
    }
    expect(shown).toContain('fail');
    if (!oneSided.includes(id)) expect(shown).toContain('pass');
  });

  const attestable = rules.filter(({ isAttestable }) => isAttestable);
  it.each(attestable)('$id names how to answer it, where only a person can', (rule) => {
    for (const example of rule.examples.unknown ?? []) {
      const { reason = '' } = firstResult(rule, example);
      expect([
        expect.stringMatching(`(^|; )a person must answer: /seawall attest ${rule.id}$`),
        expect.stringContaining('answers nothing'),
      ]).toContainEqual(reason);
    }
  });

  it('has the name of its file, unless it is one of a list', async () => {
    const names = readdirSync('src/rules/catalogue')
      .filter((file) => file !== 'index.ts')
      .map((file) => file.replace(/\.ts$/, ''));
    const exported = await Promise.all(
      names.map(async (name): Promise<string[]> => {
        const file: Record<string, Rule | Rule[]> = await import(
          `../../src/rules/catalogue/${name}.ts`
        );
        const found = file[camelCase(name)];
        if (Array.isArray(found)) return found.map(({ id }) => id);
        return found?.id === name ? [name] : [];
      }),
    );

    expect(rules.map(({ id }) => id).toSorted()).toEqual(exported.flat().toSorted());
  });

  it.each(['facet', 'controls', 'title'] as const)('shares its %s with no other', (field) => {
    const values = rules.flatMap((rule) => rule[field] ?? []);

    expect(values).toHaveLength(new Set(values).size);
  });
});

describe('the audit rules', () => {
  const audits = rules.filter(({ id }) => id.startsWith('audit-'));

  it.each(audits)('$id blames no evidence level and says where a person looks', (rule) => {
    const { reason = '' } = firstResult(rule, { kernel: [] });

    expect(reason).not.toMatch(/needs evidence level/);
    expect(reason).toContain('no evidence level shows');
    expect(reason).toContain('auditctl -l');
    expect(rule.isAttestable).toBe(true);
  });
});

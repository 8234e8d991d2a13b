import { renderPolicyPage } from '../../scripts/docs/policy-page.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { type Policy, policySettings } from '../../src/rules/policy.ts';

const keys = Object.keys(policySettings) as (keyof Policy)[];

describe('the page of the policy', () => {
  const page = renderPolicyPage(rules);
  const sectionOn = (key: string) => page.split(`\n## ${key}\n`)[1]?.split('\n## ')[0] ?? '';

  it.each(keys)('says what %s means, its default and the reason', (key) => {
    const { meaning, reason } = policySettings[key];

    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(reason).toMatch(/^[A-Z].*\.$/);
    expect(sectionOn(key)).toContain(meaning);
    expect(sectionOn(key)).toContain(`**Why.** ${reason}`);
    expect(sectionOn(key)).toMatch(/\*\*Default\.\*\*\s+`/);
  });

  it.each(keys)('leads from %s to the rules that ask for it', (key) => {
    const names = [...sectionOn(key).matchAll(/rules\.md#([a-z0-9-]+)/g)].map(([, id]) => id);

    // A table of data has no example of its own: its rule shows versions.
    const isTable = key === 'componentBranches' || key === 'distributions';
    expect(names.length > 0).toBe(!isTable);
  });

  it('is what an unknown verdict names: each setting without a default has such an example', () => {
    const reasons = keys
      .filter((key) => policySettings[key].default === null)
      .filter((key) => !sectionOn(key).includes('**Rules.**'));

    expect(reasons).toEqual([]);
  });
});

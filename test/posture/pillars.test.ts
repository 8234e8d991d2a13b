import { fixWords } from '../../src/posture/best-fixes.ts';
import { pillars } from '../../src/posture/pillars.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { pillarIds } from '../../src/rules/rule.ts';

const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));

it('every pillar has rules', () => {
  expect([...new Set(rules.map(({ pillar }) => pillar))].toSorted()).toEqual(pillarIds.toSorted());
});

it('a shared question names a rule of the same pillar that asks a question of its own', () => {
  const astray = rules.filter(({ id, pillar, question = id }) => {
    const first = ruleOf.get(question);
    return first?.pillar !== pillar || (first.question ?? first.id) !== first.id;
  });

  expect(astray.map(({ id }) => id)).toEqual([]);
});

it('the pillars are worth 100 points', () => {
  expect(pillarIds.reduce((sum, id) => sum + pillars[id].weight, 0)).toBe(100);
});

it.each(rules)('the fix of $id is one clause that names its subject', ({ fix, subject }) => {
  expect(fix.words).toMatch(/^[A-Z][^{}]*\{\}[^{}]*[^.{}]$|^[A-Z][^{}]*\{\}$/);
  expect(fixWords({ fix, subject }, 'a$&b')).toMatch(/(^| )a\$&b( |$)/);
});

it.each(rules.filter(({ fix }) => fix.change))(
  'the change of $id can be written whatever was seen',
  ({ fix }) => {
    for (const seen of [[], ['one', 'two']]) {
      const change = fix.change?.(() => seen);

      expect(change?.run).toMatch(/\w/);
      expect(change?.compose).toMatch(/\w/);
    }
  },
);

import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import * as catalogue from '../../src/rules/catalogue/index.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { Rule } from '../../src/rules/rule.ts';

const { healthcheck, noPrivilegedContainer } = catalogue as unknown as Record<string, Rule>;

function verdictsWith(broken: Partial<Rule>): string[] {
  const snapshot = exampleSnapshot({
    container: {},
    otherContainers: [{ id: 'two', name: 'two' }],
  });
  const rules = [{ ...healthcheck, ...broken } as Rule, noPrivilegedContainer as Rule];
  return evaluate(rules, assess(snapshot)).map(({ verdict, reason }) => reason ?? verdict);
}

const fails = (): never => {
  throw new Error('no such field');
};
const BUG = 'the rule failed (a bug): Error: no such field';

it.each([
  ['where it judges', { judge: fails }],
  ['before it judges the first', { prepare: fails }],
])('is unknown of every subject and harms no other rule when a rule throws %s', (_when, broken) => {
  expect(verdictsWith(broken)).toEqual([BUG, BUG, 'pass', 'pass']);
});

import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { healthChecks, noPrivilegedContainer } from '../../src/rules/catalogue/index.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { Rule } from '../../src/rules/rule.ts';

const [healthcheck] = healthChecks;

function verdictsWith(broken: Partial<Rule>): string[] {
  const snapshot = exampleSnapshot({
    container: {},
    otherContainers: [{ id: 'two', name: 'two' }],
  });
  const rules = [{ ...healthcheck, ...broken }, noPrivilegedContainer] as unknown as Rule[];
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

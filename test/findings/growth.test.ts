import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { rules } from '../../src/programs/assemble.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { growthOf } from '../support/growth.ts';

const hostOf = (containers: number) =>
  exampleSnapshot({
    container: {},
    otherContainers: Array.from({ length: containers }, (_, index) => ({
      id: index.toString(16).padStart(64, '0'),
      name: `service-${index}`,
    })),
  });
const hosts = new Map([1_000, 4_000].map((count) => [count, assess(hostOf(count))]));
const assessed = (count: number) => {
  const found = hosts.get(count);
  if (found === undefined) throw new Error(`no host of ${count} containers was made`);
  return found;
};

test('rules walk along the containers of a host, whatever they look up', () => {
  expect(growthOf((count) => evaluate(rules, assessed(count)), 1_000)).toBeLessThan(8);
});

test('paths and posture walk along them too', () => {
  const results = new Map([...hosts].map(([count, one]) => [count, evaluate(rules, one)]));

  expect(
    growthOf((count) => assessHost(rules, results.get(count) ?? [], assessed(count)), 1_000),
  ).toBeLessThan(8);
});

import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noAddedCapabilities } from '../../src/rules/catalogue/index.ts';
import { capabilities } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays, withCapabilities } from '../../src/rules/example-kernel.ts';

it('shows where a capability is that a process holds outside its bounding set', () => {
  const held = withCapabilities('CAP_SYS_ADMIN').capabilities;
  const process = kernelProcess({ capabilities: { ...held, bounding: [] } });
  const example = { container: capabilities([]), kernel: kernelSays([process]) };
  const [result] = evaluateRule(
    noAddedCapabilities,
    assess(exampleSnapshot(example)),
    examplePolicy(example),
  );

  expect(result?.verdict).toBe('fail');
  expect(result?.evidence).toContainEqual({
    path: 'cap-permitted (effective)',
    value: ['CAP_SYS_ADMIN'],
    source: '/proc/PID/status',
  });
});

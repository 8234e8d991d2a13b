import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { readOnlyRootfs } from '../../src/rules/catalogue/index.ts';
import { bind, namedVolume } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';

function judged(...copies: string[]) {
  const mounts = [bind('/', { destination: '/host' }), namedVolume('data', '/data')];
  const writable = copies.map((target) => kernelMount(target, { options: ['rw'] }));
  const kernel = kernelSays([kernelProcess()], { mounts: [kernelMount('/'), ...writable] });
  const example: ExampleHost = { container: { hasReadonlyRootfs: true, mounts }, kernel };
  const snapshot = assess(exampleSnapshot(example));
  return evaluateRule(readOnlyRootfs, snapshot, examplePolicy(example))[0];
}

it('does not acquit a root that a mount of the host shows writable', () => {
  expect(judged()?.verdict).toBe('pass');
  expect(judged('/host/var/lib/docker/overlay2/a1/merged')).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('/host/var/lib/docker/overlay2/a1/merged'),
  });
});

it('condemns one of which somebody made a writable copy below a volume', () => {
  expect(judged('/data/r')).toMatchObject({
    verdict: 'fail',
    message: 'has its root filesystem mounted writable',
  });
});

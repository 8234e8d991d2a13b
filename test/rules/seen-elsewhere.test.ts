import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noHostNetwork } from '../../src/rules/catalogue/index.ts';
import { bind, execsFound, running } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';

const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };

/** What the rule says of a container, a process of which was seen in this network beside one in 6. */
function judged(network: number, container: NonNullable<ExampleHost['container']> = {}) {
  const processes = running(['web', 1000], ['tool', 1000]).map((entry) => {
    if (entry.facts.state === 'unread') throw new Error('an example has processes');
    const namespaces = [ids, { ...ids, network }];
    const all = entry.facts.value.map((one, index) => ({
      ...one,
      namespaces: namespaces[index] ?? ids,
    }));
    return { ...entry, facts: read(all) };
  });
  const example = { container, processes, execs: execsFound() };
  const snapshot = assess(exampleSnapshot(example));
  return evaluateRule(noHostNetwork, snapshot, examplePolicy(example))[0];
}

it('does not acquit a container with a process in a network of which nobody knows whose it is', () => {
  expect(judged(66)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('is in another one than its main process'),
  });
  expect(judged(6)?.verdict).toBe('pass');
});

it('acquits by its configuration one that may have processes that nobody listed', () => {
  expect(judged(6, { mounts: [bind('/sys/fs/cgroup')] })?.verdict).toBe('pass');
});

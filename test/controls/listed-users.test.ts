import { namedUser, running } from '../../src/rules/example-facts.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';

/** What the engine's list says of a container that is configured to be uid 1000. */
function verdict(
  difference: Partial<ProcessFacts>,
  noNewPrivileges: boolean | null = null,
  kernel?: ReturnType<typeof kernelFacts>,
) {
  const [entry] = running(['web', 1000]);
  if (entry?.facts.state !== 'read') throw new Error('an example has processes');
  const value = entry.facts.value.map((process) => ({ ...process, ...difference }));
  const processes = [{ ...entry, facts: { state: 'read' as const, value } }];
  const container = { user: namedUser('1000', 1000), noNewPrivileges };
  return controlOf('user', { container, processes }, kernel).verdict;
}

it('takes a process for root that can become root again', () => {
  expect(verdict({ otherUids: [1000, 1000, 1000] })).toBe('enforced');
  expect(verdict({ otherUids: [1000, 0, 1000] })).toBe('not-enforced');
});

it('says nothing of threads that were not read, unless none can have become root', () => {
  expect(verdict({ threads: 1 })).toBe('enforced');
  expect(verdict({ threads: 2 })).toBe('unknown');
  expect(verdict({ threads: 2 }, true)).toBe('enforced');
  expect(verdict({ threads: 2 }, null, kernelFacts())).toBe('enforced');
});

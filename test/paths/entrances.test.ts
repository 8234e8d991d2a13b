import { assess } from '../../src/assessment/assess.ts';
import { attackPaths } from '../../src/paths/attack-paths.ts';
import { bind, port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

const shut = { ...port('0.0.0.0', 80), isOpen: false };
const open = port('0.0.0.0', 80);

/** Whether the way to the engine's socket begins at a public port. */
function isPublic(container: Partial<ContainerFacts>): boolean {
  const mounts = [bind('/run/docker.sock')];
  const { paths } = attackPaths(assess(exampleSnapshot({ container: { mounts, ...container } })));
  expect(paths).toHaveLength(1);
  return paths[0]?.startsFromPublicPort === true;
}

it.each<[string, Partial<ContainerFacts>, boolean]>([
  ['a port that is open', { ports: [open] }, true],
  ['a port that its networks keep shut', { ports: [shut] }, false],
  ['an open one beside a shut one', { ports: [shut, { ...open, hostPort: 81 }] }, true],
  // It asks for it again as it starts.
  ['a port that it will ask for', { ports: [shut], state: 'exited', pid: null }, true],
  ['no port', { ports: [] }, false],
])('one enters by %s or not', (_name, container, expected) => {
  expect(isPublic(container)).toBe(expected);
});

import { assess } from '../../src/assessment/assess.ts';
import { compareFindings } from '../../src/findings/compare.ts';
import { currentFindings, undecided } from '../../src/findings/current-findings.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { noPrivilegedContainer } from '../../src/rules/catalogue/index.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';

const rules = [noPrivilegedContainer] as unknown as readonly Rule[];

function judge(snapshot: Snapshot) {
  const results = evaluate(rules, assess(snapshot));
  return {
    findings: currentFindings(results, snapshot),
    undecided: undecided(results, snapshot),
  };
}

it.each([
  ['of Compose', { composeProject: 'shop', composeService: 'web', swarmService: null }],
  ['of the swarm', { composeProject: null, composeService: null, swarmService: 'shop_web' }],
])('what a container %s had stays open while it cannot be read', (_whose, services) => {
  const container = { id: 'c1', name: 'shop-web-1', isPrivileged: true, ...services };
  const before = exampleSnapshot({ container, otherContainers: [{ name: 'db' }] });
  const { findings } = judge(before);
  expect(findings).toHaveLength(1);

  const containers = before.containers.state === 'read' ? before.containers.value.read : [];
  const after = judge({
    ...before,
    containers: read({
      read: containers.filter(({ id }) => id !== 'c1'),
      unread: [{ id: 'c1', name: 'shop-web-1', reason: 'timed out', services }],
    }),
  });

  const { closed, unverified } = compareFindings(findings, after.findings, after.undecided);
  expect(closed).toEqual([]);
  expect(unverified).toEqual(findings);
});

it.each([
  ['one of two', 2, ['2'], 'of its container shop-web-2: 2 timed out'],
  [
    'two of three',
    3,
    ['2', '3'],
    'of its containers shop-web-2, shop-web-3: 2 timed out; 3 timed out',
  ],
  ['all', 2, ['1', '2'], '2 timed out'],
])('where %s of a service cannot be read, it says which', (_what, count, numbers, reason) => {
  const services = { composeProject: 'shop', composeService: 'web', swarmService: null };
  const [first, ...otherContainers] = Array.from({ length: count }, (_, index) => {
    return { id: `c${index + 1}`, name: `shop-web-${index + 1}`, ...services };
  });
  const host = exampleSnapshot({ container: first ?? {}, otherContainers });
  const containers = host.containers.state === 'read' ? host.containers.value.read : [];
  const unread = numbers.map((number) => {
    return {
      id: `c${number}`,
      name: `shop-web-${number}`,
      reason: `${number} timed out`,
      services,
    };
  });

  const told = judge({
    ...host,
    containers: read({
      read: containers.filter(({ id }) => !numbers.includes(id[1] ?? '')),
      unread,
    }),
  });

  expect(told.undecided).toMatchObject([{ subjectKey: 'shop/web', reason }]);
});

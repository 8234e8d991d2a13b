import { running } from '../../src/rules/example-facts.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import { withoutNested } from '../../src/snapshot/container-processes.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { ownersIn } from '../../src/snapshot/normalise/proc-cgroup.ts';
import type { Outcome } from '../../src/snapshot/outcome.ts';

type List = Outcome<Reading<ProcessFacts[]>>;

const [outer, inner, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];

function listOf(...pids: number[]): List {
  const facts = running(...pids.map((): [string, number] => ['web', 0])).map((one) => one.facts);
  const [found] = facts;
  if (found?.state !== 'read') throw new Error('an example has processes');
  return { value: read(found.value.map((one, index) => ({ ...one, pid: pids[index] ?? 0 }))) };
}

const pidsIn = (lists: ReadonlyMap<string, List>) =>
  Object.fromEntries(
    [...lists].map(([id, list]) => [
      id[0],
      'value' in list && list.value.state === 'read'
        ? list.value.value.map(({ pid }) => pid)
        : null,
    ]),
  );

it('keeps what runs in a container from the list of another whose control groups lie above', () => {
  const mains = new Map([
    [10, outer],
    [20, inner],
    [30, other],
  ]);
  const lists = new Map([
    [outer, listOf(10, 11, 20, 21)],
    [inner, listOf(20, 21)],
    [other, listOf(30)],
  ]);
  const unseen = new Map<string, List>([
    [outer, listOf(10, 20)],
    [inner, { value: unread('it is not running') }],
    [other, { failure: new Error('gone') }],
  ]);

  expect(pidsIn(withoutNested(lists, mains))).toEqual({ a: [10, 11], b: [20, 21], c: [30] });
  expect(pidsIn(withoutNested(unseen, mains))).toEqual({ a: [10], b: null, c: null });
});

it.each<[string, string, string[]]>([
  ['its own', `4:memory:/docker/${outer}`, [outer]],
  ['those below', `0::/docker/${outer}/docker/${'d'.repeat(64)}`, [outer]],
  ['the inner ones', `0::/docker/${outer}/${inner}`, [inner]],
  ['a scope', `0::/system.slice/docker-${inner}.scope/init`, [inner]],
  ['several', `4:memory:/docker/${outer}\n5:pids:/docker/${inner}`, [outer, inner]],
  ['none', `0::/docker/${'d'.repeat(64)}\n1:name=x:/`, []],
])('tells whose a process in %s is', (_name, text, owners) => {
  expect([...ownersIn(text, new Set([outer, inner]))]).toEqual(owners);
});

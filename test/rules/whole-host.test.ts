import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { SectionId, Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitraryHost } from '../support/arbitrary-snapshot.ts';
import { runs } from '../support/long-run.ts';

// What must hold of all rules together, whatever stands on a host.

const containersOf = ({ containers }: Snapshot): ContainerFacts[] =>
  containers.state === 'read' ? containers.value.read : [];

const sections = (snapshot: Snapshot): SectionId[] =>
  Object.keys(snapshot).filter((key) => !['host', 'takenAt'].includes(key)) as SectionId[];

const keyOf = ({ rule, subject }: RuleResult): string => `${rule} of ${subject.id}`;
const verdictsOf = (results: readonly RuleResult[]) =>
  new Map(results.map((one) => [keyOf(one), one.verdict]));

it('no verdict about a container changes with others on the host', () => {
  let compared = 0;
  const property = fc.property(arbitraryHost, (snapshot) => {
    const all = containersOf(snapshot);
    const together = verdictsOf(evaluate(rules, assess(snapshot)));
    for (const one of all) {
      const alone = { ...snapshot, containers: read({ read: [one], unread: [] }) };
      const own = evaluate(rules, assess(alone)).filter(
        ({ subject }) => subject.kind === 'container' && subject.id === one.id,
      );
      compared += all.length - 1;
      const changed = own.filter((result) => together.get(keyOf(result)) !== result.verdict);
      expect(changed.map(keyOf)).toEqual([]);
    }
  });
  fc.assert(property, { numRuns: runs(60, 400) });
  expect(compared).toBeGreaterThan(20);
});

it('nothing passes, or is beside the point, because a section was taken away', () => {
  const property = fc.property(arbitraryHost, fc.nat(), (snapshot, place) => {
    const all = sections(snapshot);
    const section = all[place % all.length] as SectionId;
    const before = verdictsOf(evaluate(rules, assess(snapshot)));
    const after = evaluate(rules, assess({ ...snapshot, [section]: unread('cut off') }));
    const greener = after.filter((result) => {
      const had = before.get(keyOf(result));
      const isGreen = result.verdict === 'pass' || result.verdict === 'not-applicable';
      return isGreen && (had === 'fail' || had === 'unknown');
    });
    expect(greener.map((result) => `${section}: ${keyOf(result)}`)).toEqual([]);
  });
  fc.assert(property, { numRuns: runs(250, 3000) });
});

it('no score rises because a section was taken away', () => {
  const property = fc.property(arbitraryHost, fc.nat(), (snapshot, place) => {
    const all = sections(snapshot);
    const section = all[place % all.length] as SectionId;
    const blind: Snapshot = { ...snapshot, [section]: unread('cut off') };
    const scoreOf = (one: Snapshot) =>
      assessHost(rules, evaluate(rules, assess(one)), assess(one)).score ?? -1;

    expect(scoreOf(blind)).toBeLessThanOrEqual(scoreOf(snapshot));
  });
  fc.assert(property, { numRuns: runs(100, 1500) });
});

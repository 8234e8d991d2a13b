import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import * as catalogue from '../../src/rules/catalogue/index.ts';
import { defaultPolicy, type Policy } from '../../src/rules/policy.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';
import { runs } from '../support/long-run.ts';

const rules: readonly Rule[] = Object.values(catalogue);

/** What is wrong with a result, whatever host it speaks of; undefined when nothing is. */
function faultOf(result: RuleResult): string | undefined {
  if (result.reason?.includes('a bug')) return result.reason;
  const isJudged = result.verdict === 'pass' || result.verdict === 'fail';
  if (isJudged && result.evidence.length === 0) return 'judged without evidence';
  if (isJudged && result.message === '') return 'judged without a message';
  if (!isJudged && result.reason === undefined) return 'open without a reason';
  return undefined;
}

/** A team that said something about everything. */
const spokenPolicy: Policy = {
  ...defaultPolicy,
  registries: ['registry.example'],
  allowsLocalImages: false,
  imageAgeDaysMax: 30,
  declaredPorts: { shop: ['80'] },
  ulimits: { nofile: { soft: 1024, hard: 4096 } },
  cgroupParents: ['/batch'],
  seccompProfiles: ['/etc/docker/seccomp.json'],
  isSwarmWanted: false,
  trustedDockerGroupUsers: ['deploy'],
};

const arbitraryPolicy = fc.constantFrom(defaultPolicy, spokenPolicy);

describe('on any host', () => {
  it.each(rules)('$id never throws and never judges without evidence', (rule) => {
    fc.assert(
      fc.property(arbitrarySnapshot, arbitraryPolicy, (snapshot, policy) => {
        const results = evaluateRule(rule, assess(snapshot), policy);

        expect(results).not.toHaveLength(0);
        expect(results.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
      }),
      { numRuns: runs(25, 150) },
    );
  });

  it.each(rules)('$id says the same twice and leaves the snapshot alone', (rule) => {
    fc.assert(
      fc.property(arbitrarySnapshot, (snapshot) => {
        const before = structuredClone(snapshot);

        const first = evaluateRule(rule, assess(snapshot));

        expect(evaluateRule(rule, assess(snapshot))).toEqual(first);
        expect(snapshot).toEqual(before);
      }),
      { numRuns: runs(10, 60) },
    );
  });

  it.each(rules.filter(({ needs }) => needs.length > 0))(
    '$id does not pass while a needed section is unread',
    (rule) => {
      fc.assert(
        fc.property(arbitrarySnapshot, fc.constantFrom(...rule.needs), (snapshot, section) => {
          const cut = { ...snapshot, [section]: { state: 'unread', reason: 'cut off' } };

          const verdicts = evaluateRule(rule, assess(cut)).map(({ verdict }) => verdict);

          expect(verdicts).toEqual(['unknown']);
        }),
        { numRuns: runs(10, 60) },
      );
    },
  );
});

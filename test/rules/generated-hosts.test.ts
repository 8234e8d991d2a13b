import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { defaultPolicy, type Policy } from '../../src/rules/policy.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';
import { runs } from '../support/long-run.ts';

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

// A host takes longer to make than to judge: each is judged by every rule.

describe('on any host no rule', () => {
  it('throws or judges without evidence', () => {
    fc.assert(
      fc.property(arbitrarySnapshot, arbitraryPolicy, (snapshot, policy) => {
        const assessed = assess(snapshot);
        const faults = rules.flatMap((rule) => {
          const results = evaluateRule(rule, assessed, policy);
          const found = results.length === 0 ? ['no result'] : results.map(faultOf);
          return found.flatMap((fault) => (fault === undefined ? [] : [`${rule.id}: ${fault}`]));
        });

        expect(faults).toEqual([]);
      }),
      { numRuns: runs(150, 1_500) },
    );
  });

  it('says another thing the second time or changes the snapshot', () => {
    fc.assert(
      fc.property(arbitrarySnapshot, (snapshot) => {
        const before = structuredClone(snapshot);
        const [once, again] = [assess(snapshot), assess(snapshot)];

        const first = rules.map((rule) => evaluateRule(rule, once));

        expect(rules.map((rule) => evaluateRule(rule, again))).toEqual(first);
        expect(snapshot).toEqual(before);
      }),
      { numRuns: runs(40, 400) },
    );
  });

  it('passes while a section that it needs is unread', () => {
    const sections = [...new Set(rules.flatMap(({ needs }) => needs))];
    fc.assert(
      fc.property(arbitrarySnapshot, (snapshot) => {
        for (const section of sections) {
          const cut = assess({ ...snapshot, [section]: { state: 'unread', reason: 'cut off' } });
          const said = rules
            .filter(({ needs }) => needs.includes(section))
            .map((rule) => [rule.id, ...evaluateRule(rule, cut).map(({ verdict }) => verdict)]);

          expect(said).toEqual(said.map(([id]) => [id, 'unknown']));
        }
      }),
      { numRuns: runs(15, 150) },
    );
  });
});

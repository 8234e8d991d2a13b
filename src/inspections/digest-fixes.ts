import type { DigestFix } from '../answers/digest-answer.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Fix } from '../posture/best-fixes.ts';
import { gradeOf } from '../posture/score.ts';
import type { JudgedHost } from './first-screen.ts';

/** How many fixes a digest names. */
const FIXES_SHOWN = 3;

/** The fixes that close ways to the host, then those that lift its score most. One of accepted findings alone is nobody's task. */
export function bestFixesOf(
  judged: readonly JudgedHost[],
  accepted: readonly StoredFinding[],
): DigestFix[] {
  const acceptedOn = Map.groupBy(accepted, ({ host }) => host);
  const fixes = judged
    .flatMap(({ host, posture }) => {
      const taken = new Set(acceptedOn.get(host)?.map(({ fingerprint }) => fingerprint));
      return (posture?.bestFixes ?? [])
        .filter(({ fingerprint, fingerprints = [fingerprint] }) =>
          fingerprints.some((one) => !taken.has(one)),
        )
        .map((fix) => ({ host, fix }));
    })
    .sort((a, b) => Number(closesWay(b)) - Number(closesWay(a)) || gainOf(b) - gainOf(a));
  const equal = Map.groupBy(fixes, ({ fix }) => `${fix.fingerprint} ${fix.sentence}`);
  return [...equal.values()].slice(0, FIXES_SHOWN).flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { rule, subject, sentence, scoreBefore, gradeAfter } = first.fix;
    const hosts = same.map(({ host }) => host);
    return [{ hosts, rule, subject, sentence, gradeBefore: gradeOf(scoreBefore), gradeAfter }];
  });
}

/** Fixes of earlier versions counted no ways. */
const closesWay = ({ fix: { waysBefore = 0, waysAfter = waysBefore } }: { fix: Fix }): boolean =>
  waysAfter < waysBefore;

const gainOf = ({ fix }: { fix: Fix }): number => fix.scoreAfter - fix.scoreBefore;

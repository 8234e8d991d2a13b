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
        .map((fix) => ({ host, fix, closes: Number(closesWay(fix)), gain: gainOf(fix) }));
    })
    .sort((a, b) => b.closes - a.closes || b.gain - a.gain);
  const shown: { fix: Fix; hosts: string[] }[] = [];
  for (const { host, fix } of fixes) {
    const same = shown.find(
      (one) => one.fix.fingerprint === fix.fingerprint && one.fix.sentence === fix.sentence,
    );
    if (same) same.hosts.push(host);
    else if (shown.length < FIXES_SHOWN) shown.push({ fix, hosts: [host] });
  }
  return shown.map(({ fix, hosts }) => {
    const { rule, subject, sentence, scoreBefore, gradeAfter } = fix;
    return { hosts, rule, subject, sentence, gradeBefore: gradeOf(scoreBefore), gradeAfter };
  });
}

/** Fixes of earlier versions counted no ways. */
const closesWay = ({ waysBefore = 0, waysAfter = waysBefore }: Fix): boolean =>
  waysAfter < waysBefore;

const gainOf = ({ scoreBefore, scoreAfter }: Fix): number => scoreAfter - scoreBefore;

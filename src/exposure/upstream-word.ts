import type { AdvisoryRecord } from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { judgeOf } from './judge.ts';
import { indexRecords } from './record-index.ts';
import type { Verdict } from './verdict.ts';

/** Distributions that are built from the sources of Red Hat Enterprise Linux, release by release. */
const REBUILT = /^(?:AlmaLinux|Rocky Linux):(\d{1,4})$/;

/** The ecosystem that one is built from; null for one that stands alone. */
export const upstreamEcosystem = (ecosystem: string): string | null => {
  const release = REBUILT.exec(ecosystem)?.[1];
  return release === undefined ? null : `Red Hat:enterprise_linux:${release}`;
};

/**
 * What Red Hat says of packages of a distribution that is built from its sources, where that says nothing of them itself:
 * unknown with its word, since what it affects may be repaired there, and the reverse. Undefined where it says
 * nothing either, or that they are not affected.
 */
export function wordOfUpstream(
  ecosystem: string,
  packages: readonly InstalledPackage[],
  records: readonly AdvisoryRecord[],
): Verdict | undefined {
  const upstream = upstreamEcosystem(ecosystem);
  if (upstream === null) return undefined;
  const isOf = ({ affected }: AdvisoryRecord) => affected.some((one) => one.ecosystem === upstream);
  const said = records.filter(isOf);
  if (said.length === 0) return undefined;
  const index = indexRecords(said);
  for (const installed of packages) {
    if (installed.ecosystem !== ecosystem) continue;
    const there = { ...installed, ecosystem: upstream };
    const judge = judgeOf(there);
    for (const named of index.of(there)) {
      const verdict = judge(named);
      const word = wordOf(verdict);
      if (word === null) continue;
      const note = `${named.affected.name}: ${word}`;
      return { state: 'unknown', reason: 'of-upstream', record: verdict.record, note };
    }
  }
  return undefined;
}

function wordOf(verdict: Verdict): string | null {
  if (verdict.state === 'affected-fix-available') return `affected below ${verdict.fixed}`;
  if (verdict.state === 'affected-no-fix') {
    const { status, note } = verdict;
    return note === '' ? status : `${status}, ${note}`;
  }
  const isOpen = verdict.state === 'unknown' && verdict.reason === 'undetermined';
  return isOpen ? 'being looked at' : null;
}

import { type AlertStore, findingKey } from '../ports/alert-store.ts';
import type { FindingName } from '../ports/intent.ts';
import { isoTime } from '../shared/time.ts';

/** Who looks after a finding, by the alert that told of it. */
export interface FindingHand extends FindingName {
  /** Id of who has it. */
  who: string;
  how: 'acknowledged' | 'assigned';
  /** ISO time. */
  since: string;
}

/** Findings that are looked up, the worst first: of others an alert is rare. */
const FINDINGS_MAX = 60;

/**
 * Who has which of these findings, by open alerts that are assigned or else acknowledged. `onlyChannel`: the
 * one that may be spoken of; null for all. Rejects with `OutsideError`.
 */
export async function findingHands(
  alerts: Pick<AlertStore, 'listAbout'>,
  findings: readonly FindingName[],
  onlyChannel: string | null,
): Promise<FindingHand[]> {
  const worst = findings.slice(0, FINDINGS_MAX);
  const keyOf = ({ host, fingerprint }: FindingName) => findingKey(host, fingerprint);
  const about = await alerts.listAbout(worst.map(keyOf));
  return worst.flatMap((finding): FindingHand[] => {
    const open = (about.get(keyOf(finding)) ?? []).filter(
      ({ channel, resolved }) =>
        resolved === null && (onlyChannel === null || onlyChannel === channel),
    );
    const assigned = open.findLast((one) => one.assigned !== null)?.assigned;
    const seen = open.findLast((one) => one.acknowledged !== null)?.acknowledged;
    const { host, fingerprint } = finding;
    const name = { host, fingerprint };
    if (assigned) {
      return [{ ...name, who: assigned.to, how: 'assigned', since: isoTime(assigned.at) }];
    }
    return seen ? [{ ...name, who: seen.by, how: 'acknowledged', since: isoTime(seen.at) }] : [];
  });
}
